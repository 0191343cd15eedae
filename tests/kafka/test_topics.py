"""`larum topics` on a real broker."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import pytest
from aiokafka.admin import NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from typer.testing import CliRunner

from streams.cli import app
from streams.core.settings import Kafka
from streams.topics import TopicError, TopicReport, changelog, ensure, plan, require
from tests.kafka import helpers
from tests.kafka.workers import Stage, stage_settings


@pytest.fixture
def kafka(bootstrap_servers: str, name: str) -> Kafka:
    return stage_settings(bootstrap_servers, name, partitions=3).kafka


async def partitions(kafka: Kafka) -> dict[str, int]:
    async with helpers.administrator(kafka.bootstrap_servers) as admin:
        names = [topic for topic in await admin.list_topics() if topic.startswith(kafka.group)]
        described = await admin.describe_topics(names) if names else []
    return {topic["topic"]: len(topic["partitions"]) for topic in described}


async def test_topics_are_made_once_with_the_right_number_of_partitions(kafka: Kafka) -> None:
    with pytest.raises(TopicError, match=f"missing .*{kafka.posts_topic}.*larum topics"):
        await require(kafka)
    assert {report.state for report in await ensure(kafka, create=False)} == {"missing"}
    assert await partitions(kafka) == {}
    assert {report.state for report in await ensure(kafka)} == {"created"}
    assert await partitions(kafka) == {
        kafka.posts_topic: 3,
        kafka.tallies_topic: 3,
        changelog(kafka): 3,
        kafka.counts_topic: 3,
        kafka.crises_topic: 1,
        kafka.incidents_topic: 1,
        kafka.audit_topic: 1,
        kafka.labels_topic: 1,
        kafka.models_topic: 1,
        kafka.dead_topic: 1,
    }
    assert {report.state for report in await ensure(kafka)} == {"exists"}
    await require(kafka)


async def test_state_labels_and_models_are_compacted_and_crises_are_kept_for_ever(kafka: Kafka) -> None:
    await ensure(kafka)
    found: dict[str, dict[str, str]] = {}
    async with helpers.administrator(kafka.bootstrap_servers) as admin:
        names = [changelog(kafka), kafka.crises_topic, kafka.labels_topic, kafka.models_topic]
        answers = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name) for name in names])
    for answer in answers:
        for resource in answer.resources:
            found[resource[3]] = {entry[0]: entry[1] for entry in resource[4]}
    for name in (changelog(kafka), kafka.labels_topic, kafka.models_topic):
        assert found[name]["cleanup.policy"] == "compact"
    assert found[kafka.crises_topic]["retention.ms"] == "-1"


async def test_topics_split_in_another_way_are_refused_and_nothing_is_made(kafka: Kafka) -> None:
    await helpers.create(kafka.bootstrap_servers, kafka.posts_topic, 2)
    await helpers.create(kafka.bootstrap_servers, kafka.labels_topic, 2)
    with pytest.raises(TopicError) as refused:
        await ensure(kafka)
    assert f"{kafka.posts_topic} has 2 partitions, kafka.partitions asks for 3" in str(refused.value)
    assert f"{kafka.labels_topic} has 2 partitions, it must have one" in str(refused.value)
    assert len(await partitions(kafka)) == 2


@pytest.mark.parametrize("which", ["posts", "tallies", "labels", "changelog"])
async def test_a_worker_refuses_topics_that_are_not_split_alike_before_it_joins_the_group(
    kafka: Kafka, tmp_path: Path, which: str
) -> None:
    odd = {"posts": kafka.posts_topic, "tallies": kafka.tallies_topic, "labels": kafka.labels_topic}
    wrong = odd.get(which, changelog(kafka))
    await helpers.create(kafka.bootstrap_servers, wrong, 2)
    await ensure_others(kafka, wrong)
    with pytest.raises(TopicError, match=f"^{wrong} has 2 partitions, .* must be split alike"):
        await require(kafka)
    stage = Stage(tmp_path, stage_settings(kafka.bootstrap_servers, kafka.group, partitions=3))
    with stage.worker() as worker:
        assert await asyncio.to_thread(worker.wait, 60) == 2
    assert f"{wrong} has 2 partitions" in stage.log.read_text()
    async with helpers.administrator(kafka.bootstrap_servers) as admin:
        assert kafka.group not in {group for group, _ in await admin.list_consumer_groups()}


async def ensure_others(kafka: Kafka, but: str) -> None:
    """Make all topics but one."""
    async with helpers.administrator(kafka.bootstrap_servers) as admin:
        await admin.create_topics([NewTopic(one.name, one.partitions, 1) for one in plan(kafka) if one.name != but])


def test_the_command_tells_what_it_made_and_what_is_wrong(bootstrap_servers: str, name: str, tmp_path: Path) -> None:
    stage = Stage(tmp_path, stage_settings(bootstrap_servers, name, partitions=2))
    made = CliRunner().invoke(app, ["topics", "--config", str(stage.config), "--json"])
    assert made.exit_code == 0
    reports = [msgspec.json.decode(line, type=TopicReport) for line in made.stdout.splitlines()]
    assert {report.state for report in reports} == {"created"}
    other = Stage(tmp_path, stage_settings(bootstrap_servers, name, partitions=5))
    refused = CliRunner().invoke(app, ["topics", "--config", str(other.config)])
    assert refused.exit_code == 2
    assert "has 2 partitions" in refused.stderr


def test_a_broker_that_does_not_answer_is_told_in_one_line(tmp_path: Path, name: str) -> None:
    stage = Stage(tmp_path, stage_settings("127.0.0.1:1", name))
    refused = CliRunner().invoke(app, ["topics", "--config", str(stage.config)])
    assert refused.exit_code == 2
    assert "no broker answers at 127.0.0.1:1" in refused.stderr
