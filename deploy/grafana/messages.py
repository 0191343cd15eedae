"""Panels on what comes out of larum: how good its judgement of posts is, and what people are told."""

from __future__ import annotations

from grafana_foundation_sdk.builders import timeseries

from deploy.grafana.panels import (
    SKY,
    VERMILLION,
    Panel,
    coloured,
    latest,
    number,
    plot,
    query,
    stacked,
)

JUDGED = "{{language}} {{judge}}"


def model() -> list[timeseries.Panel]:
    """Show how good the sentiment model is beside its lexicon alone, over the recent labels."""
    worth = {
        "Right": ("accuracy_ratio", "percentunit", "Share of the recent labels that were predicted right."),
        "Log loss": ("log_loss", "short", "Mean log loss over the recent labels, in nats: less is better."),
        "Calibration error": (
            "calibration_error_ratio",
            "percentunit",
            "By how much probabilities and what came true differ on average.",
        ),
    }
    trust = query("max by (language) (larum_model_trust_ratio)", "{{language}}")
    back = query("max by (language) (larum_model_stepped_back)", "{{language}}")
    labels = query("max by (language) (larum_model_labels)", "{{language}}")
    return [
        *(
            plot(title, about, unit, query(f"max by (language, judge) (larum_model_{metric})", JUDGED))
            for title, (metric, unit, about) in worth.items()
        ),
        plot("Trust", "How far learned words count beside the lexicon.", "percentunit", trust),
        plot("Stepped back", "1 while the model is worse than its lexicon of late: the lexicon scores.", "short", back),
        plot("Labels", "Labels that the model has learned, by language.", "short", labels),
    ]


def messages() -> list[Panel]:
    """Show what receivers take, and how much of the budget of false alarms is spent."""
    told = query("sum by (receiver, outcome) (increase(larum_notifications_total[10m]))", "{{receiver}} {{outcome}}")
    since = "time() - (larum_notifications_failing_since_timestamp_seconds > 0)"
    failing = query(f"max by (receiver) ({since}) or 0 * max by (receiver) (larum_notifications_total)", "{{receiver}}")
    alarms = query("sum by (urgency) (increase(larum_alarms_total[1d]))", "{{urgency}}").exemplar(True)
    return [
        stacked(plot("Told", "Attempts to tell a receiver of a crisis in ten minutes, by outcome.", "short", told)),
        plot(
            "Taking nothing",
            "For how long a receiver has taken nothing that it was told; 0 while it does.",
            "s",
            failing,
        ),
        coloured(
            plot("Alarms in a day", "Pages and notices, right ones too; the dots name the crisis.", "short", alarms),
            {"page": VERMILLION, "notice": SKY},
        ),
        *(panel for urgency in ("page", "notice") for panel in _budget(urgency)),
    ]


def _budget(urgency: str) -> list[Panel]:
    """Show how many alarms there were in thirty days, and how many false ones are borne in a month."""
    month = f'sum(increase(larum_alarms_total{{urgency="{urgency}"}}[30d]))'
    borne = f'max(larum_budget_alarms{{urgency="{urgency}"}})'
    told = f"Alarms that are a {urgency} in the last 30 days, right ones too. Prometheus has to keep as much."
    return [
        number(f"In 30 days: {urgency}", told, "short", month).decimals(0).span(6).targets([latest(month).ref_id("A")]),
        number(f"Borne: {urgency}", f"False alarms that are a {urgency} borne in a month.", "short", borne).span(6),
    ]
