"""`larum model` of a real broker: the card of the model that all workers have."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from aiokafka import AIOKafkaProducer
from typer.testing import CliRunner, Result

from streams.cli import app
from streams.core.labels import Label, encode, record_key
from streams.core.settings import Kafka
from streams.topics import ensure
from tests.detectors.sentiment.test_performance import posts
from tests.kafka.workers import Stage, stage_settings


async def test_the_topics_give_the_card_that_a_file_of_the_same_labels_gives(
    bootstrap_servers: str, name: str, tmp_path: Path
) -> None:
    stage = Stage(tmp_path, stage_settings(bootstrap_servers, name, partitions=1))
    kafka = stage_settings(bootstrap_servers, name, partitions=1).kafka
    await ensure(kafka)
    labels = [Label(text=text, negative=negative, lang="pl") for text, negative in posts(60, 1)]
    labels.append(Label(text=labels[3].text, negative=None))
    await say(kafka, bootstrap_servers, labels)
    file = tmp_path / "labels.jsonl"
    file.write_bytes(b"\n".join(map(encode, labels)))

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, ["model", *arguments, "--config", str(stage.config), "--json"])

    of_topic, of_file = [
        await asyncio.to_thread(run, *arguments) for arguments in (["--kafka"], ["--labels", str(file)])
    ]
    assert of_topic.exit_code == 0, of_topic.output
    assert json.loads(of_topic.stdout) == json.loads(of_file.stdout)
    assert json.loads(of_topic.stdout)["labels"] == len({label.text for label in labels}) - 1


async def say(kafka: Kafka, bootstrap_servers: str, labels: list[Label]) -> None:
    async with AIOKafkaProducer(bootstrap_servers=bootstrap_servers) as producer:
        for label in labels:
            await producer.send_and_wait(kafka.labels_topic, encode(label), record_key(label.key))
