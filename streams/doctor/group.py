"""Judge the workers' group, how far it has come, and what there is to learn from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from streams.core.settings import Kafka
from streams.doctor.findings import Finding, ok, problem, warning
from streams.doctor.view import Span, View

MANY = 10_000  # records of a partition that wait: as the alert LarumLagGrows has it


def judge_group(kafka: Kafka, view: View) -> Iterator[Finding]:
    """Say whether workers run, and whether they keep up."""
    group = view.group
    if group.error:
        yield warning("group", f"{kafka.group} may not be looked at (error {group.error})", "see permissions")
        return
    members = len(group.members)
    if not members:
        yield warning("group", f"{kafka.group}: no worker runs", "start 'larum worker'")
    elif group.state != "Stable":
        yield warning(
            "group",
            f"{kafka.group}: {members} workers, and the group is meeting ({group.state})",
            "wait half a minute and look again; if it is still so, look at the workers' logs",
        )
    elif members > kafka.partitions:
        yield warning(
            "group",
            f"{kafka.group}: {members} workers for {kafka.partitions} partitions, so some have nothing to do",
            f"run at most {kafka.partitions} workers, or make the topics with more partitions from the start",
        )
    else:
        hosts = ", ".join(f"{count} on {host.lstrip('/')}" for host, count in sorted(Counter(group.members).items()))
        yield ok("group", f"{kafka.group}: stable, {members} worker{'' if members == 1 else 's'} ({hosts})")
    for topic in (kafka.posts_topic, kafka.tallies_topic):
        spans = [span for span in view.spans if span.topic == topic]
        if spans:
            yield from _lag(topic, spans, members)


def judge_labels(kafka: Kafka, view: View) -> Iterator[Finding]:
    """Say what there is to learn from."""
    count = sum(span.end - span.begin for span in view.spans if span.topic == kafka.labels_topic)
    if count:
        yield ok("labels", f"{kafka.labels_topic}: about {count} labels to learn from")
    elif view.topics[kafka.labels_topic].partitions:
        yield ok("labels", f"{kafka.labels_topic} is empty: sentiment goes by its lexicon alone")


def _lag(topic: str, spans: list[Span], members: int) -> Iterator[Finding]:
    lost = [span for span in spans if 0 <= span.committed < span.begin]
    for span in lost:
        yield problem(
            "group",
            f"{topic}/{span.partition}: {span.begin - span.committed} records were deleted before they were read",
            "keep records longer (retention.ms), and find out why no worker has read them",
        )
    waiting = {span.partition: span.lag for span in spans if span.lag > 0}
    if not waiting:
        yield ok("group", f"{topic}: nothing waits")
        return
    told = ", ".join(f"{partition}: {lag}" for partition, lag in waiting.items())
    if members and max(waiting.values()) <= MANY:
        yield ok("group", f"{topic}: records that wait, by partition: {told}")
    else:
        yield warning(
            "group",
            f"{topic}: records that wait, by partition: {told}",
            "start another worker, up to one for each partition" if members else "start 'larum worker'",
        )
