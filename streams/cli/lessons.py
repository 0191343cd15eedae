"""What commands that score posts share: a model that was taught what a file of labels holds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import xxhash

from streams.cli.common import fail
from streams.core.labels import Label, decode, encode
from streams.core.posts import Unreadable
from streams.readers import InputError, read

if TYPE_CHECKING:
    from streams.core.settings import Settings
    from streams.metrics import Metrics
    from streams.storage import Store
    from streams.tutor import Tutor


def taught(
    settings: Settings, labels: Path | None = None, store: Store | None = None, metrics: Metrics | None = None
) -> Tutor:
    """Make a sentiment model, and teach it what a file holds; end with the line where that is no label.

    Parameters
    ----------
    settings
        Where a post begins to be negative.
    labels
        JSON Lines. Of one that has grown since it was read into the `store`, what is new is taken: what was said of a
        post in the meantime is newer than its older part.
    store
        Where labels are kept; None keeps none, and what comes of it takes no more of them.
    metrics
        Counts.
    """
    from detectors.sentiment import SentimentModel
    from streams.core.pupil import Pupil
    from streams.storage import Store
    from streams.tutor import Tutor

    if store is None:
        with Store(":memory:") as passing:
            return taught(settings, labels, passing, metrics)
    pupil = Pupil(SentimentModel(threshold=settings.sentiment.threshold))
    tutor = Tutor(store, pupil, metrics)
    if labels:
        name = f"labels:{labels.absolute()}"
        fresh, cursor = _unread(labels_in(labels), store.cursor(name))
        tutor.add(fresh, {name: cursor})
        tutor.settle()
    return tutor


def labels_in(path: Path) -> list[Label]:
    """Read a file of labels; end with the line where it holds anything else."""
    labels = []
    try:
        for record, origin in read(path, "jsonl"):
            try:
                labels.append(decode(record))
            except Unreadable as error:
                fail(f"{origin}: {error}")
    except InputError as error:
        fail(str(error))
    return labels


def _unread(labels: list[Label], cursor: str | None) -> tuple[list[Label], str]:
    """Give the labels behind those that were read, if these are still what they were; and the new cursor.

    Examples
    --------
    >>> first, second = Label(text="a", negative=True), Label(text="b", negative=True)
    >>> _, cursor = _unread([first], None)
    >>> _unread([first, second], cursor)[0] == [second], _unread([second], cursor)[0] == [second]
    (True, True)
    """
    count = int(cursor.partition(" ")[0]) if cursor else 0
    known = cursor is not None and cursor == _cursor(labels[:count])
    return labels[count:] if known else labels, _cursor(labels)


def _cursor(labels: list[Label]) -> str:
    return f"{len(labels)} {xxhash.xxh3_128_hexdigest(b''.join(map(encode, labels)))}"
