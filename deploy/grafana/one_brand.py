"""The dashboard of one brand: its crisis, where it is said and by how many, and its rhythm."""

from __future__ import annotations

from grafana_foundation_sdk.builders import dashboard, stat, statetimeline, timeseries

from deploy.grafana.boards import board, choice, choices, crises, rows
from deploy.grafana.panels import (
    BLUE,
    GREY,
    LANGUAGE_COLOURS,
    ORANGE,
    PER_MINUTE,
    PURPLE,
    SEVERITY_COLOURS,
    SKY,
    VERMILLION,
    band,
    banded,
    coloured,
    number,
    plot,
    query,
    severities,
    severity_names,
    stacked,
)

BRAND = 'brand="$brand"'
FROM_SOURCES = f'{BRAND}, source=~"$source"'


def one_brand() -> dashboard.Dashboard:
    """All that is known of one brand."""
    about = "One brand: its crisis, by which sources and in which languages it is said, by how many, and its rhythm."
    waves, opened, closed = crises(BRAND)
    made = (
        board("larum-one-brand", "One brand", about)
        .with_variable(choice("brand", "Brand", "label_values(larum_crisis_severity, brand)"))
        .with_variable(choices("source", "Source", 'label_values(larum_mentions_total{brand="$brand"}, source)'))
        .annotation(waves)
        .annotation(opened)
        .annotation(closed)
    )
    return rows(
        made,
        [
            ("", [*_headlines(), _severity_by_kind()]),
            ("What was seen and what was expected", _seen()),
            ("Where it is said", _channels()),
            ("How many say it", _crowd()),
            ("Its rhythm", _rhythm()),
        ],
    )


def _headlines() -> list[stat.Panel]:
    severity = number(
        "Severity", "Severity of the open crisis.", "short", f"max(larum_crisis_severity{{{BRAND}}})",
        (1, SKY), (2, ORANGE), (3, VERMILLION),
    )  # fmt: skip
    return [
        severity.mappings(severity_names()),
        number(
            "Since onset",
            "Time since the open crisis began: since the departure that was found afterwards.",
            "s",
            f"time() - max(larum_crisis_onset_timestamp_seconds{{{BRAND}}})",
        ),
        number(
            "Since detection",
            "Time since the open crisis was detected.",
            "s",
            f"time() - max(larum_crisis_detected_timestamp_seconds{{{BRAND}}})",
            (900, ORANGE),
            (3600, VERMILLION),
        ),
        number(
            "To detection",
            "Time from the onset of the open crisis to its detection.",
            "s",
            f"max(larum_crisis_detected_timestamp_seconds{{{BRAND}}})"
            f" - max(larum_crisis_onset_timestamp_seconds{{{BRAND}}})",
        ),
        number(
            "Negativity",
            "Share of negatives in the last hour.",
            "percentunit",
            f"max(larum_negativity_ratio{{{BRAND}}})",
        ).decimals(0),
        number(
            "Voices in 1 h",
            "Independent voices of the last hour: copies, reposts and an author's further texts add none.",
            "short",
            f"sum(increase(larum_voices_total{{{BRAND}}}[1h]))",
        ).decimals(0),
    ]


def _severity_by_kind() -> statetimeline.Panel:
    asked = query(f"max by (kind) (larum_crisis_severity{{{BRAND}}})", "{{kind}}")
    return severities("What departs from the ordinary", "Severity of the open crisis by what it was seen in.", asked, 6)


def _seen() -> list[timeseries.Panel]:
    return [
        banded(
            plot(
                "Voices",
                "Independent voices in each bucket beside the expected number.",
                "short",
                *band("voices", BRAND),
                width=12,
            )
        ),
        banded(
            plot(
                "Share of negatives",
                "Share of negative voices beside the brand's own baseline.",
                "percentunit",
                *band("negativity_ratio", BRAND),
                width=12,
            )
        ),
    ]


def _channels() -> list[timeseries.Panel]:
    per_minute = f"(rate(larum_mentions_total{{{FROM_SOURCES}}}[$__rate_interval])) * 60"
    by_source, by_language = query(f"sum by (source) {per_minute}"), query(f"sum by (language) {per_minute}")
    each = query(f"sum by (source, language) {per_minute}", "{{source}} {{language}}")
    return [
        stacked(plot("Mentions by source", "Mentions a minute from the chosen sources.", PER_MINUTE, by_source)),
        coloured(
            stacked(
                plot("Mentions by language", "Mentions a minute from the chosen sources.", PER_MINUTE, by_language)
            ),
            LANGUAGE_COLOURS,
        ),
        plot("Mentions by source and language", "Mentions a minute from the chosen sources.", PER_MINUTE, each),
    ]


def _crowd() -> list[timeseries.Panel]:
    counted = {"mentions": GREY, "voices": BLUE, "negatives": VERMILLION}
    counts = [query(f"sum(rate(larum_{what}_total{{{BRAND}}}[$__rate_interval])) * 60", what) for what in counted]
    voices = f"sum(rate(larum_voices_total{{{BRAND}}}[30m]))"
    mentions = f"sum(rate(larum_mentions_total{{{BRAND}}}[30m]))"
    surprise = query(f"max by (kind) (larum_surprise{{{BRAND}}})", "{{kind}}")
    return [
        coloured(
            plot(
                "Mentions, voices, negatives",
                "A minute: posts, independent voices among them, and negative texts. A campaign has far fewer voices.",
                PER_MINUTE,
                *counts,
            ),
            counted,
        ),
        coloured(
            plot(
                "Independent part",
                "Voices for each mention in half an hour: 1 where all speak for themselves, near 0 for one text.",
                "percentunit",
                query(f"{voices} / {mentions}", "independent"),
            ),
            {"independent": BLUE},
        ),
        coloured(
            plot("Surprise", "-log10 of the probability of what was seen: 6 is one in a million.", "short", surprise),
            {"volume": BLUE, "negativity": VERMILLION},
        ),
    ]


def _rhythm() -> list[timeseries.Panel]:
    week = plot(
        "The week by its hours",
        "Voices expected in a bucket through the last seven days, where the ordinary ends, and what was seen.",
        "short",
        *band("voices", BRAND),
        width=16,
    )
    reached = query(f"sum by (severity) (increase(larum_crises_total{{{BRAND}}}[1h]))", "{{severity}}").exemplar(True)
    late = query(f"sum(rate(larum_late_posts_total{{{BRAND}}}[$__rate_interval])) * 60", "late")
    return [
        banded(week).time_from("7d"),
        coloured(
            plot(
                "Crises",
                "Crises opened at a severity or raised to it, in an hour; the dots name the crisis.",
                "short",
                reached,
            ),
            SEVERITY_COLOURS,
        ),
        coloured(
            plot(
                "Late posts",
                "Mentions a minute that came after their bucket was closed: they are no news.",
                PER_MINUTE,
                late,
                width=24,
            ),
            {"late": PURPLE},
        ),
    ]
