"""Labels on a real broker: all learned, in order, by whoever comes when; forgotten by all; kept in snapshots."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.admin import RecordsToDelete
from prometheus_client import CollectorRegistry
from typer.testing import CliRunner, Result

from detectors.sentiment import SentimentModel
from streams import teaching
from streams.cli import app
from streams.core.chunks import cut
from streams.core.labels import Label, encode, record_key
from streams.core.pupil import Learning, Pupil
from streams.core.settings import Kafka
from streams.intake import UnavailableError
from streams.metrics import Metrics
from streams.modeltopic import ModelTopic
from streams.producer import Producer
from streams.teaching import Teacher
from streams.topics import ensure
from tests.kafka import helpers, story
from tests.kafka.workers import Stage, stage_settings
from tests.streams.pupils import Scribe

WORDS = ["Karuzela na infolinii", "Kolejka do kasy", "Dziękuję, szybko", "Pusta półka", "Miła obsługa"]


class Post:
    """Sends to the broker what a worker sends."""

    def __init__(self, producer: AIOKafkaProducer) -> None:
        self.producer = producer

    async def __call__(
        self,
        topic: str,
        key: bytes | None,
        value: bytes,
        partition: int | None = None,
        headers: Sequence[tuple[str, bytes]] = (),
    ) -> Awaitable[object]:
        future: Awaitable[object] = await self.producer.send(topic, value, key=key, headers=list(headers))
        return future


class Desk:
    """A pupil and its teacher, and what they count."""

    def __init__(self, kafka: Kafka, post: Post, model: Learning | None = None, *, keeps: bool = False) -> None:
        self.pupil = Pupil(model or SentimentModel())
        self.registry = CollectorRegistry()
        self.teacher = Teacher(kafka, self.pupil, post, Metrics(self.registry), lambda: keeps)

    @asynccontextmanager
    async def following(self) -> AsyncIterator[int]:
        """Catch up, and learn on meanwhile."""
        count = await self.teacher.catch_up()
        following = asyncio.create_task(self.teacher.follow())
        try:
            yield count
        finally:
            following.cancel()
            await asyncio.wait([following])
            await self.teacher.stop()

    def snapshots(self, fate: str) -> float | None:
        return self.registry.get_sample_value("larum_model_snapshots_total", {"fate": fate})


@pytest.fixture
async def kafka(bootstrap_servers: str, name: str) -> Kafka:
    settings = stage_settings(bootstrap_servers, name, partitions=1).kafka
    await ensure(settings)
    return settings


@pytest.fixture
async def post(bootstrap_servers: str) -> AsyncIterator[Post]:
    async with AIOKafkaProducer(bootstrap_servers=bootstrap_servers) as producer:
        yield Post(producer)


def labelled(number: int, negative: bool | None = None, *, back: bool = False) -> Label:
    verdict = None if back else number % 2 == 0 if negative is None else negative
    return Label(text=f"{WORDS[number % len(WORDS)]} {number}", negative=verdict, lang="pl")


def lesson(numbers: Iterable[int]) -> list[tuple[str, bool]]:
    labels = [labelled(number) for number in numbers]
    return [(label.text, bool(label.negative)) for label in labels]


async def say(post: Post, kafka: Kafka, labels: Iterable[Label]) -> None:
    for label in labels:
        await (await post(kafka.labels_topic, record_key(label.key), encode(label)))


async def until(reached: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not reached():  # noqa: ASYNC110 - it comes to pass on a broker
            await asyncio.sleep(0.02)


async def test_a_worker_learns_all_that_is_there_before_it_begins_and_goes_on(kafka: Kafka, post: Post) -> None:
    await say(post, kafka, map(labelled, range(50)))
    desk = Desk(kafka, post, scribe := Scribe())
    async with desk.following() as count:
        assert desk.pupil.model is scribe
        assert (count, scribe.learned) == (50, lesson(range(50)))
        await say(post, kafka, map(labelled, (50, 51)))
        await until(lambda: len(desk.pupil.lessons) == 52)
        assert desk.pupil.model is scribe
    assert scribe.learned == lesson(range(52))
    assert desk.registry.get_sample_value("larum_labels_total", {"effect": "learned"}) == 52


async def test_a_label_that_cannot_be_read_is_set_aside_and_takes_back_what_its_key_said(
    kafka: Kafka, post: Post
) -> None:
    foreign = encode(labelled(0))
    await say(post, kafka, map(labelled, range(3)))
    await (await post(kafka.labels_topic, record_key(labelled(1).key), foreign))
    await (await post(kafka.labels_topic, b"mine", b"\xff"))
    desk = Desk(kafka, post, Scribe())
    async with desk.following() as count:
        assert count == 2
        assert isinstance(desk.pupil.model, Scribe)
        assert desk.pupil.model.learned == lesson([0, 2])
        async with asyncio.timeout(30):
            while len(dead := await helpers.read(kafka.bootstrap_servers, kafka.dead_topic)) < 2:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
    assert [record.value for record in dead] == [foreign, b"\xff"]
    assert [record.key for record in dead] == [f"{kafka.labels_topic}/0@{offset}".encode() for offset in (3, 4)]
    assert "that of the post it is about" in dict(dead[0].headers)["reason"].decode()
    assert desk.registry.get_sample_value("larum_dead_letters_total", {"reason": "label"}) == 2
    assert desk.registry.get_sample_value("larum_labels_total", {"effect": "refused"}) == 2


async def test_one_who_saw_all_and_one_who_came_late_to_a_snapshot_are_equal_bit_for_bit_and_both_forget(
    kafka: Kafka, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(teaching, "SNAPSHOT_LABELS", 30)
    first = Desk(kafka, post, keeps=True)
    async with first.following():
        await say(post, kafka, map(labelled, range(40)))
        await until(lambda: first.snapshots("written") == 1)
        await say(post, kafka, map(labelled, range(40, 50)))
        await until(lambda: first.pupil.lessons.position == 50)
        late = Desk(kafka, post)
        async with late.following() as count:
            assert (count, late.snapshots("read")) == (50, 1)
            assert equal(first, late)
            before = first.pupil.version
            await say(post, kafka, [labelled(3, back=True), labelled(4, negative=False)])
            await until(lambda: all(one.pupil.lessons.position == 52 and not one.pupil.behind for one in (first, late)))
            assert equal(first, late)
            assert first.pupil.version != before
    anew = SentimentModel()
    for label in [*(labelled(number) for number in range(50) if number not in {3, 4}), labelled(4, negative=False)]:
        anew.learn_one(label.text, bool(label.negative), label.lang)
    assert first.pupil.version == anew.version
    assert first.pupil.model.to_bytes() == anew.to_bytes()


def equal(one: Desk, other: Desk) -> bool:
    scores = [desk.pupil.predict_many(WORDS, [None] * len(WORDS)) for desk in (one, other)]
    assert scores[0] == scores[1]
    return one.pupil.version == other.pupil.version and one.pupil.dump() == other.pupil.dump()


async def test_snapshots_that_are_damaged_half_written_or_of_another_log_are_refused_and_the_log_is_read(
    kafka: Kafka, post: Post, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(teaching, "SNAPSHOT_LABELS", 1)
    await say(post, kafka, map(labelled, range(40)))
    sound = Desk(kafka, post, keeps=True)
    async with sound.following():
        await until(lambda: sound.snapshots("written") == 1)
    (kept,) = await helpers.read(kafka.bootstrap_servers, kafka.models_topic)
    assert kept.value
    assert kept.key == b"0.0"
    damaged = bytearray(kept.value)
    damaged[len(damaged) // 2] ^= 1
    newer = kept.value[:10] + bytes([2]) + kept.value[11:]
    elsewhere = Pupil(SentimentModel())
    for offset in range(41):
        elsewhere.take(offset, offset, labelled(offset))
    stranger = Pupil(SentimentModel())
    stranger.take(39, 7, labelled(39))

    async def refused(reason: str, *values: bytes) -> None:
        for number, value in enumerate(values):
            await (await post(kafka.models_topic, b"0.%d" % number, value))
        caplog.clear()
        desk = Desk(kafka, post)
        async with desk.following() as count:
            assert (count, desk.snapshots("refused"), desk.snapshots("read")) == (40, 1, 0)
            assert equal(desk, sound)
        (told,) = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
        assert told.startswith(f"{kafka.models_topic}/0@")
        assert reason in told

    await refused("it is damaged: its checksum does not fit", bytes(damaged))
    await refused("its parts have version 2, this larum reads version 1", newer)
    half = cut(kept.value, size=len(kept.value) // 2 + 1)[0]
    await refused("1 of its 2 parts are there: it was not written to its end", half)
    await put(post, kafka, elsewhere.dump())
    await refused("which ends at 40")
    await put(post, kafka, stranger.dump())
    await refused(f"{kafka.labels_topic}@39 is another label than the last that it learned")


async def put(post: Post, kafka: Kafka, data: bytes) -> None:
    """Write a snapshot where the first one stands."""
    await ModelTopic(kafka).put(data, post)


async def test_a_long_snapshot_is_written_in_parts_over_the_older_of_two(kafka: Kafka, post: Post) -> None:
    topic = ModelTopic(kafka)
    first, second, third = (bytes([number]) * 1_200_000 for number in (1, 2, 3))
    await topic.put(first, post)
    await topic.put(second, post)
    await topic.put(third[:600_000], post)
    found = await ModelTopic(kafka).snapshots()
    assert [snapshot.data for snapshot in found] == [third[:600_000], second]
    keys = [record.key for record in await helpers.read(kafka.bootstrap_servers, kafka.models_topic)]
    assert keys == [b"0.0", b"0.1", b"0.2", b"1.0", b"1.1", b"1.2", b"0.0", b"0.1"]
    fresh = ModelTopic(kafka)
    await fresh.snapshots()
    half = fresh._next
    assert half == b"1"


async def test_labels_that_are_gone_from_the_log_are_forgotten_when_the_model_is_made_anew(
    bootstrap_servers: str, name: str, post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    """Somebody has deleted the beginning of a topic that is not compacted: whoever starts later knows no more."""
    kafka = stage_settings(bootstrap_servers, name, partitions=1).kafka
    await helpers.create(bootstrap_servers, kafka.labels_topic, 1)
    await ensure(kafka)
    await say(post, kafka, map(labelled, range(10)))
    desk = Desk(kafka, post, Scribe())
    async with desk.following():
        async with helpers.administrator(kafka.bootstrap_servers) as admin:
            await admin.delete_records({TopicPartition(kafka.labels_topic, 0): RecordsToDelete(3)})
        await say(post, kafka, [labelled(5, back=True)])
        await until(lambda: len(desk.pupil.lessons) == 6)
        assert isinstance(desk.pupil.model, Scribe)
        assert desk.pupil.model.learned == lesson([3, 4, 6, 7, 8, 9])
    assert f"3 labels are gone from {kafka.labels_topic}, and are forgotten" in caplog.text


async def test_what_is_judged_and_taught_and_posted_comes_to_the_workers(
    kafka: Kafka, post: Post, bootstrap_servers: str, name: str, tmp_path: Path
) -> None:
    """By the terminal, from a table, and by what a worker does with HTTP."""
    stage = Stage(tmp_path, stage_settings(bootstrap_servers, name, partitions=1))
    said = [post_of(number, f"{story.BRANDS[0]}: {WORDS[number]}") for number in range(3)]
    async with Producer(kafka) as producer:
        for one in [*said, post_of(9, "Nic o nikim")]:
            await producer.send(one)
    larum = ["--config", str(stage.config), "--kafka"]

    def run(*arguments: str, keys: str = "") -> Result:
        return CliRunner().invoke(app, [*arguments, *larum], input=keys)

    judged = await asyncio.to_thread(run, "label", keys="noq")
    assert judged.exit_code == 0, judged.output
    assert "3 posts name brands, 3 of them are to be judged" in " ".join(judged.stderr.split())
    table = tmp_path / "table.csv"
    table.write_text("text,negative\nKaruzela,true\nKawa,false\n")
    taught = await asyncio.to_thread(run, "teach", str(table))
    assert "2 new labels" in taught.stderr, taught.output
    again = await asyncio.to_thread(run, "teach", str(table), "--json")
    assert json.loads(again.stdout) == {"new": 0, "changed": 0, "repeated": 2}
    left = await asyncio.to_thread(run, "label", "--json")
    assert len(left.stdout.splitlines()) == 1
    desk = Desk(kafka, post, Scribe())
    async with desk.following() as count:
        assert count == 4
        await asyncio.sleep(0)
        await desk.teacher.accept([(Label(text="Kolejka", negative=True), "http:1")])
        await until(lambda: len(desk.pupil.lessons) == 5)
    with pytest.raises(UnavailableError, match="does not work yet, or not any more"):
        await desk.teacher.accept([(Label(text="Kolejka", negative=False), "http:1")])


def post_of(number: int, text: str) -> bytes:
    post = {"id": str(number), "source": "x", "text": text, "created_at": 1767369600 + number, "lang": "pl"}
    return json.dumps(post).encode()
