"""The embedded runtime: records in, crises out, in one process, with state in SQLite."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext

import msgspec

from streams.core.crises import CrisisEvent, Severity
from streams.core.pipeline import Model, Pipeline
from streams.core.posts import MAX_POST_BYTES, Post, Unreadable, decode
from streams.core.settings import Settings
from streams.core.watch import CLOCK, Outcome
from streams.deadletters import DeadLetterBox
from streams.journal import Journal
from streams.metrics import DeadLetterReason, Metrics, Stage
from streams.records import FUTURE_SECONDS
from streams.storage import Store


class Embedded:
    """The core between a door that refuses what is no post and a store that survives a restart.

    Parameters
    ----------
    settings
        Brands and detection.
    model
        Scores posts.
    dead
        Takes records that cannot be read, whole.
    metrics
        Counts everything; None counts nothing.
    store
        Where state is kept on `commit`, and taken from at the start; None keeps nothing.
    """

    def __init__(
        self,
        settings: Settings,
        model: Model,
        dead: DeadLetterBox,
        metrics: Metrics | None = None,
        store: Store | None = None,
    ) -> None:
        self.pipeline = Pipeline(settings, model)
        self._dead = dead
        self._metrics = metrics
        self._store = store
        self._changed: set[str] = set()
        self._events: list[CrisisEvent] = []
        for brand in settings.brands:
            if metrics:
                metrics.adopt_brand(brand.id)
        if store:
            self._restore(store)
        self._journal = Journal(settings, store, self.pipeline.watch) if store else None

    def configure(self, settings: Settings) -> None:
        """Go on by other settings, right after a `commit`: what it left undone would be of brands that may be gone.

        A brand that was gone for a while goes on from the state that it left; one that is gone now leaves its own.
        """
        watch = self.pipeline.watch
        before = set(watch.brands)
        self.pipeline.configure(settings)
        new = watch.brands.keys() - before
        states = self._store.states() if self._store and new else {}
        for name in new & states.keys():
            watch.load(name, states[name])
        if self._metrics:
            for name in before - watch.brands.keys():
                self._metrics.forget_brand(name)
            for name in new:
                self._metrics.adopt_brand(name)
                self._show_crisis(self._metrics, name)
        if self._store:
            self._journal = Journal(settings, self._store, watch)

    def take_records(self, records: Sequence[tuple[bytes, str]], now: float | None = None) -> Outcome:
        """Take undecoded records in; what cannot be read goes to the dead letters and its neighbours count.

        Parameters
        ----------
        records
            JSON of one post each, and where it came from.
        now
            The clock, epoch seconds, where posts are live: one from the future is refused. None for history.
        """
        posts = []
        for record, origin in records:
            try:
                posts.append((decode(record), origin))
            except Unreadable as error:
                reason: DeadLetterReason = "too_large" if len(record) > MAX_POST_BYTES else "unreadable"
                self.bury(reason, str(error), origin, record)
        return self.take_posts(posts, now)

    def take_posts(self, posts: Sequence[tuple[Post, str]], now: float | None = None) -> Outcome:
        """Take posts with their origins; see `take_records` for `now`."""
        if now is not None:
            posts = [pair for pair in posts if self._present(pair, now + FUTURE_SECONDS)]
        with self._timed("match"):
            taken = self.pipeline.gather(posts, now)
        if self._metrics:
            self._metrics.count_batch(posts, taken)
        return self._advance()

    def idle(self, now: float) -> Outcome:
        """Let event time go on while no posts come."""
        self.pipeline.match.idle(now)
        return self._advance()

    def finish(self) -> Outcome:
        """Close all buckets that have posts."""
        self.pipeline.match.idle()
        return self._advance()

    def bury(self, reason: DeadLetterReason, why: str, origin: str, record: bytes) -> None:
        """Set a record aside."""
        self._dead.add(why, origin, record)
        if self._metrics:
            self._metrics.dead_letter(reason)

    def commit(self, cursors: dict[str, str] | None = None) -> None:
        """Make everything since the last commit survive a restart, together with the cursors of the sources."""
        if self._store:
            watch = self.pipeline.watch
            states = {key: watch.dump(key) for key in sorted(self._changed)}
            page = self._journal.turn() if self._journal else None
            self._store.save(states=states, cursors=cursors, events=self._events, page=page)
        self._changed.clear()
        self._events.clear()

    def _present(self, pair: tuple[Post, str], latest: float) -> bool:
        post, origin = pair
        if post.timestamp <= latest:
            return True
        self.bury("from_the_future", "created_at is in the future", origin, msgspec.json.encode(post))
        return False

    def _timed(self, stage: Stage) -> AbstractContextManager[object]:
        return self._metrics.timed(stage) if self._metrics else nullcontext()

    def _advance(self) -> Outcome:
        with self._timed("watch"):
            outcome = self.pipeline.advance()
        self._changed |= outcome.changed
        self._events += outcome.events
        if self._journal:
            self._journal.note(outcome.readings)
        metrics = self._metrics
        if metrics:
            for reading in outcome.readings:
                metrics.observe_reading(reading)
            for event in outcome.events:
                metrics.observe_event(event)
            for brand, posts in outcome.late.items():
                metrics.count_late(brand, posts)
            if outcome.coverages is not None:
                metrics.show_coverages(outcome.coverages)
            metrics.set_watermark(0, self.pipeline.watch.watermark)
        return outcome

    def _restore(self, store: Store) -> None:
        watch = self.pipeline.watch
        states = store.states()
        for key in sorted(states, key=lambda key: key == CLOCK):
            watch.load(key, states[key])
        self.pipeline.resume()
        if self._metrics:
            self._metrics.show_coverages(watch.coverages)
            for name in watch.brands:
                self._show_crisis(self._metrics, name)

    def _show_crisis(self, metrics: Metrics, name: str) -> None:
        life = self.pipeline.watch.brands[name].life
        if life.is_open:
            metrics.show_crisis(name, life.kinds, Severity(life.severity))
