"""All sources that posts come from: how many posts each had, and whether it is still heard."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import msgspec

from detectors.calendar import Calendar
from streams.core.crises import Step
from streams.core.hearing import Heard
from streams.core.samples import lowest, size
from streams.core.settings import Detection
from streams.core.sourcewatch import SourceState, SourceWatch, Spell

MOST_SOURCES = 50  # watched at a time: those that were heard first
SLEEP_SECONDS = 30 * 86_400  # a source that rarely says anything is forgotten after so long without a post
REMEMBERED_SECONDS = 8 * 3_600  # longer than any brand's state is left as it is
SILENCE_SHARE = 0.1  # of the false pages that are allowed may be about sources
MONTH_DAYS = 30.0

Coverages = Mapping[str, float]
"""Part of the posts that came, by source; those that are not in it are covered as usual."""


def all_heard(_: int) -> Coverages:
    """Say of any bucket that all sources were heard as usual."""
    return {}


class SourcesState(msgspec.Struct):
    """All that is known of sources.

    `due` is the first bucket that is not closed, `held` are samples of open ones, `uneven` is the coverage of those
    sources that were not as usual in buckets of late, which brands at rest have yet to close.
    """

    due: int = 0
    uneven: dict[int, dict[str, float]] = msgspec.field(default_factory=dict)
    held: dict[int, dict[str, list[int]]] = msgspec.field(default_factory=dict)
    sources: dict[str, SourceState] = msgspec.field(default_factory=dict)


class Told(NamedTuple):
    """A step in the silence of a source, to be told when its bucket is closed."""

    source: str
    bucket: int
    step: Step
    spell: Spell
    given_up: bool


class Sources:
    """Count the posts of every source, and watch each of them.

    Parameters
    ----------
    detection
        Width of a bucket, and how many false pages are allowed.
    calendar
        Whose hours of the week and holidays count.

    Examples
    --------
    >>> sources = Sources(Detection(), Calendar())
    >>> sources.hear([Heard("bluesky", 60, [7, 9])])
    >>> list(sources.close_until(180))
    []
    >>> sources.coverages(60)
    {}
    """

    def __init__(self, detection: Detection, calendar: Calendar) -> None:
        self.detection = detection
        self._calendar = calendar
        self._width = detection.bucket_seconds
        self.restore(SourcesState())

    def hear(self, heard: Iterable[Heard]) -> None:
        """Take samples in, in any order, any number of times; what belongs to a closed bucket comes too late."""
        for one in heard:
            if one.bucket >= self.state.due:
                samples = self.state.held.setdefault(one.bucket, {})
                samples[one.source] = lowest([*samples.get(one.source, ()), *one.posts])

    def close_until(self, end: int) -> Iterator[Told]:
        """Close all buckets that begin before `end` (epoch seconds), in order; give the steps of silences."""
        state = self.state
        while state.uneven and (first := next(iter(state.uneven))) < state.due - REMEMBERED_SECONDS:
            del state.uneven[first]
        while state.due < end:
            if not self._watches:  # nobody is waited for
                state.due = min((bucket for bucket in state.held if bucket < end), default=end)
                if state.due == end:
                    return
            yield from self._close(state.due)
            state.due += self._width

    def coverages(self, bucket: int) -> Coverages:
        """Give the coverage of the sources that were not as usual in a bucket that was closed of late."""
        return self.state.uneven.get(bucket, {})

    @property
    def now(self) -> Coverages:
        """Give the coverage of every source in the last closed bucket."""
        return {name: watch.state.coverage for name, watch in self._watches.items()}

    def dump(self) -> SourcesState:
        """Give the state for encoding; it is live, so encode it before the next call."""
        self.state.sources = {name: watch.state for name, watch in self._watches.items()}
        return self.state

    def restore(self, state: SourcesState) -> None:
        """Go on from a state."""
        self.state = state
        self._watches = {
            name: SourceWatch(self.detection, self._calendar, source) for name, source in state.sources.items()
        }

    def _close(self, bucket: int) -> Iterator[Told]:
        samples = self.state.held.pop(bucket, {})
        self._welcome(samples)
        threshold = self._threshold()
        for name, watch in sorted(self._watches.items()):
            seen = watch.close(bucket, size(samples.get(name, ())), threshold)
            if watch.state.coverage != 1.0:
                self.state.uneven.setdefault(bucket, {})[name] = watch.state.coverage
            if seen.step and seen.spell:
                yield Told(name, bucket, seen.step, seen.spell, seen.given_up)
            if seen.given_up or bucket - watch.state.heard >= SLEEP_SECONDS:
                del self._watches[name]

    def _welcome(self, names: Iterable[str]) -> None:
        """Begin to watch sources that were not heard before, while there is room."""
        for name in sorted(names):
            if name not in self._watches and len(self._watches) < MOST_SOURCES:
                self._watches[name] = SourceWatch(self.detection, self._calendar)

    def _threshold(self) -> float:
        """Give the return period, log10 of days, at which all sources together keep to their share of false pages."""
        allowed = SILENCE_SHARE * self.detection.false_pages_per_month
        return math.log10(len(self._watches) * MONTH_DAYS / allowed) if self._watches else 0.0
