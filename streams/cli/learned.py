"""What commands that look at the sentiment model share: where it learned, and what."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from streams.cli.common import DEFAULT_CONFIG, configuration, taught
from streams.core.settings import Settings

if TYPE_CHECKING:
    from detectors.sentiment import SentimentModel

LabelsFile = Annotated[
    Path | None, typer.Option("--labels", help='Labels to learn from: JSON Lines of {"text", "negative"}.')
]


class Learned(NamedTuple):
    """A model, and what it learned from: texts, and their languages where known."""

    model: SentimentModel
    labelled: list[tuple[str, str | None]]


def settings_of(config: Path) -> Settings:
    """Load the configuration; without one take the defaults, for a model can be looked at without brands."""
    if config == DEFAULT_CONFIG and not config.exists():
        return Settings.model_construct(brands=())
    return configuration(config)


def learned(settings: Settings, labels: Path | None) -> Learned:
    """Make the model that has learned what a file of labels says; without one, it has learned nothing."""
    from streams.core.labels import decode
    from streams.readers import read

    model = taught(settings, labels)
    found = [decode(record) for record, _ in read(labels, "jsonl")] if labels else []
    return Learned(model, [(label.text, label.lang) for label in found])
