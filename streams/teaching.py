"""Labelled examples from a topic: every worker reads all of them, in the same order, and its sentiment model learns."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Callable, Sequence

from aiokafka import ConsumerRecord
from aiokafka.errors import KafkaError

from streams.core.labels import Label, decode, encode, key_of, record_key
from streams.core.lessons import Effect
from streams.core.posts import Unreadable
from streams.core.pupil import REST, Pupil
from streams.core.settings import Kafka
from streams.inflation import reason_of
from streams.intake import UnavailableError
from streams.labellog import LabelLog
from streams.letters import letter
from streams.matchers import Send
from streams.metrics import Metrics
from streams.modelmetrics import ModelNews
from streams.modeltopic import ModelTopic, Snapshot
from streams.records import Place

SNAPSHOT_LABELS = 500  # learned since the last snapshot, before the next is written
SNAPSHOT_SECONDS = 600.0  # since then, where there was any

log = logging.getLogger("larum")


class Unwanted(ValueError):  # noqa: N818 - the field says what a record is, not that it erred
    """A record of the labels topic that is no label, or not that of its key."""


class Teacher:
    """Reads the labels topic, outside any consumer group, and teaches a pupil: from its newest snapshot on.

    A record says something of the post of its key alone, for that is what compaction goes by: one that cannot be read,
    or that is the label of another post, takes back what was said of it. It goes to the dead letters with its origin as
    key, once for each worker that meets it.

    Parameters
    ----------
    kafka
        Names of the topics, and how to reach the broker.
    pupil
        Learns.
    send
        Appends dead letters and snapshots.
    metrics
        Counts.
    keeps
        Tells whether this worker is the one that writes snapshots.
    clock
        Seconds of any epoch.
    """

    def __init__(
        self,
        kafka: Kafka,
        pupil: Pupil,
        send: Send,
        metrics: Metrics,
        keeps: Callable[[], bool] = lambda: False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._kafka = kafka
        self._pupil = pupil
        self._send = send
        self._metrics = metrics
        self._keeps = keeps
        self._clock = clock
        self._news = ModelNews(lambda: pupil.model)
        metrics.model.follow(lambda: pupil.model)
        self._log = LabelLog(kafka)
        self._topic = ModelTopic(kafka)
        self._bad: list[tuple[Place, bytes, str]] = []
        self._rested = -math.inf
        self._unkept = 0
        self._kept_at = clock()
        self._follows = False

    async def catch_up(self) -> int:
        """Learn what is there now; return how many posts have a label that counts."""
        await self._log.start()
        for snapshot in await self._topic.snapshots():
            if await self._resume(snapshot):
                break
        await self._log.seek(self._pupil.lessons.position)
        await self._take(await self._log.end())
        while self._pupil.behind:
            await self._make_anew()
        return len(self._pupil.lessons)

    async def follow(self) -> None:
        """Learn from what comes after that, until cancelled."""
        self._follows = True
        while True:
            await self._bury()
            async for record in self._log.fetched():
                self._learn(record)
            if self._pupil.behind and self._clock() >= self._rested:
                self._rested = self._clock() + REST * await self._make_anew()
            self._news.tell()
            await self._keep()

    async def accept(self, labels: Sequence[tuple[Label, str]]) -> None:
        """Append labels with their origins to the topic, and return when they are safe there; all workers read them.

        Raises
        ------
        UnavailableError
            The broker did not take them all, or this worker has not begun yet, or ends.
        """
        if not self._follows:
            raise UnavailableError("this worker does not work yet, or not any more")
        topic = self._kafka.labels_topic
        try:
            sent = [await self._send(topic, record_key(label.key), encode(label), 0) for label, _ in labels]
            await asyncio.gather(*sent)
        except KafkaError as error:
            raise UnavailableError(f"the broker took no label for {topic}: {error}") from error

    async def stop(self) -> None:
        """Close the connection."""
        self._follows = False
        await self._log.stop()

    # -- snapshots

    async def _resume(self, snapshot: Snapshot) -> bool:
        """Go on from a snapshot, or say why not."""
        fault = snapshot.fault
        if snapshot.data is not None:
            other = Pupil(self._pupil.model)
            try:
                other.load(snapshot.data)
                fault = await self._log.misfit(other.lessons)
            except ValueError as error:
                fault = str(error)
            if not fault:
                self._pupil.become(other)
        if fault:
            log.warning(
                "%s/0@%d: this snapshot of the model is not used: %s. An older one, or %s from its beginning, is.",
                self._topic.name, snapshot.offset, fault, self._kafka.labels_topic,
            )  # fmt: skip
        self._metrics.schooling.count_snapshot("refused" if fault else "read")
        return not fault

    async def _keep(self) -> None:
        """Write a snapshot, if this worker is to, and there is enough that the last one lacks."""
        due = self._clock() - self._kept_at >= SNAPSHOT_SECONDS or self._unkept >= SNAPSHOT_LABELS
        if not (due and self._unkept and self._keeps()) or self._pupil.behind:
            return
        self._kept_at = self._clock()
        self._pupil.learn()
        try:
            await self._topic.put(await asyncio.to_thread(self._pupil.dump), self._send)
        except KafkaError as error:
            log.warning("no snapshot of the model was written to %s: %s", self._topic.name, error)
            return
        self._unkept = 0
        self._metrics.schooling.count_snapshot("written")

    # -- labels

    async def _take(self, end: int) -> bool:
        """Take the records up to an offset; say whether there were any."""
        before = self._pupil.lessons.position
        async for record in self._log.records(end):
            self._learn(record)
        return self._pupil.lessons.position > before

    def _learn(self, record: ConsumerRecord[bytes | None, bytes | None]) -> None:
        try:
            key, label = _read(record)
        except Unwanted as unwanted:
            self._refuse(record, str(unwanted))
            key, label = key_of(record.key or b""), None
        if key is None:
            self._pupil.lessons.position = record.offset + 1
            return
        effect = self._pupil.take(record.offset, key, label)
        self._metrics.schooling.count_label(effect)
        self._unkept += effect is not Effect.REPEATED

    async def _make_anew(self) -> float:
        """Make the model anew from the log, while the older one goes on; return the seconds that it took.

        What comes to the log meanwhile waits there.
        """
        began = self._clock()
        anew, position = self._pupil.anew(), self._pupil.lessons.position
        await self._log.seek(0)
        async for record in self._log.records(position):
            try:
                key, label = _read(record)
            except Unwanted:
                continue
            if key is not None:
                anew.take(record.offset, key, label)
        await self._log.seek(position)
        if not self._pupil.adopt(anew) and not await self._take(await self._log.end()):
            # What is missing was not compacted away for something newer: there is nothing newer.
            gone = self._pupil.lessons.keep(anew.keys)
            log.warning("%d labels are gone from %s, and are forgotten", gone, self._kafka.labels_topic)
            self._pupil.adopt(anew)
        took = self._clock() - began
        self._metrics.schooling.observe_rebuild(took)
        return took

    # -- dead letters

    def _refuse(self, record: ConsumerRecord[bytes | None, bytes | None], reason: str) -> None:
        value = record.value or b""
        self._bad.append((Place(record.topic, record.partition, record.offset, 0, len(value)), value, reason))
        self._metrics.dead_letter("label")
        self._metrics.schooling.count_refused()

    async def _bury(self) -> None:
        """Send on what could not be read; kept until there is a producer."""
        while self._bad:
            place, value, reason = self._bad[0]
            kept, headers = letter(reason, place, value)
            await (await self._send(self._kafka.dead_topic, str(place).encode(), kept, None, headers))
            del self._bad[0]


def _read(record: ConsumerRecord[bytes | None, bytes | None]) -> tuple[int | None, Label | None]:
    """Read a record's key and label; one that is empty says nothing of its key.

    Raises
    ------
    Unwanted
        It is no label, or not that of its key.
    """
    if not record.value and record.key:
        return key_of(record.key), None
    try:
        label = decode(record.value or b"")
    except Unreadable as error:
        raise Unwanted(reason_of(record.value, error)) from error
    if record.key is not None and record.key != record_key(label.key):
        raise Unwanted(f"its key is not {record_key(label.key).decode()}, that of the post it is about")
    return label.key, label
