"""How a teacher that never reached the broker ends."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaConnectionError
from prometheus_client import CollectorRegistry

from detectors.sentiment import SentimentModel
from streams import labellog
from streams.core.labels import Label
from streams.core.pupil import Pupil
from streams.core.settings import Kafka
from streams.intake import UnavailableError
from streams.metrics import Metrics
from streams.teaching import Teacher


class Closing:
    """A client that ends in one way or another when it is closed."""

    def __init__(self, error: BaseException) -> None:
        self.error = error

    async def start(self) -> None:
        raise KafkaConnectionError

    async def stop(self) -> None:
        raise self.error


async def closed(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    """Close a teacher that never reached the broker."""
    monkeypatch.setattr(labellog, "AIOKafkaConsumer", lambda **_: cast("AIOKafkaConsumer[Any, Any]", Closing(error)))
    teacher = Teacher(Kafka(), Pupil(SentimentModel()), cast("Any", None), Metrics(CollectorRegistry()))
    with pytest.raises(KafkaConnectionError):
        await teacher.catch_up()
    await teacher.stop()


async def test_a_client_that_cancels_its_own_fetch_does_not_cancel_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    await closed(asyncio.CancelledError(), monkeypatch)


async def test_any_other_error_of_the_client_is_heard_of(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RuntimeError, match="broken"):
        await closed(RuntimeError("broken"), monkeypatch)


async def test_what_the_broker_does_not_take_is_to_be_sent_again() -> None:
    async def away(*_: object) -> Any:
        raise KafkaConnectionError("away")

    teacher = Teacher(Kafka(), Pupil(SentimentModel()), cast("Any", away), Metrics(CollectorRegistry()))
    labels = [(Label(text="Kawa", negative=False), "http:1")]
    with pytest.raises(UnavailableError, match="does not work yet"):
        await teacher.accept(labels)
    following = asyncio.ensure_future(teacher.follow())
    await asyncio.sleep(0)
    with pytest.raises(UnavailableError, match=r"took no label for larum\.labels: .*away"):
        await teacher.accept(labels)
    following.cancel()
    await asyncio.wait([following])
