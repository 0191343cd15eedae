"""`larum doctor` on a real broker, with things deliberately wrong."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec
import pytest
from aiokafka import TopicPartition
from aiokafka.admin import NewTopic, RecordsToDelete
from aiokafka.protocol.admin import CreateAclsRequest
from typer.testing import CliRunner

from streams.cli import app
from streams.core.settings import Kafka
from streams.doctor import Finding, examine
from streams.doctor.cluster import judge_brokers
from streams.doctor.looking import look
from streams.topics import changelog, ensure
from tests.kafka import helpers
from tests.kafka.broker import Broker, BrokerUnavailableError, free_ports, jars
from tests.kafka.workers import Stage, stage_settings

GUARDED = """
listeners=PLAINTEXT://127.0.0.1:{port},SASL_PLAINTEXT://127.0.0.1:{sasl},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port},SASL_PLAINTEXT://127.0.0.1:{sasl}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT
inter.broker.listener.name=PLAINTEXT
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS
sasl.enabled.mechanisms=PLAIN
listener.name.sasl_plaintext.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required \
user_clerk="open";
"""


@pytest.fixture
def stage(bootstrap_servers: str, name: str, tmp_path: Path) -> Stage:
    return Stage(tmp_path, stage_settings(bootstrap_servers, name, partitions=3))


@pytest.fixture(scope="module")
def guarded() -> Iterator[tuple[Broker, int]]:
    """A broker that lets everybody do everything at one port, and `clerk` what he was granted at another."""
    java = shutil.which("java")
    try:
        libs = jars()
    except BrokerUnavailableError as missing:
        pytest.skip(f"no Kafka broker: {missing}")
    if java is None:
        pytest.skip("no Kafka broker: java is not installed")
    (sasl,) = free_ports(1)
    with tempfile.TemporaryDirectory(prefix="larum-kafka-") as home:
        broker = Broker(Path(home), java, libs)
        with broker.properties.open("a") as properties:  # of two lines with a key, the later one counts
            properties.write(GUARDED.format(port=broker.port, controller=broker.controller, sasl=sasl))
        broker.format()
        broker.start()
        yield broker, sasl
        broker.kill()


PATIENCE = 20.0  # seconds


async def diagnosed(stage: Stage, **environ: str) -> list[Finding]:
    return await examine(stage.config, environ)


def clerks(port: int, name: str, folder: Path) -> Stage:
    """Settings by which the clerk comes in, but for his password."""
    sasl = {"security_protocol": "SASL_PLAINTEXT", "sasl_mechanism": "PLAIN", "sasl_username": "clerk"}
    return Stage(folder, stage_settings(f"127.0.0.1:{port}", name, **sasl))


def faults(findings: Sequence[Finding], *areas: str) -> list[Finding]:
    return [one for one in findings if one.level != "ok" and (not areas or one.area in areas)]


async def make(kafka: Kafka, topic: str, partitions: int, config: Mapping[str, str] | None = None) -> None:
    async with helpers.administrator(kafka.bootstrap_servers) as admin:
        await admin.create_topics([NewTopic(topic, partitions, 1, topic_configs=dict(config or {}))])
        async with asyncio.timeout(PATIENCE):  # until news of it has got around
            while True:
                if all(one["partitions"] for one in await admin.describe_topics([topic])):
                    return
                await asyncio.sleep(0.1)


async def test_where_all_is_in_order_nothing_but_what_one_broker_and_no_worker_mean_is_said(stage: Stage) -> None:
    await ensure(stage.kafka)
    findings = await diagnosed(stage)
    assert [(one.area, one.level) for one in faults(findings)] == [("broker", "warning"), ("group", "warning")]
    assert {one.area for one in findings} == {
        "configuration", "machine", "broker", "topics", "permissions", "group", "clock", "labels"
    }  # fmt: skip
    clock = next(one for one in findings if one.area == "clock")
    assert "this machine's clock is 0." in clock.found


async def test_it_writes_nothing(stage: Stage) -> None:
    await ensure(stage.kafka)
    await diagnosed(stage)
    kafka = stage.kafka
    for topic in (kafka.posts_topic, kafka.dead_topic, kafka.tallies_topic, kafka.crises_topic, kafka.labels_topic):
        assert await helpers.ends(stage.servers, topic) == 0
    assert await helpers.ends(stage.servers, changelog(kafka)) == 0
    async with helpers.administrator(stage.servers) as admin:
        assert kafka.group not in {group for group, _ in await admin.list_consumer_groups()}


async def test_missing_topics_are_named_with_the_command_that_makes_them(stage: Stage) -> None:
    await make(stage.kafka, stage.kafka.posts_topic, 3)
    missing = faults(await diagnosed(stage), "topics")[0]
    assert missing.level == "problem"
    assert missing.found.startswith(f"missing: {stage.kafka.dead_topic}, {stage.kafka.tallies_topic}")
    assert stage.kafka.posts_topic not in missing.found
    assert "larum topics" in missing.change


async def test_topics_that_are_not_split_alike_are_told_together(stage: Stage) -> None:
    kafka = stage.kafka
    await make(kafka, kafka.tallies_topic, 2)
    await make(kafka, changelog(kafka), 5)
    await make(kafka, kafka.labels_topic, 2)
    await make(kafka, kafka.posts_topic, 3)
    found = [one for one in faults(await diagnosed(stage), "topics") if one.level == "problem"]
    split = next(one for one in found if "split alike" in one.found)
    told = f"{kafka.posts_topic} 3, {kafka.tallies_topic} 2, {changelog(kafka)} 5"
    assert split.found == f"must be split alike, into kafka.partitions = 3: {told}"
    assert "kafka.partitions = 3" in split.change
    assert any(one.found.startswith(f"{kafka.labels_topic} has 2 partitions") for one in found)


async def test_where_all_topics_have_another_number_the_setting_is_what_is_wrong(stage: Stage, tmp_path: Path) -> None:
    await ensure(stage.kafka)
    other = Stage(tmp_path, stage_settings(stage.servers, stage.kafka.group, partitions=4))
    (split,) = faults(await diagnosed(other), "topics")
    assert split.change == "set kafka.partitions = 3"


async def test_a_policy_a_retention_and_a_size_that_do_not_do_are_told_with_the_command(stage: Stage) -> None:
    kafka = stage.kafka
    await make(kafka, kafka.posts_topic, 3, {"cleanup.policy": "compact"})
    await make(kafka, changelog(kafka), 3, {"cleanup.policy": "delete", "max.message.bytes": "1000"})
    await make(kafka, kafka.labels_topic, 1, {"retention.ms": "86400000"})
    await ensure(kafka)
    told = {one.found: one for one in faults(await diagnosed(stage), "topics")}
    expected = {
        f"{kafka.posts_topic}: cleanup.policy = compact; records with the same key would be thrown away": (
            "problem", "--add-config cleanup.policy=delete",
        ),
        f"{changelog(kafka)}: cleanup.policy = delete; state would expire": (
            "problem", "--add-config cleanup.policy=compact",
        ),
        f"{changelog(kafka)}: max.message.bytes = 1000; state of the brands can need 16777216": (
            "problem", "--add-config max.message.bytes=16777216",
        ),
        f"{kafka.labels_topic} (the last label of each post, learned from in order) keeps its records for 1 days, "
        "not for ever": ("warning", "--add-config retention.ms=-1"),
    }  # fmt: skip
    assert told.keys() == expected.keys()
    for found, (level, command) in expected.items():
        assert told[found].level == level
        assert told[found].change.endswith(command)
        assert told[found].change.startswith(f"kafka-configs.sh --bootstrap-server {stage.servers} --alter --topic ")


async def test_a_worker_and_what_waits_for_it_are_seen(stage: Stage) -> None:
    await ensure(stage.kafka)
    await helpers.fill(stage.servers, stage.kafka.posts_topic, [(1, b"no post"), (1, b"no post"), (2, b"no post")])
    waiting = faults(await diagnosed(stage), "group")
    assert [one.found for one in waiting] == [
        f"{stage.kafka.group}: no worker runs",
        f"{stage.kafka.posts_topic}: records that wait, by partition: 1: 2, 2: 1",
    ]
    with stage.worker() as worker:
        await stage.ready(1, worker)

        async def read() -> bool:
            found = [one.found for one in await diagnosed(stage) if one.area == "group" and one.level == "ok"]
            stable = f"{stage.kafka.group}: stable, 1 worker (1 on 127.0.0.1)"
            return {stable, f"{stage.kafka.posts_topic}: nothing waits"} <= set(found)

        await stage.until(read, worker)
        await stage.stop(worker)


async def test_records_that_were_deleted_before_they_were_read_are_a_problem(stage: Stage) -> None:
    posts = stage.kafka.posts_topic
    await ensure(stage.kafka)
    await helpers.fill(stage.servers, posts, [(0, b"no post")])
    with stage.worker() as worker:

        async def read() -> bool:
            return (await helpers.committed(stage.servers, stage.kafka.group, posts)).get(0) == 1

        await stage.until(read, worker)
        await stage.stop(worker)
    await helpers.fill(stage.servers, posts, [(0, b"no post")] * 7)
    async with helpers.administrator(stage.servers) as admin:
        await admin.delete_records({TopicPartition(posts, 0): RecordsToDelete(before_offset=6)})
    lost = [one for one in faults(await diagnosed(stage), "group") if one.level == "problem"]
    assert [one.found for one in lost] == [f"{posts}/0: 5 records were deleted before they were read"]


async def test_a_session_that_the_broker_does_not_admit_is_a_problem(stage: Stage) -> None:
    await ensure(stage.kafka)
    hurried = stage.kafka.model_copy(update={"session_timeout_seconds": 0.5, "heartbeat_seconds": 0.1})
    findings = list(judge_brokers(hurried, await look(hurried)))
    assert [one.change for one in findings if one.level == "problem"] == [
        "set kafka.session_timeout_seconds between 1 and 1800"
    ]


async def test_what_a_user_may_not_do_is_told_with_the_command_that_allows_it(
    guarded: tuple[Broker, int], name: str, tmp_path: Path
) -> None:
    broker, port = guarded
    open_kafka = stage_settings(broker.bootstrap_servers, name).kafka
    await ensure(open_kafka)
    stage = clerks(port, name, tmp_path)
    held = [(2, open_kafka.posts_topic, 3), (2, open_kafka.tallies_topic, 3), (2, open_kafka.dead_topic, 4)]
    async with helpers.administrator(broker.bootstrap_servers) as admin:
        for kind, resource, operation in held:
            await admin._send_to_controller(CreateAclsRequest(kind, resource, 3, "User:clerk", "*", operation, 3))
    hidden = ", and may not see whether it is there"
    expected = {
        f"User:clerk may not write {open_kafka.tallies_topic}",
        f"User:clerk may not write {open_kafka.crises_topic}{hidden}",
        f"User:clerk may not write {open_kafka.counts_topic}{hidden}",
        f"User:clerk may not read {open_kafka.labels_topic}{hidden}",
        f"User:clerk may not read {open_kafka.models_topic}{hidden}",
        f"User:clerk may not write {open_kafka.models_topic}{hidden}",
        f"User:clerk may not read {changelog(open_kafka)}{hidden}",
        f"User:clerk may not write {changelog(open_kafka)}{hidden}",
        f"User:clerk may not join the group {name}",
    }
    told = set[str]()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):  # until the broker goes by the rules that it was given
            while told != expected:
                findings = await diagnosed(stage, LARUM_KAFKA_SASL_PASSWORD="open")
                refused = [one for one in faults(findings, "permissions") if one.level == "problem"]
                told = {one.found for one in refused}
    assert told == expected
    command = next(one.change for one in refused if open_kafka.labels_topic in one.found)
    assert command == (
        f"kafka-acls.sh --bootstrap-server 127.0.0.1:{port} --add --allow-principal User:clerk --operation Read "
        f"--topic {open_kafka.labels_topic}"
    )
    unread = [one.found for one in faults(findings, "permissions") if one.level == "warning"]
    assert f"the configuration of {open_kafka.posts_topic} may not be read, and was not judged" in unread


async def test_a_wrong_password_is_told_and_not_shown(guarded: tuple[Broker, int], name: str, tmp_path: Path) -> None:
    _, port = guarded
    findings = await diagnosed(clerks(port, name, tmp_path), LARUM_KAFKA_SASL_PASSWORD="planted-and-wrong")
    (refused,) = [one for one in faults(findings) if one.level == "problem"]
    assert "Authentication" in refused.found
    assert "password" in refused.change
    assert "planted-and-wrong" not in repr(findings)


def test_the_command_ends_with_one_where_there_is_a_problem_and_with_nought_where_not(
    bootstrap_servers: str, name: str, tmp_path: Path
) -> None:
    stage = Stage(tmp_path, stage_settings(bootstrap_servers, name))
    broken = CliRunner().invoke(app, ["doctor", "--config", str(stage.config), "--json"])
    assert broken.exit_code == 1
    findings = [msgspec.json.decode(line, type=Finding) for line in broken.stdout.splitlines()]
    assert any(one.found.startswith("missing: ") for one in findings)
    assert CliRunner().invoke(app, ["topics", "--config", str(stage.config)]).exit_code == 0
    whole = CliRunner().invoke(app, ["doctor", "--config", str(stage.config)])
    assert whole.exit_code == 0
    assert "What to change:" in whole.stdout


async def test_a_broker_that_does_not_answer_is_a_problem_and_the_rest_is_still_told(tmp_path: Path, name: str) -> None:
    stage = Stage(tmp_path, stage_settings("127.0.0.1:1", name))
    findings = await diagnosed(stage)
    (down,) = faults(findings, "broker")
    assert "127.0.0.1:1: " in down.found
    assert any(one.area == "machine" for one in findings)
