"""What `larum doctor` says of brokers that tests cannot have: many of them, far away, with wrong clocks."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec
import pytest

from streams.core.settings import Brand, Kafka, Settings
from streams.doctor.cluster import judge_brokers, judge_clock
from streams.doctor.configuration import judge_configuration
from streams.doctor.findings import Finding
from streams.doctor.group import judge_group
from streams.doctor.machine import available, judge_machine
from streams.doctor.permissions import judge_permissions
from streams.doctor.topics import judge_topics
from streams.doctor.view import BrokerView, ClockView, GroupView, PartitionView, TopicView, View
from streams.topics import plan

ALL = frozenset(range(3, 13))
KAFKA = Kafka(replication_factor=3)


def view(kafka: Kafka = KAFKA, brokers: int = 3, in_sync: str = "2", **changes: object) -> View:
    """A cluster in which all is well."""
    nodes = tuple(range(brokers))
    topics = {
        topic.name: TopicView(
            topic.name,
            partitions=tuple(PartitionView(number, 0, nodes[:3], nodes[:3]) for number in range(topic.partitions)),
            config={**topic.config, "min.insync.replicas": in_sync},
            operations=ALL,
        )
        for topic in plan(kafka)
    }
    group = GroupView("Stable", ("/10.0.0.1", "/10.0.0.2"), ALL)
    made = View(
        "c", 0, tuple(BrokerView(node, f"k{node}:9092") for node in nodes), topics, ALL, group, (), ClockView(), {}
    )
    return msgspec.structs.replace(made, **changes)


def faults(findings: Iterable[Finding]) -> list[tuple[str, str]]:
    return [(finding.level, finding.found) for finding in findings if finding.level != "ok"]


def test_a_cluster_in_which_all_is_well_gets_no_advice() -> None:
    whole = view()
    findings = [
        *judge_brokers(KAFKA, whole), *judge_topics(KAFKA, whole), *judge_permissions(KAFKA, whole),
        *judge_group(KAFKA, whole), *judge_clock(whole),
    ]  # fmt: skip
    assert findings
    assert faults(findings) == []


def test_more_copies_than_brokers_is_a_problem_and_fewer_than_could_be_a_warning() -> None:
    ((level, found),) = faults(judge_brokers(KAFKA, view(brokers=2)))
    assert level == "problem"
    assert "kafka.replication_factor = 3, but there are 2 brokers" in found
    ((level, found),) = faults(judge_brokers(Kafka(replication_factor=1), view()))
    assert (level, found[:9]) == ("warning", "3 brokers")


def test_a_broker_that_advertises_an_address_nobody_can_reach_is_a_problem() -> None:
    whole = view()
    far = BrokerView(7, "kafka:9092", "Name or service not known")
    lost = msgspec.structs.replace(whole, brokers=(far, *whole.brokers))
    ((level, found),) = faults(judge_brokers(KAFKA, lost))
    assert level == "problem"
    assert "broker 7 calls itself kafka:9092" in found


@pytest.mark.parametrize(
    ("needed", "level", "says"),
    [
        ("1", "warning", "can be lost"),
        ("3", "warning", "one broker down stops all writes"),
        ("4", "problem", "nothing can be written"),
    ],
)
def test_writes_hang_on_neither_too_few_nor_too_many_copies(needed: str, level: str, says: str) -> None:
    found = faults(judge_topics(KAFKA, view(in_sync=needed)))
    assert len(found) == len(plan(KAFKA))
    assert all((how, says in text) == (level, True) for how, text in found)


def test_partitions_without_leader_or_with_copies_behind_are_told() -> None:
    topics = dict(view().topics)
    name = KAFKA.posts_topic
    partitions = (PartitionView(0, -1, (0, 1, 2), (0,)), *topics[name].partitions[1:])
    topics[name] = msgspec.structs.replace(topics[name], partitions=partitions)
    assert faults(judge_topics(KAFKA, view(topics=topics))) == [
        ("problem", f"{name}: nobody leads partition 0"),
        ("warning", f"{name}: copies of partition 0 are missing or behind"),
    ]


@pytest.mark.parametrize(("ahead", "levels"), [(0.5, []), (-5.0, ["warning"]), (40.0, ["problem"])])
def test_clocks_may_differ_by_a_little(ahead: float, levels: list[str]) -> None:
    findings = list(judge_clock(view(clock=ClockView(ahead, 0.01))))
    assert [level for level, _ in faults(findings)] == levels
    assert ("behind" if ahead > 0 else "ahead of") in findings[0].found


def test_a_slow_answer_is_not_taken_for_a_wrong_clock() -> None:
    assert faults(judge_clock(view(clock=ClockView(4.0, 3.5)))) == []


def test_a_clock_that_could_not_be_compared_is_said_to_be_so() -> None:
    ((level, found),) = faults(judge_clock(view(clock=ClockView(unknown="there is no topic"))))
    assert (level, found) == ("warning", "could not be compared with the broker's: there is no topic")


def test_workers_that_have_nothing_to_do_and_groups_that_do_not_settle_are_told() -> None:
    idle = GroupView("Stable", ("/h",) * 5, ALL)
    ((_, found),) = faults(judge_group(KAFKA, view(group=idle)))
    assert "5 workers for 4 partitions" in found
    ((_, found),) = faults(judge_group(KAFKA, view(group=GroupView("PreparingRebalance", ("/h",), ALL))))
    assert "is meeting" in found


def test_a_machine_is_measured_against_the_number_of_brands() -> None:
    settings = Settings(brands=tuple(Brand(id=f"b{number}", name=f"Brand{number}") for number in range(1000)))
    assert faults(judge_machine(settings, files=20_000, memory=1 << 30)) == []
    few = faults(judge_machine(settings, files=256, memory=100 << 20))
    assert [found.partition(";")[0] for _, found in few] == ["at most 256 open files", "100 MB of memory free"]


def test_a_container_has_as_much_memory_as_it_is_given(tmp_path: Path) -> None:
    meminfo, limit = tmp_path / "meminfo", tmp_path / "memory.max"
    meminfo.write_text("MemTotal: 9000 kB\nMemAvailable:    8000 kB\n")
    assert available(meminfo, (str(limit),)) == 8000 << 10
    limit.write_text("max\n")
    assert available(meminfo, (str(limit),)) == 8000 << 10
    limit.write_text("1000\n")
    assert available(meminfo, (str(limit),)) == 1000


def test_a_secret_that_everybody_can_read_is_told(tmp_path: Path) -> None:
    config, token = tmp_path / "larum.toml", tmp_path / "token"
    config.write_text('[server]\ntoken_file = "token"\n')
    token.write_text("planted")
    settings = Settings(brands=(Brand(id="orlen", name="Orlen"),))
    token.chmod(0o644)
    ((level, found),) = faults(judge_configuration(config, settings))
    assert level == "warning"
    assert found == f"server.token_file = {token} can be read by everybody"
    token.chmod(0o600)
    assert faults(judge_configuration(config, settings)) == []


@pytest.mark.parametrize(
    ("config", "says"),
    [
        ({"cleanup.policy": "compact"}, None),
        ({"cleanup.policy": "delete", "retention.ms": "-1"}, None),
        ({"cleanup.policy": "delete", "retention.ms": "86400000"}, "keeps its records for 1 days, not for ever"),
        ({"cleanup.policy": "compact,delete", "retention.ms": "86400000"}, "keeps its records for 1 days"),
    ],
)
def test_labels_may_be_compacted_or_kept_whole_but_not_dropped(config: dict[str, str], says: str | None) -> None:
    topics = dict(view().topics)
    name = KAFKA.labels_topic
    topics[name] = msgspec.structs.replace(topics[name], config={"min.insync.replicas": "2", **config})
    found = faults(judge_topics(KAFKA, view(topics=topics)))
    assert [level for level, _ in found] == ["warning"] * (says is not None)
    assert all(says in text for _, text in found if says)
