"""Judge what the broker lets the configured user do."""

from __future__ import annotations

from collections.abc import Iterator

from streams.core.settings import Kafka
from streams.doctor.commands import grant, principal
from streams.doctor.findings import Finding, ok, problem, warning
from streams.doctor.view import GROUP_FORBIDDEN, TOPIC_FORBIDDEN, UNKNOWN_TOPIC, View
from streams.topics import needed
from streams.wire import Right


def judge_permissions(kafka: Kafka, view: View) -> Iterator[Finding]:
    """Say what the user may not do, and must."""
    if view.operations is None:
        yield warning("permissions", "this broker does not tell them", "Kafka 2.3 or newer does")
        return
    faults = [*_topics(kafka, view), *_group(kafka, view), *_making(kafka, view)]
    yield from faults
    if not any(fault.level == "problem" for fault in faults):
        yield ok("permissions", f"User:{principal(kafka)} may do all that a worker does")
    unread = [
        topic.name for topic in view.topics.values() if topic.partitions and topic.config is None and not topic.error
    ]
    for name in unread:
        yield warning(
            "permissions",
            f"the configuration of {name} may not be read, and was not judged",
            grant(kafka, "DescribeConfigs", "topic", name),
        )


def _topics(kafka: Kafka, view: View) -> Iterator[Finding]:
    for name, wanted in needed(kafka).items():
        topic = view.topics[name]
        if topic.error == UNKNOWN_TOPIC:
            continue
        held = frozenset[int]() if topic.error == TOPIC_FORBIDDEN else topic.operations
        for operation in sorted(wanted):
            if held is not None and operation not in held:
                hidden = ", and may not see whether it is there" if topic.error else ""
                yield problem(
                    "permissions",
                    f"User:{principal(kafka)} may not {str(operation).lower()} {name}{hidden}",
                    grant(kafka, str(operation), "topic", name),
                )


def _group(kafka: Kafka, view: View) -> Iterator[Finding]:
    held = view.group.operations
    if view.group.error == GROUP_FORBIDDEN or (held is not None and Right.READ not in held):
        yield problem(
            "permissions",
            f"User:{principal(kafka)} may not join the group {kafka.group}",
            grant(kafka, "Read", "group", kafka.group),
        )


def _making(kafka: Kafka, view: View) -> Iterator[Finding]:
    missing = [topic.name for topic in view.topics.values() if topic.error == UNKNOWN_TOPIC]
    if missing and Right.CREATE not in (view.operations or ()):
        yield warning(
            "permissions",
            f"User:{principal(kafka)} may not make topics in this cluster, and some are missing",
            f"{grant(kafka, 'Create', 'cluster', '')}; or run 'larum topics' as another user",
        )
