"""Labels of an embedded larum: kept in its state file, learned from, and forgotten again, a slice at a time."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterator, Mapping, Sequence

from streams.core.labels import Label, decode, encode, record_key
from streams.core.lessons import Effect
from streams.core.pupil import REST, Pupil
from streams.metrics import Metrics
from streams.modelmetrics import ModelNews
from streams.storage import Store

PAGE = 200  # labels read from the file at a time
TURN_SECONDS = 0.005  # of work after which the event loop gets a turn
SNAPSHOT_LABELS = 500  # since the last snapshot, before the next is kept

log = logging.getLogger("larum")


class Tutor:
    """Teaches a pupil what a state file holds, and what comes; the same labels as on Kafka come to the same model.

    Parameters
    ----------
    store
        Keeps labels and snapshots.
    pupil
        Learns; begins with what the file holds.
    metrics
        Counts; None counts nothing.

    Examples
    --------
    >>> from detectors.sentiment import SentimentModel
    >>> with Store(":memory:") as store:
    ...     tutor = Tutor(store, Pupil(SentimentModel()))
    ...     tutor.add([Label(text="Karuzela", negative=True, lang="pl"), Label(text="Kawa", negative=False, lang="pl")])
    ...     tutor.add([Label(text="Karuzela", negative=None)])
    ...     tutor.settle()
    ...     tutor.pupil.model.labels
    1
    """

    def __init__(self, store: Store, pupil: Pupil, metrics: Metrics | None = None) -> None:
        self.pupil = pupil
        self._store = store
        self._schooling = metrics.schooling if metrics else None
        self._news = asyncio.Event()
        self._unkept = 0
        self._standing = ModelNews(lambda: pupil.model)
        if metrics:
            metrics.model.follow(lambda: pupil.model)
        self._resume()
        for place, key, label in self._labels(self.pupil.lessons.position):
            self._unkept += self.pupil.take(place, key, label) is not Effect.REPEATED
        self.settle()

    def add(self, labels: Sequence[Label], cursors: Mapping[str, str] | None = None) -> None:
        """Keep labels, and learn from those that are new; what changes older ones waits for `settle` or `follow`.

        Parameters
        ----------
        labels
            In the order in which they were said. One that says what is known already is not kept again.
        cursors
            How far an input of labels was read, kept together with them.
        """
        fresh: list[tuple[str, Label]] = []
        said: dict[int, int | None] = {}
        for label in labels:
            key, says = label.key, None if label.negative is None else label.said
            if said.get(key, self.pupil.lessons.says(key)) == says:
                self._count(Effect.REPEATED)
            else:
                said[key] = says
                fresh.append((record_key(key).decode(), label))
        places = self._store.append_labels([(key, encode(label)) for key, label in fresh], cursors)
        for place, (_, label) in zip(places, fresh, strict=True):
            self._count(self.pupil.take(place, label.key, label))
        self._unkept += len(fresh)
        self._news.set()

    async def accept(self, labels: Sequence[tuple[Label, str]]) -> None:
        """Take labels in with their origins, and return when they are safe."""
        began = time.perf_counter()
        for label, _ in labels:
            self.add([label])
            if time.perf_counter() - began >= TURN_SECONDS:
                await asyncio.sleep(0)
                began = time.perf_counter()

    def settle(self) -> None:
        """Make the model anew, if it has to be."""
        for _ in self._anew():
            pass

    async def follow(self) -> None:
        """Make the model anew whenever it has to be, and keep snapshots, until cancelled."""
        while True:
            await self._news.wait()
            self._news.clear()
            began = time.perf_counter()
            for _ in self._anew():
                await asyncio.sleep(0)
            took = time.perf_counter() - began
            self._standing.tell()
            if self._unkept >= SNAPSHOT_LABELS:
                self.keep()
            await asyncio.sleep(REST * took)

    def keep(self) -> None:
        """Keep a snapshot, if there is anything that the last one lacks."""
        if self._unkept and not self.pupil.behind:
            self._store.keep_model(self.pupil.dump())
            self._unkept = 0
            if self._schooling:
                self._schooling.count_snapshot("written")

    def _resume(self) -> None:
        """Go on from the snapshot that the file holds, or say why not."""
        data, fault = self._store.model(), ""
        if data is None:
            return
        try:
            self.pupil.load(data)
        except ValueError as error:
            fault = str(error)
            log.warning("%s: its snapshot of the model is not used: %s. All labels are.", self._store.path, fault)
        if self._schooling:
            self._schooling.count_snapshot("refused" if fault else "read")

    def _anew(self) -> Iterator[None]:
        """Make the model anew until it is what the labels say, and pause every few milliseconds."""
        while self.pupil.behind:
            began = turn = time.perf_counter()
            anew = self.pupil.anew()
            for record in self._labels(0):
                anew.take(*record)
                if time.perf_counter() - turn >= TURN_SECONDS:
                    yield
                    turn = time.perf_counter()
            self.pupil.adopt(anew)
            if self._schooling:
                self._schooling.observe_rebuild(time.perf_counter() - began)

    def _labels(self, place: int) -> Iterator[tuple[int, int, Label]]:
        """Give the labels from a place on, those too that are added meanwhile."""
        while page := self._store.labels(place, PAGE):
            for at, record in page:
                label = decode(record)
                yield at, label.key, label
            place = page[-1][0] + 1

    def _count(self, effect: Effect) -> None:
        if self._schooling:
            self._schooling.count_label(effect)
