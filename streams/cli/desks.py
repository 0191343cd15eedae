"""Where labels go, and what is known there: a file, a running larum, or Kafka."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from os import SEEK_END
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from streams.cli.common import fail
from streams.cli.lessons import taught
from streams.cli.sending import send
from streams.core.labels import Label, encode, record_key
from streams.core.pupil import Pupil
from streams.core.settings import Settings

LABELS_FILE = Path("larum-labels.jsonl")
AT_ONCE = 1_000  # labels in one request

Out = Annotated[
    Path | None, typer.Option("--out", help=f"Append labels to this file, for '--labels'; {LABELS_FILE} by default.")
]
Url = Annotated[str | None, typer.Option("--url", help="Send them to a running larum, such as http://127.0.0.1:8321.")]
ToKafka = Annotated[bool, typer.Option("--kafka", help="Append them to the labels topic.")]
State = Annotated[Path, typer.Option("--state", help="With --url: what that larum keeps (SQLite), if it is here.")]


class Desk(NamedTuple):
    """Where labels go.

    Parameters
    ----------
    pupil
        Knows what was said there, and has learned it.
    write
        Appends labels; they are safe when it returns.
    """

    pupil: Pupil
    write: Callable[[Sequence[Label]], Awaitable[None]]


class Place(NamedTuple):
    """Where labels are to go, as the command line says."""

    out: Path | None
    url: str | None
    kafka: bool
    state: Path

    @asynccontextmanager
    async def desk(self, settings: Settings) -> AsyncIterator[Desk]:
        """Open it, or end with what is wrong with it."""
        if (self.out is not None) + (self.url is not None) + self.kafka > 1:
            fail("--out, --url and --kafka are three places for labels; name one")
        if self.kafka:
            async with _topic(settings) as desk:
                yield desk
        elif self.url is not None:
            yield _running(settings, self.url, self.state)
        else:
            yield _file(settings, self.out or LABELS_FILE)


def _file(settings: Settings, path: Path) -> Desk:
    pupil = taught(settings, path if path.exists() else None).pupil

    async def write(labels: Sequence[Label]) -> None:
        _append(path, labels)

    return Desk(pupil, write)


def _append(path: Path, labels: Sequence[Label]) -> None:
    with path.open("a+b") as file:
        if file.tell():
            file.seek(-1, SEEK_END)
            file.write(b"" if file.read() == b"\n" else b"\n")
        file.writelines(encode(label) + b"\n" for label in labels)


def _running(settings: Settings, url: str, state: Path) -> Desk:
    """Ask a running larum by HTTP; what it knows is in its state file, which may be read while it runs."""
    from detectors.sentiment import SentimentModel
    from streams.storage import StorageError, Store
    from streams.tutor import Tutor

    pupil = Pupil(SentimentModel(threshold=settings.sentiment.threshold))
    if state.exists():
        try:
            with Store(state) as store:
                pupil = Tutor(store, pupil).pupil
        except StorageError as error:
            fail(str(error))

    async def write(labels: Sequence[Label]) -> None:
        for start in range(0, len(labels), AT_ONCE):
            await send(settings.server, url, "labels", b"\n".join(map(encode, labels[start : start + AT_ONCE])))

    return Desk(pupil, write)


@asynccontextmanager
async def _topic(settings: Settings) -> AsyncIterator[Desk]:
    """Read what the topic holds, from the newest snapshot on, and append to it."""
    from aiokafka import AIOKafkaProducer
    from aiokafka.errors import KafkaError

    from detectors.sentiment import SentimentModel
    from streams.broker import BrokerSettingsError, client_options
    from streams.studying import study

    kafka = settings.kafka
    pupil = Pupil(SentimentModel(threshold=settings.sentiment.threshold))
    try:
        await study(kafka, pupil)
        async with AIOKafkaProducer(**client_options(kafka), acks="all", enable_idempotence=True) as producer:

            async def write(labels: Sequence[Label]) -> None:
                for label in labels:
                    await producer.send(kafka.labels_topic, encode(label), record_key(label.key), partition=0)
                await producer.flush()

            yield Desk(pupil, write)
    except (KafkaError, BrokerSettingsError) as error:
        fail(str(error))
