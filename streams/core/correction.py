"""What is shown of a brand of which a part was left out: counts as if all had been counted, in a wider interval.

The detectors need no correction: they expect less where less was kept. A reader does.
"""

from __future__ import annotations

from itertools import islice
from typing import Literal

import msgspec

from detectors.burst import Burst
from streams.core.crises import Interval
from streams.core.judgement import Findings

REMEMBERED = 1_440  # buckets of which a part was left out


class Left(msgspec.Struct, array_like=True, frozen=True):
    """Of a bucket of which a part was left out: which was kept, and the voices, negative and harmful ones in it."""

    kept: float
    voices: int
    negatives: int
    harmful: int = 0


class Correction(msgspec.Struct):
    """What was left out of a brand's buckets of late.

    Examples
    --------
    >>> correction = Correction()
    >>> correction.note(60, kept=0.25, voices=50, negatives=10)
    >>> correction.part(0, 120, width=60)
    0.625
    """

    buckets: dict[int, Left] = msgspec.field(default_factory=dict)

    def note(self, bucket: int, kept: float, voices: int, negatives: int, harmful: int = 0) -> None:
        """Take a bucket in, with the voices that were counted in it."""
        if kept >= 1.0:
            return
        self.buckets[bucket] = Left(kept, voices, negatives, harmful)
        for oldest in list(islice(self.buckets, max(0, len(self.buckets) - REMEMBERED))):
            del self.buckets[oldest]

    def part(self, since: float, end: int, width: int) -> float:
        """Say which part was counted between two times, epoch seconds, in buckets of a width."""
        left = sum(1.0 - one.kept for bucket, one in self.buckets.items() if since <= bucket < end)
        return 1.0 - left * width / max(end - since, width)

    def correct(self, findings: Findings, end: int, width: int) -> Findings:
        """Give findings as they are to be shown in the bucket that ends at `end`."""
        if not self.buckets:
            return findings
        return findings._replace(
            volume=self._burst(findings.volume, end, width, "voices"),
            anger=self._burst(findings.anger, end, width, "negatives"),
            smoulder=self._burst(findings.smoulder, end, width, "negatives"),
            harm=self._burst(findings.harm, end, width, "harmful"),
        )

    def _burst(self, burst: Burst, end: int, width: int, counted: Literal["voices", "negatives", "harmful"]) -> Burst:
        """Add what is missing to what was counted, and as much to the expectation and its variance.

        Of a count with variance ``m + d * m**2`` of which a part p is drawn, the estimate has ``(1 / p - 1) * m`` more.
        A finding that nothing is out of the ordinary may count fewer buckets than it names.
        """
        part = self.part(burst.since, end, width)
        if part >= 1.0:
            return burst
        left = [one for bucket, one in self.buckets.items() if burst.since <= bucket < end]
        counts = [(getattr(one, counted), one.kept) for one in left]
        among = sum(count for count, _ in counts)
        missing = sum(count * (1.0 / kept - 1.0) for count, kept in counts) * min(1.0, burst.observed / max(among, 1))
        expected = burst.expected / part
        wider = (1.0 / part - 1.0) / expected if expected > 0.0 else 0.0
        return burst._replace(observed=burst.observed + missing, expected=expected, dispersion=burst.dispersion + wider)


def whole(interval: Interval, kept: float) -> Interval:
    """Give an interval of counts as if all had been kept: of what was kept it is the wider one.

    Examples
    --------
    >>> whole(Interval(observed=5.0, expected=2.0, lower=0.0, upper=6.0), kept=0.5)
    Interval(observed=10.0, expected=4.0, lower=0.0, upper=12.0, minutes=1.0)
    """
    if kept >= 1.0:
        return interval
    return Interval(
        interval.observed / kept, interval.expected / kept, interval.lower / kept, interval.upper / kept,
        interval.minutes,
    )  # fmt: skip
