"""One schedule from its first post to its verdict, on a broker of its own."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from aiokafka.errors import GroupCoordinatorNotAvailableError, NotCoordinatorForGroupError

from streams import bucketcounts
from streams.core.settings import Kafka, Server, Settings
from tests.kafka import helpers
from tests.kafka.broker import Broker, running
from tests.kafka.faults.crew import Crew
from tests.kafka.faults.feed import Feeder, Sent
from tests.kafka.faults.schedule import SESSION_SECONDS, Fault, schedule_of, told
from tests.kafka.faults.verdict import Findings, judge
from tests.kafka.workers import Stage, stage_settings

BACKLOG = 0.3  # share of the posts that are there before the first worker
NEVER_IDLE = 3_600.0
CHECKPOINT_SECONDS = 3.0
MOST_HOLD_SECONDS = 2_400.0  # without a post of the slow source in a partition: it has one in two minutes
STALL_SECONDS = 25.0
WORKED_OFF_SECONDS = 120.0


class Outcome(msgspec.Struct):
    """What a schedule came to.

    Parameters
    ----------
    seed, faults, seconds
        Which schedule, what it consists of, and how long it took.
    posts, again
        Posts that were sent, and how many of them the feeder sent again after an error.
    counts_again, events_again
        Lines of counts and events that were told more than once, in the same words.
    ended
        Exit codes of workers that ended by themselves.
    wrong
        What is wrong; nothing, if all is well.
    """

    seed: int
    faults: str
    seconds: float
    posts: int
    again: int
    counts_again: int
    events_again: int
    ended: list[int]
    wrong: list[str]


def carry_out(seed: int, logs: Path | None = None) -> Outcome:
    """Carry out the schedule of a seed; with a folder for `logs`, what workers and broker said is kept there."""
    with TemporaryDirectory(prefix="larum-faults-") as folder, running() as broker:
        try:
            return asyncio.run(_carry_out(seed, Path(folder), broker))
        finally:
            if logs:
                logs.mkdir(parents=True, exist_ok=True)
                for log in [*Path(folder).glob("*.log"), broker.home / "broker.log"]:
                    shutil.copy(log, logs / f"{seed}.{log.name}")


def settings_of(servers: str, name: str) -> Settings:
    """Settings of a schedule: small bites, little patience with workers, all patience with inputs."""
    patience = {"session_timeout_seconds": SESSION_SECONDS, "heartbeat_seconds": 0.5, "idle_seconds": NEVER_IDLE}
    patience["checkpoint_seconds"] = CHECKPOINT_SECONDS
    settings = stage_settings(servers, name, fetch_records=20, **patience)
    return waiting(settings.model_copy(update={"server": Server(stall_seconds=STALL_SECONDS)}))


def waiting(settings: Settings) -> Settings:
    """Wait for a slow source however seldom a partition has a post of it."""
    detection = settings.detection.model_copy(update={"max_hold_seconds": MOST_HOLD_SECONDS})
    return settings.model_copy(update={"detection": detection})


async def _carry_out(seed: int, folder: Path, broker: Broker) -> Outcome:
    began, faults = time.monotonic(), schedule_of(seed)
    settings = settings_of(broker.bootstrap_servers, f"faults-{seed}")
    sent = Sent.of(seed, settings.kafka.partitions)
    stage = Stage(folder, settings)
    await stage.prepare([])
    feeder, crew = Feeder(settings), Crew(stage.config, folder)
    backlog = int(len(sent.posts) * BACKLOG)
    await feeder.send(sent.posts[:backlog])
    rest = sent.posts[backlog:]
    feeding = asyncio.ensure_future(feeder.feed(rest))
    try:
        for number, fault in enumerate(faults, start=1):
            await _inflict(fault, crew, broker)
            feeder.limit = len(rest) * number // len(faults)
        await feeding
        await feeder.send(sent.last)
        wrong = [] if await worked_off(settings, sent) else [f"not worked off after {WORKED_OFF_SECONDS:.0f} s"]
        await crew.leave(clean=True)
        expected = await asyncio.to_thread(sent.crises, settings)
        findings = await judge(settings, sent.counts(), expected)
    finally:
        feeding.cancel()
        await asyncio.gather(feeding, return_exceptions=True)
        await crew.disband()
        await feeder.close()
    return _outcome(seed, faults, began, sent, feeder, crew, findings, wrong)


def _outcome(
    seed: int, faults: Sequence[Fault], began: float, sent: Sent, feeder: Feeder, crew: Crew, findings: Findings,
    wrong: Sequence[str],
) -> Outcome:  # fmt: skip
    return Outcome(
        seed=seed,
        faults=told(faults),
        seconds=round(time.monotonic() - began, 1),
        posts=len(sent.posts),
        again=feeder.again,
        counts_again=findings.counts_again,
        events_again=findings.events_again,
        ended=crew.ended,
        wrong=[*wrong, *crew.unclear, *findings.wrong],
    )


async def _inflict(fault: Fault, crew: Crew, broker: Broker) -> None:
    if fault.settled:
        await crew.settle(fault.worker if fault.act in {"stop", "kill", "freeze"} else None)
    await asyncio.sleep(fault.after)
    if fault.act == "start":
        crew.start(fault.worker)
    elif fault.act == "stop":
        crew.stop(fault.worker)
    elif fault.act == "kill":
        crew.kill(fault.worker)
    elif fault.act == "freeze":
        crew.freeze(fault.worker, fault.seconds)
    else:
        await asyncio.to_thread(broker.kill)
        await asyncio.sleep(fault.seconds)
        await asyncio.to_thread(broker.start)


async def worked_off(settings: Settings, sent: Sent | None = None) -> bool:
    """Wait until all posts are committed, and then the tallies that there are by then; twice, for it is to last.

    Tallies without posts go on to come, for inputs say every few seconds that they rest. Tallies are committed before
    the buckets that they close are judged, so at the end, with all that was `sent`, each of its buckets is waited for.
    """
    kafka = settings.kafka
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(WORKED_OFF_SECONDS):
            for topic in (kafka.posts_topic, kafka.tallies_topic) * 2:
                end = await helpers.ends(kafka.bootstrap_servers, topic)
                while await _done(kafka, topic) < end:  # noqa: ASYNC110 - the broker calls nobody
                    await asyncio.sleep(0.5)
            while sent and not sent.counts().keys() <= await _counted(kafka):  # noqa: ASYNC110 - nor the reader
                await asyncio.sleep(0.5)
            return True
    return False


async def _counted(kafka: Kafka) -> set[tuple[str, str]]:
    records = await helpers.read(kafka.bootstrap_servers, kafka.counts_topic)
    return {(one.brand, one.bucket) for record in records for one in bucketcounts.decode(record.value or b"")}


async def _done(kafka: Kafka, topic: str) -> int:
    try:
        return sum((await helpers.committed(kafka.bootstrap_servers, kafka.group, topic)).values())
    except (GroupCoordinatorNotAvailableError, NotCoordinatorForGroupError):  # just started
        return -1
