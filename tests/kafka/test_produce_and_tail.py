"""`larum produce` and `larum tail` on a real broker."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from streams import producer
from streams.cli import app
from streams.core.crises import CrisisEvent, decode, encode
from streams.producer import key_of, partition_of
from streams.topics import ensure
from tests.kafka import helpers, story
from tests.kafka.workers import Stage, embedded, stage_settings


@pytest.fixture
def stage(bootstrap_servers: str, name: str, tmp_path: Path) -> Stage:
    made = Stage(tmp_path, stage_settings(bootstrap_servers, name))
    asyncio.run(ensure(made.kafka))
    return made


@pytest.fixture(scope="module")
def events() -> list[CrisisEvent]:
    return embedded(story.settings(), story.posts())


def run(*arguments: object) -> str:
    """Run a command that has to succeed, and return what it printed."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.mark.parametrize("batch", [1, 20])
def test_posts_of_a_file_arrive_in_their_partitions_and_in_order(stage: Stage, tmp_path: Path, batch: int) -> None:
    lines = [*story.posts(minutes=40), b"no post", b'{"id": "1", "source": "story", "kind": "delete"}']
    file = tmp_path / "posts.jsonl"
    file.write_bytes(b"\n".join(lines))
    sent = json.loads(run("produce", file, "--config", stage.config, "--batch", batch, "--json"))
    records = asyncio.run(helpers.read(stage.servers, stage.kafka.posts_topic))
    arrived = [(record.partition, line) for record in records for line in (record.value or b"").split(b"\n")]
    assert (sent["posts"], sent["records"]) == (len(lines), len(records))
    for partition in range(stage.kafka.partitions):
        mine = [line for line in lines if partition_of(key_of(line), stage.kafka.partitions) == partition]
        assert [line for place, line in arrived if place == partition] == mine
    if batch == 1:
        assert {record.key for record in records} == {key_of(line) for line in lines}
    else:
        assert len(records) < len(lines) / 5


def test_a_document_over_several_lines_stays_one_post(stage: Stage, tmp_path: Path) -> None:
    file = tmp_path / "posts.json"
    file.write_text(json.dumps([json.loads(post) for post in story.posts(minutes=2)], indent=2))
    run("produce", file, "--config", stage.config, "--batch", 50)
    records = asyncio.run(helpers.read(stage.servers, stage.kafka.posts_topic))
    lines = [line for record in records for line in (record.value or b"").split(b"\n")]
    assert {json.loads(line)["id"] for line in lines} == {json.loads(post)["id"] for post in story.posts(minutes=2)}


def test_without_files_or_source_the_command_says_what_it_needs(stage: Stage) -> None:
    result = CliRunner().invoke(app, ["produce", "--config", str(stage.config)])
    assert result.exit_code == 2
    assert "--source" in result.stderr


def test_a_topic_split_in_another_way_is_refused(stage: Stage, tmp_path: Path) -> None:
    file = tmp_path / "posts.jsonl"
    file.write_bytes(story.posts(minutes=1)[0])
    changed = stage.config.read_text().replace("[kafka]\n", "[kafka]\npartitions = 5\n")
    stage.config.write_text(changed)
    result = CliRunner().invoke(app, ["produce", str(file), "--config", str(stage.config)])
    assert result.exit_code == 2
    assert "has 4 partitions, kafka.partitions says 5" in result.stderr


def test_a_topic_that_is_missing_is_named(
    bootstrap_servers: str, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(producer, "METADATA_SECONDS", 0.5)
    bare = Stage(tmp_path, stage_settings(bootstrap_servers, name))
    result = CliRunner().invoke(app, ["produce", "-", "--config", str(bare.config)])
    assert result.exit_code == 2
    assert f"there is no topic {bare.kafka.posts_topic}" in result.stderr


@pytest.mark.parametrize("command", [["tail", "--for", "1"], ["produce", "-"]])
def test_a_broker_that_does_not_answer_is_told_in_one_line(tmp_path: Path, name: str, command: list[str]) -> None:
    absent = Stage(tmp_path, stage_settings("127.0.0.1:1", name))
    result = CliRunner().invoke(app, [*command, "--config", str(absent.config)])
    assert result.exit_code == 2
    assert "127.0.0.1:1" in result.stderr


def test_tail_prints_each_event_once_from_the_beginning_and_passes_over_what_is_none(
    stage: Stage, events: list[CrisisEvent]
) -> None:
    records = [encode(event) for event in (events[0], events[1], events[0], *events[2:], events[1])]
    asyncio.run(helpers.fill(stage.servers, stage.kafka.crises_topic, [(0, b"junk"), *((0, one) for one in records)]))
    printed = run("tail", "--config", stage.config, "--from-beginning", "--for", 2, "--json")
    assert [decode(line.encode()) for line in printed.splitlines()] == events
    assert msgspec.json.decode(printed.splitlines()[0])["type"] == "larum.crisis.opened"


def test_tail_tells_what_comes_from_now_on(stage: Stage, events: list[CrisisEvent]) -> None:
    asyncio.run(helpers.fill(stage.servers, stage.kafka.crises_topic, [(0, encode(event)) for event in events]))
    assert run("tail", "--config", stage.config, "--for", 1, "--json") == ""


def test_budget_counts_what_the_topic_holds_each_event_once(stage: Stage, events: list[CrisisEvent]) -> None:
    records = [encode(event) for event in (*events, *events)]
    asyncio.run(helpers.fill(stage.servers, stage.kafka.crises_topic, [(0, b"junk"), *((0, one) for one in records)]))
    days = (time.time() - story.START) // 86_400 + 2
    told = json.loads(run("budget", "--kafka", "--days", days, "--config", stage.config, "--json"))
    opened = {event.subject for event in events}
    assert told["pages"] + told["notices"] == len(opened)
    assert told["brands"][0]["pages"] == len({event.subject for event in events if event.data.severity != "notice"})


def test_budget_of_an_empty_topic_is_nothing_spent(stage: Stage) -> None:
    told = json.loads(run("budget", "--kafka", "--config", stage.config, "--json"))
    assert (told["pages"], told["notices"]) == (0, 0)
