"""What is no longer at hand, looked up where it is kept: all events of an incident, and counts by the minute."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from aiohttp import web
from aiokafka.errors import KafkaError

from streams.broker import BrokerSettingsError
from streams.core.aftermath import Tide
from streams.core.incident import Incident
from streams.core.settings import Settings
from streams.core.watch import shard_of
from streams.intake import UnavailableError
from streams.report import gathering
from streams.report.accounting import Case
from streams.response.course import Course, at_path, at_topics, counted
from streams.response.recovering import tide_at, tide_of
from streams.storage import StorageError
from streams.tail import TailError


class Archive(Protocol):
    """Where it is kept."""

    async def case(self, settings: Settings, incident: Incident, known: Sequence[Incident], now: float) -> Case:
        """Give all that is known of an incident, into which others may be merged.

        Raises
        ------
        UnavailableError
            It cannot be read now.
        """

    async def course(self, settings: Settings, brand: str, start: float, end: float) -> Course:
        """Give what was seen of a brand between two moments, epoch seconds; nothing where nothing is known.

        Raises
        ------
        UnavailableError
            It cannot be read now.
        """

    async def tide(self, settings: Settings, brand: str, start: float, end: float) -> Tide | None:
        """Give what was counted of a brand between two moments, bucket by bucket; None where nothing was.

        Raises
        ------
        UnavailableError
            It cannot be read now.
        """


class StateFile(Archive):
    """The state file of a `larum watch`, read beside it in threads.

    Parameters
    ----------
    path
        The file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    async def case(self, settings: Settings, incident: Incident, known: Sequence[Incident], now: float) -> Case:
        """Give all that is known of an incident."""
        with _away():
            return await asyncio.to_thread(gathering.at_path, self._path, incident, known, now)

    async def course(self, settings: Settings, brand: str, start: float, end: float) -> Course:
        """Give what was seen of a brand."""
        with _away():
            return await asyncio.to_thread(at_path, self._path, brand, start, end, [])

    async def tide(self, settings: Settings, brand: str, start: float, end: float) -> Tide | None:
        """Give what was counted of a brand."""
        with _away():
            return await asyncio.to_thread(tide_at, self._path, brand, start, end, settings.detection.bucket_seconds)


class Topics(Archive):
    """The topics of Kafka."""

    async def case(self, settings: Settings, incident: Incident, known: Sequence[Incident], now: float) -> Case:
        """Give all that is known of an incident."""
        with _away():
            return await gathering.at_topics(settings.kafka, incident, known, now)

    async def course(self, settings: Settings, brand: str, start: float, end: float) -> Course:
        """Give what was seen of a brand."""
        with _away():
            return await at_topics(settings.kafka, brand, start, end, [])

    async def tide(self, settings: Settings, brand: str, start: float, end: float) -> Tide | None:
        """Give what was counted of a brand."""
        with _away():
            shard = shard_of(brand, settings.kafka.partitions)
            lines = [one async for one in counted(settings.kafka, shard, start, end) if one.brand == brand]
        return tide_of(lines) if lines else None


@contextmanager
def _away() -> Iterator[None]:
    try:
        yield
    except (StorageError, BrokerSettingsError, TailError, KafkaError, OSError) as error:
        raise UnavailableError(str(error)) from error


ARCHIVE: web.AppKey[Archive] = web.AppKey("archive", Archive)
