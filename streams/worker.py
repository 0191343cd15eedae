"""The Kafka runtime: a Faust application around the core, from its start to its last word."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Sequence
from typing import Any, cast

from aiokafka.errors import KafkaError
from faust.types import TP

from streams.agents import Agents, Failure
from streams.application import application
from streams.consumer import BulkConsumer
from streams.core.pupil import Learning, Pupil
from streams.core.settings import Settings
from streams.handover import Handover
from streams.health import Health
from streams.matchers import Matchers
from streams.metrics import Metrics
from streams.overload import Overload
from streams.pace import Pace
from streams.readiness import Readiness
from streams.rebalances import Rebalances
from streams.reloading import ConfigurationFile, Reloader
from streams.standing import Standing
from streams.states import CarriedTable
from streams.teaching import Teacher
from streams.topics import STATE, require
from streams.watchdog import Watchdog
from streams.watchers import Watchers
from streams.whereabouts import whereabouts

TICK_SECONDS = 1.0
STOP_SECONDS = 30.0

log = logging.getLogger("larum")


class WorkerError(RuntimeError):
    """The worker cannot go on; the message is its last word."""


class Worker:
    """One worker of the group: its share of the partitions of posts and of tallies.

    Parameters
    ----------
    settings
        The whole configuration.
    model
        Scores posts and learns from labels.
    metrics
        Counts and shows.
    health
        Is told whether there is work, and whether it gets done.
    watchdog
        Is told that the event loop runs.
    file
        The configuration, to be followed when it changes; None leaves it at the settings.

    Attributes
    ----------
    teacher
        Reads labels, and takes them in.
    """

    def __init__(
        self,
        settings: Settings,
        model: Learning,
        metrics: Metrics,
        health: Health,
        watchdog: Watchdog,
        file: ConfigurationFile | None = None,
    ) -> None:
        self.kafka = settings.kafka
        self._metrics = metrics
        self._health = health
        self._watchdog = watchdog
        self._failure = Failure()
        self.app = application(settings.kafka, self._position, self._failure.note)
        self.app.sensors.add(Rebalances(metrics.operations))
        self._readiness = Readiness(self.app, self.kafka, health, metrics.operations)
        partitions = self.kafka.partitions
        self._table = cast(
            "CarriedTable",
            self.app.Table(STATE, key_type=bytes, value_type=bytes, partitions=partitions, on_recover=self._recovered),
        )
        self._standing = Standing(self.app, self._table, self.kafka, metrics.operations)
        pupil = Pupil(model)
        self._matchers = Matchers(settings, pupil, self._send, metrics)
        self._reloader = Reloader(file, self._configure) if file else None
        reread = self._reloader.at_once if self._reloader else None
        self._watchers = Watchers(settings, self._table, self._send, metrics, reread)
        self._handover = Handover(self.kafka, self.app, self._matchers, self._watchers)
        self.teacher = Teacher(self.kafka, pupil, self._send, metrics, self._keeps_model)
        self._overload = Overload(self.kafka.shed_after_seconds, metrics.operations)
        self._pace = Pace(settings, self._matchers, self._watchers, self._overload, metrics)
        Agents(
            self.kafka, self._matchers, self._watchers, self._handover, self._overload, self._failure,
            matched=self._align, done=self._done,
        ).join(self.app)  # fmt: skip

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set, then finish what is under way, commit and leave the group.

        Raises
        ------
        TopicError
            Topics are missing or split in another way than the settings say.
        WorkerError
            Something failed that a restart may mend.
        """
        await require(self.kafka)
        try:
            log.info("learned the labels of %d posts", await self.teacher.catch_up())
            if await self._start(stop):
                await self._work(stop)
        except KafkaError as error:
            raise WorkerError(f"{type(error).__name__}: {error}") from error
        finally:
            self._readiness.unready("stopping")
            await self._stop()

    # -- what Faust calls

    def _position(self, tp: TP) -> int | None:
        return self._watchers.position(tp.partition) if tp.topic == self.kafka.tallies_topic else None

    def _keeps_model(self) -> bool:
        return TP(self.kafka.posts_topic, 0) in self.app.consumer.assignment()

    async def _recovered(self) -> None:
        """Take over the partitions of a new assignment, once their state is there."""
        await self._handover.take()
        self._pace.restart()
        self._align()

    async def _send(
        self,
        topic: str,
        key: bytes | None,
        value: bytes,
        partition: int | None = None,
        headers: Sequence[tuple[str, bytes]] = (),
    ) -> Any:
        return await self.app.producer.send(topic, key, value, partition, None, list(headers))

    # -- beginning, middle and end

    async def _start(self, stop: asyncio.Event) -> bool:
        """Start the application, which takes as long as the group needs to meet; False when told to stop meanwhile."""
        starting = asyncio.ensure_future(self.app.start())
        while not starting.done() and not stop.is_set():
            self._check()
            self._readiness.meet()
            await asyncio.wait([starting], timeout=TICK_SECONDS / 4)
        if not starting.done():
            starting.cancel()
            return False
        await starting
        self._readiness.ready()
        log.info("ready")
        return True

    async def _work(self, stop: asyncio.Event) -> None:
        beside = [asyncio.ensure_future(self.teacher.follow())]
        if self._reloader:
            beside.append(asyncio.ensure_future(self._reloader.follow()))
        beside.append(asyncio.ensure_future(self._keep()))
        try:
            while not stop.is_set():
                self._check()
                for task in beside:
                    if task.done():
                        await task
                await self._tick()
                await _wait(stop, TICK_SECONDS)
            beside.pop().cancel()
            if self._readiness.settled():  # so that whoever takes over has nothing to do again
                await self._watchers.checkpoint(self._handover.holder())
        finally:
            self._pace.stop()
            for task in beside:
                task.cancel()
            await asyncio.wait(beside)

    async def _keep(self) -> None:
        """Keep the state of the watch, time and again."""
        while True:
            await asyncio.sleep(min(TICK_SECONDS, self.kafka.checkpoint_seconds))
            if self._readiness.settled():
                await self._watchers.checkpoint(self._handover.holder(), self.kafka.checkpoint_seconds)

    async def _configure(self, settings: Settings) -> None:
        """Go on by other settings: the watch first, so that it knows whatever the match stage tells it of."""
        await self._watchers.configure(settings)
        await self._matchers.configure(settings)

    async def _stop(self) -> None:
        if self._failure.error:
            self.app.consumer.unacked.clear()  # what failed is never acknowledged, and must not be waited for
        ending = asyncio.ensure_future(self._end())
        await asyncio.wait([ending], timeout=STOP_SECONDS)
        if not ending.done():
            others = asyncio.all_tasks() - {ending, asyncio.current_task()}
            log.error("still there: %s", "; ".join(sorted(whereabouts(task) for task in others)))
            raise WorkerError(
                f"did not come to an end within {STOP_SECONDS:.0f} s of being told to stop: {whereabouts(ending)}"
            )
        await ending

    async def _end(self) -> None:
        await self.app.stop()
        await self.teacher.stop()

    # -- what happens every second

    def _check(self) -> None:
        self._watchdog.beat()
        if error := self._failure.error or self.app.crash_reason:
            raise WorkerError(f"{type(error).__name__}: {error}") from error
        if agent := self.app.dead_agent():
            raise WorkerError(f"the agent {agent} has come to an end")

    async def _tick(self) -> None:
        consumer, lags = self.app.consumer, self._standing.show()
        if not isinstance(consumer, BulkConsumer):
            return
        self._readiness.look(consumer)
        if not self._readiness.settled():
            self._readiness.meet()
            return
        self._release()
        self._align()
        self._health.busy(any(lag for tp, lag in lags.items() if tp not in consumer.waiting))
        self._readiness.ready()
        posts = [tp for tp in lags if tp.topic == self.kafka.posts_topic]
        self._pace.rest([tp.partition for tp in posts if consumer.at_end(tp)])

    def _release(self) -> None:
        if self._readiness.settled():
            self._handover.release()

    def _align(self) -> None:
        self._pace.align(cast("BulkConsumer", self.app.consumer))

    def _done(self) -> None:
        """Note that a batch is done with, after which posts may be let in."""
        self._health.progress()
        self._metrics.set_progress(time.time())
        self._release()


async def _wait(event: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
