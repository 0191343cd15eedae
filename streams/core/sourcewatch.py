"""Is a source still heard? One source's expectation, its silences, and what it hands in late after one."""

from __future__ import annotations

from copy import copy
from typing import NamedTuple

import msgspec

from detectors.calendar import Calendar
from detectors.observations import Features
from detectors.silence import Silence, SilenceDetector, SilenceState
from streams.core.crises import Step
from streams.core.settings import Detection

BLIND = 0.1  # where less than this part of the posts comes, nothing can be said of them
MEMORY_POSTS = 50.0  # expected posts after which those of a silence count half in what comes of late
PATIENCE_SECONDS = 300  # a collector that connects again has a gap as well: nobody is woken for less
DEBT_FACTOR = 2.0  # of the posts that were expected: nobody knows whether more than those were missed
FLOOD_SECONDS = 600  # so soon after a silence, or after its last bucket, a flood belongs to it
LONGEST_DOUBT_SECONDS = 6 * 3_600  # a source that is louder than ever for longer than this is so from now on


class Spell(msgspec.Struct):
    """A silence: `seen` of `due` posts came. `opened` and `told` are the buckets of the first and last step told.

    `returned` is the evidence in nats that posts flow again, and of `lately_due` posts came `lately_seen`.
    """

    onset: int
    seen: float
    due: float
    opened: int = 0
    told: int = 0
    number: int = 0
    returned: float = 0.0
    lately_seen: float = 0.0
    lately_due: float = 0.0

    @property
    def share(self) -> float:
        """Part of the posts that came."""
        return self.seen / self.due if self.due else 1.0

    @property
    def coverage(self) -> float:
        """Part of the posts that comes of late; 0 where it is too small to say anything."""
        share = min(1.0, self.lately_seen / self.lately_due) if self.lately_due else self.share
        return share if share >= BLIND else 0.0

    def add(self, posts: float, due: float) -> None:
        """Take a bucket in."""
        keep = 0.5 ** (due / MEMORY_POSTS)
        self.seen += posts
        self.due += due
        self.lately_seen = self.lately_seen * keep + posts
        self.lately_due = self.lately_due * keep + due


class SourceState(msgspec.Struct):
    """Everything about one source that must survive a restart, fixed in size.

    `debt` is how many posts a silence has swallowed that may still come late, `flood_until` by when they must begin,
    `doubted` for how many seconds there have been more than are ordinary, those since with as many as ever taken off.
    """

    detector: SilenceState
    heard: int = 0
    coverage: float = 1.0
    spell: Spell | None = None
    debt: float = 0.0
    flood_until: int = 0
    doubted: int = 0


class Seen(NamedTuple):
    """What closing a bucket of a source came to: the step to tell, if any, and whether the source is given up."""

    step: Step | None
    spell: Spell | None
    given_up: bool


class SourceWatch:
    """Watch whether a source delivers what it uses to.

    Parameters
    ----------
    detection
        Width of a bucket, pace of updates, and after how long what stays unusual is given up.
    calendar
        Whose hours of the week and holidays count.
    state
        To go on from, or None for a source that was never heard before.
    """

    def __init__(self, detection: Detection, calendar: Calendar, state: SourceState | None = None) -> None:
        self.detection = detection
        self._width = detection.bucket_seconds
        self._detector = SilenceDetector(self._width, calendar)
        if state:
            self._detector.restore(state.detector)
        self.state = state or SourceState(self._detector.dump())

    def close(self, bucket: int, posts: float, threshold: float) -> Seen:
        """Take the number of posts of a bucket into account.

        Parameters
        ----------
        bucket
            Its start, epoch seconds.
        posts
            How many there were.
        threshold
            Surprise, log10 of the return period in days, from which the source counts as silent.
        """
        state, spell = self.state, self.state.spell
        x: Features = {"time": bucket}
        if posts:
            state.heard = bucket
        silence = self._detector.find_one(x, posts)
        if spell is None:
            if silence.surprise >= threshold:
                state.spell = self._begin(silence)
        elif self._is_over(x, posts, spell, threshold):
            self._end(bucket, spell)
        if state.spell:
            self._detector.skip_one(x, posts)
            state.coverage = state.spell.coverage
            return self._go_on(bucket, state.spell)
        state.coverage = self._listen(x, bucket, posts)
        return self._tell("closed", spell, bucket) if spell and spell.told else Seen(None, spell, given_up=False)

    def _begin(self, silence: Silence) -> Spell:
        """Note that the source has fallen silent, some buckets ago."""
        seen, due = silence.observed, silence.expected
        return Spell(int(silence.since), seen, due, lately_seen=seen, lately_due=due)

    def _is_over(self, x: Features, posts: float, spell: Spell, threshold: float) -> bool:
        """Take a bucket into a silence; it is over by evidence as strong as that by which it began."""
        gain = self._detector.weigh_return(x, posts, spell.share)
        spell.returned = max(0.0, spell.returned + gain)
        if self._detector.surprise(spell.returned) >= threshold:
            return True
        spell.add(posts, self._detector.expect_one(x))
        return False

    def _go_on(self, bucket: int, spell: Spell) -> Seen:
        """Say whether there is a step to tell of a silence that goes on."""
        detection, lasted = self.detection, bucket + self._width - spell.onset
        if lasted >= detection.max_open_hours * 3_600:
            return self._tell("closed", spell, bucket, given_up=True)
        if not spell.told and lasted >= max(PATIENCE_SECONDS, 2 * self._width):
            return self._tell("opened", spell, bucket)
        if spell.told and bucket - spell.told >= detection.update_minutes * 60:
            return self._tell("updated", spell, bucket)
        return Seen(None, spell, given_up=False)

    def _end(self, bucket: int, spell: Spell) -> None:
        """Note that posts flow again; what is missing may still be handed in."""
        self._detector.reset_one()
        self.state.debt = DEBT_FACTOR * (spell.due - spell.seen)
        self.state.flood_until = bucket + FLOOD_SECONDS
        self.state.spell = None

    def _listen(self, x: Features, bucket: int, posts: float) -> float:
        """Learn from a bucket that was heard, but for a flood; return its coverage.

        A flood pays a debt, or is a hit of some hours, the end of which is no silence.
        """
        state, mean = self.state, self._detector.expect_one(x)
        excess = self._detector.is_excess(x, posts)
        if bucket > state.flood_until:
            state.debt = 0.0
        if state.debt > 0.0 and excess:
            state.debt -= posts - mean
            state.flood_until = bucket + FLOOD_SECONDS
            self._detector.skip_one(x, posts)
            return posts / mean
        state.doubted = max(0, state.doubted + (self._width if excess else -self._width))
        if excess and PATIENCE_SECONDS < state.doubted <= LONGEST_DOUBT_SECONDS:
            self._detector.skip_one(x, posts)
        else:
            self._detector.learn_one(x, posts)
        return 1.0

    @staticmethod
    def _tell(step: Step, spell: Spell, bucket: int, *, given_up: bool = False) -> Seen:
        spell.opened = spell.opened or bucket
        spell.told = bucket
        spell.number += 1
        return Seen(step, copy(spell), given_up)
