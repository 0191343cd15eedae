"""Workers as an operator runs them: processes of their own, stopped gently or killed."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from detectors.sentiment import SentimentModel
from streams.core.crises import CrisisEvent, decode
from streams.core.fields import Section
from streams.core.pipeline import Pipeline
from streams.core.posts import decode as decode_post
from streams.core.settings import Settings
from streams.producer import Producer
from streams.topics import ensure
from tests.kafka import helpers, story

LARUM = [sys.executable, "-c", "from streams.cli import main; main()"]
PATIENCE = 90.0  # seconds: a worker that is stuck ends before, and its last word is shown


class Stage:
    """The topics of one test, its configuration in a file, and its workers."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        self.settings = settings
        self.kafka = settings.kafka
        self.servers = settings.kafka.bootstrap_servers
        self.config = folder / "larum.toml"
        self.config.write_text(toml(settings))
        self.log = folder / "workers.log"

    async def prepare(self, posts: Sequence[bytes], batch: int = 1) -> None:
        """Make the topics and fill them."""
        await ensure(self.kafka)
        async with Producer(self.kafka, batch) as producer:
            for post in posts:
                await producer.send(post)

    @contextmanager
    def worker(self) -> Iterator[subprocess.Popen[bytes]]:
        """Run a worker; if it still runs at the end, it is killed."""
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [*LARUM, "worker", "--config", str(self.config), "--metrics-port", "0"], stdout=log, stderr=log
            )
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    async def stop(self, worker: subprocess.Popen[bytes]) -> None:
        """Tell a worker to end, and see that it ends well."""
        worker.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(worker.wait, PATIENCE) == 0, self.log.read_text()

    async def until(self, reached: Callable[[], Awaitable[bool]], *workers: subprocess.Popen[bytes]) -> None:
        """Wait until something has come to pass, as long as the workers live."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not await reached():
                    for worker in workers:
                        assert worker.poll() is None, "a worker has ended"
                    await asyncio.sleep(0.1)
        except (TimeoutError, AssertionError) as error:
            told = [event.id for event in await self.told()]
            raise AssertionError(f"{error}; told so far: {told}; {self.log.read_text()}") from error

    async def ready(self, count: int, *workers: subprocess.Popen[bytes]) -> None:
        """Wait until so many workers have got their share and begun."""

        async def all_ready() -> bool:
            return self.log.read_text().count("larum: ready") >= count

        await self.until(all_ready, *workers)

    async def told(self) -> list[CrisisEvent]:
        """Return all crisis events in the topic, repeated ones too."""
        return [decode(record.value or b"") for record in await helpers.read(self.servers, self.kafka.crises_topic)]

    async def tells(self, expected: Sequence[CrisisEvent], *workers: subprocess.Popen[bytes]) -> None:
        """Wait for all expected events, and check that each is told in one way only, and nothing else."""
        wanted = {event.id for event in expected}

        async def complete() -> bool:
            return wanted <= {event.id for event in await self.told()}

        await self.until(complete, *workers)
        told = await self.told()
        once = {event.id: event for event in told}
        assert all(event == once[event.id] for event in told), "an id with two contents"
        assert list(once) == [event.id for event in expected]
        for event in expected:
            assert story.plain(once[event.id]) == story.plain(event)

    async def progresses(self, topic: str, records: int, *workers: subprocess.Popen[bytes]) -> None:
        """Wait until a topic has got so many records."""

        async def enough() -> bool:
            return await helpers.ends(self.servers, topic) >= records

        await self.until(enough, *workers)


def toml(settings: Settings) -> str:
    """Write what settings say of brands, detection, server and Kafka as a file; JSON's values are TOML's too."""

    def table(section: Section) -> str:
        values = section.model_dump(exclude_defaults=True)
        return "".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items())

    brands = "".join(f"[[brands]]\n{table(brand)}" for brand in settings.brands)
    sections = ("detection", "server", "kafka")
    return brands + "".join(f"[{name}]\n{table(getattr(settings, name))}" for name in sections)


def stage_settings(servers: str, name: str, **kafka: Any) -> Settings:
    """Settings for one test: topics and group of its own, and little patience."""
    topics = {
        f"{topic}_topic": f"{name}.{topic}"
        for topic in ("posts", "dead", "tallies", "crises", "counts", "labels", "models", "incidents", "audit")
    }
    quick = {"session_timeout_seconds": 6.0, "heartbeat_seconds": 1.0, "idle_seconds": 2.0, "checkpoint_seconds": 2.0}
    quick["partitions"] = 4
    return story.settings(bootstrap_servers=servers, group=name, **(topics | quick | kafka))


def quick_stage(folder: Path, servers: str, name: str) -> Stage:
    """A stage for posts of now: its buckets are ten seconds wide, and closed a second later."""
    settings = stage_settings(servers, name)
    quick = settings.detection.model_copy(update={"bucket_seconds": 10, "lateness_seconds": 1})
    return Stage(folder, settings.model_copy(update={"detection": quick}))


def embedded(settings: Settings, posts: Sequence[bytes]) -> list[CrisisEvent]:
    """Return what the same posts come to in one process without a broker."""
    pipeline = Pipeline(settings, SentimentModel())
    return [*pipeline.take([(decode_post(post), "") for post in posts]).events, *pipeline.finish().events]
