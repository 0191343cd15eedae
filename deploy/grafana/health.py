"""The dashboard of larum's own health: whether all is heard, in time and judged right, and people are told."""

from __future__ import annotations

from grafana_foundation_sdk.builders import dashboard, stat, table, timeseries

from deploy.grafana.boards import board, choices, rows
from deploy.grafana.messages import messages, model
from deploy.grafana.panels import (
    BLUE,
    GREEN,
    ORANGE,
    PER_MINUTE,
    PER_SECOND,
    SKY,
    VERMILLION,
    coloured,
    listing,
    number,
    plot,
    query,
    stacked,
)

SOURCES = 'source=~"$source"'


def health() -> dashboard.Dashboard:
    """Whether larum can be believed."""
    about = "Whether larum hears everything, judges it in time, holds together, judges right, and is listened to."
    made = board("larum-health", "Health of larum", about).with_variable(
        choices("source", "Source", "label_values(larum_posts_total, source)")
    )
    return rows(
        made,
        [
            ("", [*_headlines(), _alerts()]),
            ("Is everything heard?", _heard()),
            ("Is it judged in time?", _in_time()),
            ("Do the workers hold together?", _together()),
            ("Is the sentiment model good?", model()),
            ("Are people told, and not too often?", messages()),
            ("What it takes", _process()),
        ],
    )


def _headlines() -> list[stat.Panel]:
    return [
        number(
            "Workers ready",
            "Workers that take posts.",
            "short",
            "sum(larum_ready)",
        ),
        number(
            "Alerts about larum",
            "Alerts that fire about larum itself, not about a brand.",
            "short",
            'count(ALERTS{alertname=~"Larum.+", alertstate="firing"}) or vector(0)',
            (1, VERMILLION),
        ),
        number(
            "Judged until",
            "How long ago everything was said that is judged by now: crises are seen that much later.",
            "s",
            "time() - min(larum_closed_timestamp_seconds)",
            (600, ORANGE),
            (1800, VERMILLION),
        ).decimals(0),
        number(
            "Waiting",
            "Records of all partitions that wait to be read.",
            "short",
            "sum(max by (topic, partition) (larum_lag_records)) or vector(0)",
            (10_000, ORANGE),
            (1_000_000, VERMILLION),
        ).decimals(0),
        number(
            "Canary",
            "Age of the newest canary that came out counted, of the partition where it is oldest.",
            "s",
            "time() - min(max by (partition) (larum_canary_timestamp_seconds))",
            (120, ORANGE),
            (300, VERMILLION),
        ).decimals(0),
        number(
            "Bad configurations",
            "Workers whose configuration file cannot be used as it is now.",
            "short",
            "count(larum_config_valid == 0) or vector(0)",
            (1, ORANGE),
        ),
    ]


def _alerts() -> table.Panel:
    firing = 'count by (alertname, severity) (ALERTS{alertname=~"(Larum|Brand).+", alertstate="firing"})'
    about = "Alerts that fire by the rules of Prometheus; the runbook of each is in deploy/README.md."
    return listing("Alerts that fire", about, "alertname", {"how many": firing}).span(24).height(5).no_value("none")


def _heard() -> list[timeseries.Panel]:
    posts = query(f"sum by (source) (rate(larum_posts_total{{{SOURCES}}}[$__rate_interval]))")
    heard = query(f"min by (source) (larum_source_coverage_ratio{{{SOURCES}}})")
    newest = query(f"time() - max by (source) (larum_last_post_timestamp_seconds{{{SOURCES}}})")
    dead = query("sum by (reason) (rate(larum_dead_letters_total[$__rate_interval])) * 60")
    dropped = {"repeated": SKY, "deleted": BLUE, "shed": VERMILLION, "unknown brand": ORANGE}
    counters = ("repeated_posts", "deleted_posts", "shed_posts", "unknown_brand_mentions")
    left_out = [
        query(f"sum(rate(larum_{counter}_total[$__rate_interval])) * 60", name)
        for counter, name in zip(counters, dropped, strict=True)
    ]
    return [
        stacked(plot("Posts", "Posts read, by source.", PER_SECOND, posts, width=12)),
        plot(
            "What is heard",
            "Part of each source's expected posts that come: 0 is blind.",
            "percentunit",
            heard,
            width=12,
        ),
        plot("Newest post", "How old the newest post of each source is.", "s", newest),
        plot("Dead letters", "Records set aside whole, being of no use, by reason.", PER_MINUTE, dead),
        coloured(
            plot("Left out", "Posts that did not count, and why: most ought to be repeats.", PER_MINUTE, *left_out),
            dropped,
        ),
    ]


def _in_time() -> list[timeseries.Panel]:
    waiting = query("max by (topic, partition) (larum_lag_records)", "{{topic}} {{partition}}")
    behind = query("time() - max by (partition) (larum_watermark_timestamp_seconds)", "partition {{partition}}")
    judged = query("time() - min(larum_closed_timestamp_seconds)", "judged until")
    buckets = "sum by (stage, le) (rate(larum_processing_seconds_bucket[$__rate_interval]))"
    seconds = query(f"histogram_quantile(0.95, {buckets})", "{{stage}}")
    queued = query("max by (topic) (larum_queued_fetches)", "{{topic}}")
    kept = query("min by (partition) (larum_sampling_ratio)", "partition {{partition}}")
    held = query("max by (partition) (larum_partition_held)", "partition {{partition}} waits")
    return [
        plot("Waiting records", "Records of each partition that wait to be read.", "short", waiting),
        coloured(
            plot(
                "Behind", "How far event time is behind now: by partition as read, and as judged.", "s", behind, judged
            ),
            {"judged until": VERMILLION},
        ),
        plot("Time for a batch", "95th percentile of the time one batch spends in a stage.", "s", seconds),
        plot("Queues", "Fetched batches that wait for an agent, of the fullest worker.", "short", queued),
        plot(
            "Kept of loud brands", "Least part of a loud brand's posts that is counted: 1 is all.", "percentunit", kept
        ),
        plot("Held back", "1 while a partition is not read from, for slower ones to catch up.", "short", held),
    ]


def _together() -> list[timeseries.Panel]:
    ready = query("sum by (instance) (larum_ready)", "{{instance}}")
    shares = query('sum by (instance) (larum_assigned_partitions{topic="posts"})', "{{instance}}")
    begun = query("max(increase(larum_rebalances_total[$__rate_interval]))", "rebalances")
    failed = query("sum(increase(larum_commit_failures_total[$__rate_interval]))", "commits that failed")
    spans = {"without work": ("rebalance", VERMILLION), "restoring": ("restore", SKY)}
    seconds = [
        query(
            f"histogram_quantile(0.95, sum by (le) (rate(larum_{what}_seconds_bucket[$__rate_interval])))",
            name,
        )
        for name, (what, _) in spans.items()
    ]
    restored = query("sum by (instance) (rate(larum_restored_records_total[$__rate_interval]))", "{{instance}}")
    return [
        stacked(plot("Workers", "1 while a worker takes posts, 0 while it starts, meets or restores.", "short", ready)),
        stacked(plot("Shares", "Partitions of posts that each worker reads.", "short", shares)),
        coloured(
            plot("Rebalances", "Rebalances that have begun, and commits that did not succeed.", "short", begun, failed),
            {"rebalances": SKY, "commits that failed": VERMILLION},
        ),
        coloured(
            plot(
                "Time of a rebalance",
                "95th percentile of the time without work, and of restoring in it.",
                "s",
                *seconds,
            ),
            {name: colour for name, (_, colour) in spans.items()},
        ),
        plot("Restored", "Records of state that are read from the changelog, by worker.", PER_SECOND, restored),
        coloured(
            plot(
                "Configuration",
                "1 while a worker's configuration file can be used.",
                "short",
                query("min(larum_config_valid)", "valid"),
            ),
            {"valid": GREEN},
        ),
    ]


def _process() -> list[timeseries.Panel]:
    ours = "and on (instance) (larum_build_info or larum_notifications_total)"
    memory = query(f"process_resident_memory_bytes {ours}", "{{instance}}")
    cpu = query(f"rate(process_cpu_seconds_total[$__rate_interval]) {ours}", "{{instance}}")
    files = query(f"process_open_fds {ours}", "{{instance}}")
    return [
        plot("Memory", "Resident memory of each process of larum.", "bytes", memory),
        plot("Processor", "Cores that each process of larum keeps busy.", "short", cpu),
        plot("Open files", "Open files and connections of each process of larum.", "short", files),
    ]
