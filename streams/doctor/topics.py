"""Judge the topics: are they there, split alike, copied, and kept as long and as large as larum needs."""

from __future__ import annotations

from collections.abc import Iterator

from streams.core.settings import Kafka
from streams.doctor.commands import alter
from streams.doctor.findings import Finding, ok, problem, warning
from streams.doctor.view import UNKNOWN_TOPIC, TopicView, View
from streams.topics import DAY, FOREVER, TopicPlan, plan

RETENTION, CLEANUP, LARGEST, IN_SYNC = "retention.ms", "cleanup.policy", "max.message.bytes", "min.insync.replicas"


def judge_topics(kafka: Kafka, view: View) -> Iterator[Finding]:
    """Say what is right and wrong with the topics."""
    wanted = plan(kafka)
    missing = [topic.name for topic in wanted if view.topics[topic.name].error == UNKNOWN_TOPIC]
    if missing:
        yield problem("topics", f"missing: {', '.join(missing)}", "run 'larum topics' with this configuration")
    yield from _split_alike(kafka, wanted, view)
    for topic in wanted:
        seen = view.topics[topic.name]
        if not seen.partitions:  # missing, or not to be seen: then permissions are what is told of
            continue
        faults = [*_copies(kafka, seen), *_kept(kafka, topic, seen)]
        yield from faults or [ok("topics", f"{topic.name}: {_described(topic, seen)}")]


def _split_alike(kafka: Kafka, wanted: list[TopicPlan], view: View) -> Iterator[Finding]:
    """Compare the numbers of partitions: of what is split alike, and of what must not be split."""
    exact = [topic for topic in wanted if topic.exact and view.topics[topic.name].partitions]
    counts = {topic.name: len(view.topics[topic.name].partitions) for topic in exact}
    alike = {topic.name: counts[topic.name] for topic in exact if topic.partitions == kafka.partitions}
    single = [topic.name for topic in exact if topic.partitions == 1 != kafka.partitions and counts[topic.name] != 1]
    for name in single:
        yield problem(
            "topics",
            f"{name} has {counts[name]} partitions; with more than one its order is lost",
            f"make it anew with one partition: kafka-topics.sh --bootstrap-server {kafka.bootstrap_servers} "
            f"--delete --topic {name}, then 'larum topics', then send its records again",
        )
    if not alike or set(alike.values()) == {kafka.partitions}:
        return
    told = ", ".join(f"{name} {count}" for name, count in alike.items())
    if len(set(alike.values())) == 1:
        (count,) = set(alike.values())
        change = f"set kafka.partitions = {count}"
    else:
        change = (
            "stop all workers, delete those that differ from the posts topic with 'kafka-topics.sh --delete', set "
            f"kafka.partitions = {alike.get(kafka.posts_topic, kafka.partitions)}, and run 'larum topics'"
        )
    yield problem("topics", f"must be split alike, into kafka.partitions = {kafka.partitions}: {told}", change)


def _copies(kafka: Kafka, seen: TopicView) -> Iterator[Finding]:
    """Look for partitions that nobody leads, that lack copies, or whose writes hang on too many or too few copies."""
    orphans = [one.number for one in seen.partitions if one.leader < 0]
    behind = [one.number for one in seen.partitions if set(one.replicas) - set(one.in_sync)]
    copies = min(len(one.replicas) for one in seen.partitions)
    if orphans:
        yield problem(
            "topics", f"{seen.name}: nobody leads partition {_list(orphans)}", "start the brokers that hold its copies"
        )
    if behind:
        yield warning(
            "topics",
            f"{seen.name}: copies of partition {_list(behind)} are missing or behind",
            "start the broker that is down, or wait until it has caught up",
        )
    if copies < kafka.replication_factor:
        yield warning(
            "topics",
            f"{seen.name}: {copies} {'copy' if copies == 1 else 'copies'}, "
            f"but kafka.replication_factor = {kafka.replication_factor}",
            "add copies with kafka-reassign-partitions.sh",
        )
    if seen.config and copies > 1:
        yield from _writes(kafka, seen, copies, int(seen.config.get(IN_SYNC, 1)))


def _writes(kafka: Kafka, seen: TopicView, copies: int, needed: int) -> Iterator[Finding]:
    if needed < 2:
        yield warning(
            "topics",
            f"{seen.name}: {IN_SYNC} = {needed} of {copies} copies; what is written while only one is up can be lost",
            alter(kafka, seen.name, min_insync_replicas=2),
        )
    elif needed > copies:
        yield problem(
            "topics",
            f"{seen.name}: {IN_SYNC} = {needed}, but there are {copies} copies: nothing can be written",
            alter(kafka, seen.name, min_insync_replicas=copies - 1),
        )
    elif needed == copies:
        yield warning(
            "topics",
            f"{seen.name}: {IN_SYNC} = {needed} of {copies} copies; one broker down stops all writes",
            alter(kafka, seen.name, min_insync_replicas=copies - 1),
        )


def _kept(kafka: Kafka, topic: TopicPlan, seen: TopicView) -> Iterator[Finding]:
    """Compare cleaning, retention and size of records with the plan."""
    if seen.config is None:
        return
    policy, wanted = seen.config.get(CLEANUP, "delete"), topic.config[CLEANUP]
    whole = wanted == "compact" and RETENTION in topic.config  # may as well be kept with all that was said before
    if policy != wanted and not whole:
        lost = "state would expire" if wanted == "compact" else "records with the same key would be thrown away"
        yield problem(
            "topics", f"{topic.name}: {CLEANUP} = {policy}; {lost}", alter(kafka, topic.name, cleanup_policy=wanted)
        )
    if RETENTION in topic.config and "delete" in policy and (policy == wanted or whole):
        yield from _retention(kafka, topic, int(seen.config.get(RETENTION, FOREVER)))
    if LARGEST in topic.config and int(seen.config.get(LARGEST, 0)) < int(topic.config[LARGEST]):
        yield problem(
            "topics",
            f"{topic.name}: {LARGEST} = {seen.config.get(LARGEST)}; {topic.purpose} can need {topic.config[LARGEST]}",
            alter(kafka, topic.name, max_message_bytes=topic.config[LARGEST]),
        )


def _retention(kafka: Kafka, topic: TopicPlan, kept: int) -> Iterator[Finding]:
    wanted = int(topic.config[RETENTION])
    if kept == FOREVER or (wanted != FOREVER and kept >= wanted):
        return
    yield warning(
        "topics",
        f"{topic.name} ({topic.purpose}) keeps its records for {kept / DAY:.3g} days, not {_days(wanted)}",
        alter(kafka, topic.name, retention_ms=wanted),
    )


def _described(topic: TopicPlan, seen: TopicView) -> str:
    count = len(seen.partitions)
    parts = [f"{count} partition{'' if count == 1 else 's'}"]
    if seen.config is None:
        parts.append("configuration not readable")
    elif topic.config[CLEANUP] == "compact" == seen.config.get(CLEANUP):
        parts.append("compacted")
    else:
        kept = int(seen.config.get(RETENTION, FOREVER))
        parts.append("kept for ever" if kept == FOREVER else f"kept for {_days(kept)}")
    return ", ".join(parts)


def _days(milliseconds: int) -> str:
    return "for ever" if milliseconds == FOREVER else f"{milliseconds / DAY:.3g} days"


def _list(numbers: list[int]) -> str:
    return ", ".join(str(number) for number in numbers)
