"""The Grafana dashboards of larum, as code.

``python -m deploy.grafana.dashboards`` writes the JSON that Grafana is provisioned with; a test proves that the files
checked in are the ones this module makes. It needs ``grafana-foundation-sdk``, which larum's extra ``test`` brings.
"""

from __future__ import annotations

from pathlib import Path

from grafana_foundation_sdk.builders import dashboard, stat, timeseries
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import dashboard as model

from deploy.grafana.panels import (
    BRANDS,
    DATA_SOURCE,
    ORANGE,
    SKY,
    VERMILLION,
    band,
    banded,
    number,
    plot,
    query,
    severity_by_brand,
    stacked,
)

HERE = Path(__file__).parent


def situation_room() -> dashboard.Dashboard:
    """All brands at a glance: who is in a crisis, why it is one, and whether larum can be believed right now."""
    board = (
        dashboard.Dashboard("larum: Situation room")
        .uid("larum-situation-room")
        .description("Which brands are in a crisis, what was seen and expected, and whether larum itself is well.")
        .tags(["larum"])
        .timezone("browser")
        .time("now-6h", "now")
        .refresh("30s")
        .readonly()
        .tooltip(model.DashboardCursorSync.CROSSHAIR)
        .with_variable(dashboard.DatasourceVariable("datasource").label("Prometheus").type("prometheus"))
        .with_variable(_brands())
        .annotation(_crises())
    )
    for headline in _headlines():
        board = board.with_panel(headline)
    board = board.with_panel(severity_by_brand())
    for title, panels in (
        ("What was seen and what was expected", _bands()),
        ("Where it is said, and how unusual it is", _mentions()),
        ("Is larum itself well?", _itself()),
    ):
        board = board.with_row(dashboard.Row(title))
        for panel in panels:
            board = board.with_panel(panel)
    return board


def _brands() -> dashboard.QueryVariable:
    return (
        dashboard.QueryVariable("brand")
        .label("Brand")
        .datasource(DATA_SOURCE)
        .query("label_values(larum_crisis_severity, brand)")
        .refresh(model.VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(model.VariableSort.ALPHABETICAL_ASC)
        .multi(True)
        .include_all(True)
        .current(model.VariableOption(selected=True, text="All", value="$__all"))
    )


def _crises() -> dashboard.AnnotationQuery:
    # Grafana titles an annotation that comes from Prometheus with the label `alertname`.
    reached = f"sum by (brand, severity) (increase(larum_crises_total{{{BRANDS}}}[1m])) > 0"
    return (
        dashboard.AnnotationQuery()
        .name("Crises")
        .datasource(DATA_SOURCE)
        .enable(True)
        .icon_color(VERMILLION)
        .expr(f'label_join({reached}, "alertname", " reached ", "brand", "severity")')
    )


def _headlines() -> list[stat.Panel]:
    return [
        number(
            "Brands in a crisis",
            "Brands with an open crisis of any severity.",
            "short",
            "count(max by (brand) (larum_crisis_severity) > 0) or vector(0)",
            (1, SKY),
        ),
        number(
            "Critical",
            "Brands with a critical crisis.",
            "short",
            "count(max by (brand) (larum_crisis_severity) == 3) or vector(0)",
            (1, VERMILLION),
        ),
        number(
            "Posts a minute",
            "Posts read from all sources. None is blindness, not calm.",
            "short",
            "sum(rate(larum_posts_total[5m])) * 60",
        ),
        number(
            "Newest post",
            "Age of the newest post of any source.",
            "s",
            "time() - max(larum_last_post_timestamp_seconds)",
            (600, ORANGE),
            (1800, VERMILLION),
        ),
        number(
            "Behind",
            "How far the event time of the slowest partition is behind now.",
            "s",
            "time() - min(max by (partition) (larum_watermark_timestamp_seconds))",
            (300, ORANGE),
            (900, VERMILLION),
        ),
        number(
            "Set aside in 1 h",
            "Records that could not be read or used.",
            "short",
            "sum(increase(larum_dead_letters_total[1h]))",
            (1, ORANGE),
        ),
    ]


def _bands() -> list[timeseries.Panel]:
    voices = plot(
        "Voices of $brand",
        "Independent voices in each bucket beside the expected number.",
        "short",
        *band("voices"),
        width=24,
    )
    negativity = plot(
        "Negativity of $brand",
        "Share of negative voices beside its own baseline.",
        "percentunit",
        *band("negativity_ratio"),
        width=24,
    )
    return [banded(panel).repeat("brand").repeat_direction("h").max_per_row(3) for panel in (voices, negativity)]


def _mentions() -> list[timeseries.Panel]:
    per_minute = f"(rate(larum_mentions_total{{{BRANDS}}}[$__rate_interval])) * 60"
    surprise = query(f"max by (brand, kind) (larum_surprise{{{BRANDS}}})", "{{brand}} {{kind}}")
    return [
        stacked(plot("Mentions by source", "Mentions a minute.", "short", query(f"sum by (source) {per_minute}"))),
        stacked(plot("Mentions by language", "Mentions a minute.", "short", query(f"sum by (language) {per_minute}"))),
        plot("Surprise", "-log10 of the probability of what was seen: 6 is one in a million.", "short", surprise),
    ]


def _itself() -> list[timeseries.Panel]:
    posts = query("sum by (source) (rate(larum_posts_total[$__rate_interval]))")
    waiting = query("max by (topic, partition) (larum_lag_records)", "{{topic}} {{partition}}")
    buckets = "sum by (stage, le) (rate(larum_processing_seconds_bucket[$__rate_interval]))"
    seconds = query(f"histogram_quantile(0.95, {buckets})", "{{stage}}")
    meetings = "sum by (le) (rate(larum_rebalance_seconds_bucket[$__rate_interval]))"
    meeting = query(f"histogram_quantile(0.95, {meetings})", "without work")
    queued = query("max by (topic) (larum_queued_fetches)", "{{topic}}")
    heard = query("min by (source) (larum_source_coverage_ratio)")
    return [
        stacked(plot("Posts by source", "Posts read a second.", "short", posts, width=6)),
        plot("What is heard", "Part of each source's expected posts: 0 is blind.", "percentunit", heard, width=6),
        plot("Waiting records", "Records of each partition that wait to be read.", "short", waiting, width=6),
        plot("Time for a batch", "95th percentile of the time one batch spends in a stage.", "s", seconds, width=6),
        plot("Rebalances", "Time without work in a rebalance, restoring included.", "s", meeting, width=12),
        plot("Queues", "Fetched batches that wait for an agent, of the fullest worker.", "short", queued, width=12),
    ]


def render(board: dashboard.Dashboard) -> str:
    """Return the JSON that Grafana reads, always the same for the same dashboard."""
    built = board.build()
    for identity, panel in enumerate(built.panels or [], start=1):
        panel.id_val = identity
    return JSONEncoder(sort_keys=True, indent=2).encode(built) + "\n"


def files() -> dict[Path, str]:
    """Return what each file made here should hold."""
    return {HERE / "situation-room.json": render(situation_room())}


if __name__ == "__main__":
    for path, text in files().items():
        path.write_text(text)
