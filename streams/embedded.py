"""The embedded runtime: records in, crises out, in one process, with state in SQLite."""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext

import msgspec

from streams.core.crises import CrisisEvent
from streams.core.mentioning import Model
from streams.core.pipeline import Pipeline
from streams.core.posts import LATEST, MAX_POST_BYTES, Post, Posts, Unreadable, decode, decode_many
from streams.core.settings import Settings
from streams.core.watch import CLOCK, Outcome
from streams.deadletters import DeadLetterBox
from streams.exhibit import Exhibit
from streams.journal import Journal
from streams.metrics import DeadLetterReason, Metrics, Stage
from streams.records import FUTURE_SECONDS
from streams.response.sight import Blind
from streams.storage import Store

BEHIND_SECONDS = 60.0  # of what is due to be judged


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
        self._receivers = [receiver.name for receiver in settings.receivers]
        self._changed: set[str] = set()
        self._events: list[CrisisEvent] = []
        self._exhibit = Exhibit(metrics) if metrics else None
        if store:
            self._restore(store)
        if self._exhibit:
            self._exhibit.begin(self.pipeline.watch)
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
        if self._exhibit:
            self._exhibit.begin(watch)
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
        posts = decode_many([record for record, _ in records], LATEST if now is None else now + FUTURE_SECONDS)
        if posts and len(posts.posts) == len(records):
            return self._take(posts, [origin for _, origin in records], now)
        readable = []
        for record, origin in records:
            try:
                readable.append((decode(record), origin))
            except Unreadable as error:
                reason: DeadLetterReason = "too_large" if len(record) > MAX_POST_BYTES else "unreadable"
                self.bury(reason, str(error), origin, record)
        return self.take_posts(readable, now)

    def take_posts(self, posts: Sequence[tuple[Post, str]], now: float | None = None) -> Outcome:
        """Take posts with their origins; see `take_records` for `now`."""
        if now is not None:
            posts = [pair for pair in posts if self._present(pair, now + FUTURE_SECONDS)]
        return self._take(Posts.of([post for post, _ in posts]), [origin for _, origin in posts], now)

    def idle(self, now: float) -> Outcome:
        """Let event time go on while no posts come."""
        self.pipeline.match.idle(now)
        return self._advance()

    def finish(self) -> Outcome:
        """Close all buckets that have posts."""
        self.pipeline.match.idle()
        return self._advance()

    def behind(self, now: float) -> Blind | None:
        """Say where the watch is far behind the clock; None where it is not, or has yet to begin."""
        closed, detection = self.pipeline.watch.closed, self.pipeline.watch.settings.detection
        patience = detection.max_hold_seconds + detection.lateness_seconds + 2 * detection.bucket_seconds
        if math.isinf(closed) or now - closed <= patience + BEHIND_SECONDS:
            return None
        return Blind("late", closed)

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
            self._store.save(states=states, cursors=cursors, events=self._events, page=page, receivers=self._receivers)
        self._changed.clear()
        self._events.clear()

    def _take(self, posts: Posts, origins: Sequence[str], now: float | None) -> Outcome:
        with self._timed("match"):
            taken = self.pipeline.gather(posts, origins, now)
        if self._metrics:
            self._metrics.count_batch(taken)
        return self._advance()

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
        watch = self.pipeline.watch
        if self._metrics and self._exhibit:
            self._exhibit.show(watch, outcome)
            self._metrics.set_watermark(0, watch.watermark)
            self._metrics.operations.set_closed(watch.closed)
            self._metrics.operations.set_canaries(outcome.canaries)
        return outcome

    def _restore(self, store: Store) -> None:
        watch = self.pipeline.watch
        states = store.states()
        for key in sorted(states, key=lambda key: key == CLOCK):
            watch.load(key, states[key])
        self.pipeline.resume()
