"""What the labels topic says now, learned once: for commands, which write neither dead letters nor snapshots."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence

from prometheus_client import CollectorRegistry

from streams.core.pupil import Pupil
from streams.core.settings import Kafka
from streams.metrics import Metrics
from streams.rights import check
from streams.teaching import Teacher
from streams.wire import Right


async def study(kafka: Kafka, pupil: Pupil, *, asks: bool = True) -> None:
    """Teach a pupil what the labels topic holds now, from the newest snapshot on.

    Parameters
    ----------
    kafka
        Names of the topics, and how to reach the broker.
    pupil
        Learns.
    asks
        Whether posts are going to be read then and labels appended, as `larum label` does; larum model only looks.

    Raises
    ------
    AccessError
        The broker does not let larum in, or do what the command does.
    KafkaError
        It does not answer.
    """
    reads = frozenset({Right.READ})
    wanted = {kafka.models_topic: reads, kafka.labels_topic: reads}
    if asks:
        wanted |= {kafka.posts_topic: reads, kafka.labels_topic: reads | {Right.WRITE}}
    await check(kafka, wanted)
    teacher = Teacher(kafka, pupil, _nowhere, Metrics(CollectorRegistry()))
    try:
        await teacher.catch_up()
    finally:
        await teacher.stop()


async def _nowhere(
    topic: str,
    key: bytes | None,
    value: bytes,
    partition: int | None = None,
    headers: Sequence[tuple[str, bytes]] = (),
) -> Awaitable[object]:
    raise NotImplementedError(f"nothing is to be sent to {topic}")
