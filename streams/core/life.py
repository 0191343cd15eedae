"""Where a brand stands in the life of a crisis: what `Lifecycle` keeps between buckets."""

from __future__ import annotations

import msgspec

from detectors.wave import Rise, WaveState
from streams.core.crises import Kind


class Excuse(msgspec.Struct, frozen=True):
    """A crisis that somebody called a false alarm: until when it is none, how grave and how loud it was at most."""

    until: int
    severity: int
    loudness: float
    harm: bool


class Life(msgspec.Struct):
    """Where a brand stands, encodable. `onset` and `opened` are 0 while no crisis is open.

    `settled` is set where the user took its level for the normal one, `stayed` where it has been open for so long that
    it is. Until `settling_until` a surge is no news, unless an hour of it is clearly louder than `loudest`, the
    loudest since, each by its own expectation.

    `wave` says which wave of a crisis it is (0 while nobody is angry), `tide` how that stands, and `rise` what makes it
    another; `ebb_until` a further crisis is the next wave after the `ebbed` one. `angriest` is how many times as many
    negative voices as expected an hour had at most; `excused_at` is the bucket in which the open crisis was called a
    false alarm, and `excuse` the last one that was.
    """

    severity: int = 0
    kinds: list[Kind] = msgspec.field(default_factory=list)
    onset: int = 0
    stirred: int = 0
    calm_voices: int = 0
    opened: int = 0
    told: int = 0
    number: int = 0
    settling_until: int = 0
    loudest: float = 0.0
    settled: bool = False
    stayed: bool = False
    wave: int = 0
    tide: WaveState | None = None
    rise: Rise | None = None
    ebbed: int = 0
    ebb_until: int = 0
    angriest: float = 0.0
    excused_at: int = 0
    excuse: Excuse | None = None

    @property
    def is_open(self) -> bool:
        """Whether a crisis is open."""
        return self.opened > 0
