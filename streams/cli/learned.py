"""What commands that look at the sentiment model share: where it learned, and what."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple, cast

import typer

from streams.cli.common import DEFAULT_CONFIG, configuration, fail
from streams.core.settings import Settings

if TYPE_CHECKING:
    from detectors.sentiment import SentimentModel
    from streams.core.labels import Label
    from streams.core.settings import Kafka
    from streams.storage import Store

STATE = Path("larum.sqlite")
LabelsFile = Annotated[
    Path | None, typer.Option("--labels", help='Labels to learn from: JSON Lines of {"text", "negative"}.')
]
KafkaFlag = Annotated[bool, typer.Option("--kafka", help="Take the labels and the model of the topics instead.")]
PAGE = 1_000  # labels read from a file at a time


class Learned(NamedTuple):
    """A model, and what it learned from: texts, and their languages where known."""

    model: SentimentModel
    labelled: list[tuple[str, str | None]]


def settings_of(config: Path) -> Settings:
    """Load the configuration; without one take the defaults, for a model can be looked at without brands."""
    if config == DEFAULT_CONFIG and not config.exists():
        return Settings.model_construct(brands=())
    return configuration(config)


def learned(settings: Settings, labels: Path | None, state: Path | None, *, kafka: bool = False) -> Learned:
    """Make the model that has learned what a file of labels says, or a state file, or the topic.

    Parameters
    ----------
    settings
        The threshold, and how to reach the broker.
    labels
        JSON Lines; it goes before all others.
    state
        What ``larum watch`` keeps. Where there is no such file, nothing was learned.
    kafka
        Whether to read the topics.
    """
    from streams.cli.lessons import taught
    from streams.storage import StorageError, Store

    if labels and kafka:
        fail("a file of labels and --kafka are two ways to go; name one")
    if kafka:
        return _of_topic(settings)
    path: Path | str = ":memory:" if labels or state is None or not state.exists() else state
    try:
        with Store(path) as store:
            model = cast("SentimentModel", taught(settings, labels, store).pupil.model)
            return Learned(model, [(label.text, label.lang) for label in _labels(store) if label.negative is not None])
    except StorageError as error:
        fail(str(error))


def _labels(store: Store) -> Iterator[Label]:
    from streams.core.labels import decode

    place = 0
    while page := store.labels(place, PAGE):
        for _, record in page:
            yield decode(record)
        place = page[-1][0] + 1


def _of_topic(settings: Settings) -> Learned:
    from aiokafka.errors import KafkaError

    from streams.broker import BrokerSettingsError

    try:
        return asyncio.run(_read(settings.kafka, settings.sentiment.threshold))
    except (KafkaError, BrokerSettingsError) as error:
        fail(str(error))


async def _read(kafka: Kafka, threshold: float) -> Learned:
    """Learn as a worker does when it starts, and read the texts of the labels that count."""
    from detectors.sentiment import SentimentModel
    from streams.core.labels import decode
    from streams.core.posts import Unreadable
    from streams.core.pupil import Pupil
    from streams.labellog import LabelLog
    from streams.studying import study

    pupil, log = Pupil(SentimentModel(threshold=threshold)), LabelLog(kafka)
    await study(kafka, pupil, asks=False)
    labelled: list[tuple[str, str | None]] = []
    await log.start()
    try:
        await log.seek(0)
        async for record in log.records(pupil.lessons.position):
            with suppress(Unreadable):  # it was refused, as the worker says in its dead letters
                label = decode(record.value or b"")
                if pupil.lessons.counts(record.offset, label.key):
                    labelled.append((label.text, label.lang))
    finally:
        await log.stop()
    return Learned(cast("SentimentModel", pupil.model), labelled)
