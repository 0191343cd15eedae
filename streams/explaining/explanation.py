"""Why, and why not: all that is to be said of one brand in one bucket."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from streams.core.sentinel import Sentinel
from streams.core.times import rfc3339
from streams.explaining.needed import Needed, needed
from streams.explaining.views import View, views
from streams.explaining.witness import Minute


class Explanation(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="larum.explanation"):
    """All that is to be said of one brand and bucket.

    Parameters
    ----------
    brand, time, minutes
        Which bucket, RFC 3339, and how wide it is.
    voices, scored, negatives, harmful
        Its counts: all voices, those in a language that is scored, the negative ones, those that speak of harm.
    coverage
        Part of the posts that is believed to have been collected.
    detectors
        What each detector expected, saw and decided.
    severity, step
        What it all meant, and the step of a crisis that was told of it, if any.
    crisis
        The crisis that was open afterwards: since when (RFC 3339) and how severe; None where there was none.
    learned
        Whether the bucket was learned from.
    min_voices, min_negatives, min_harmed
        The floors: fewer beyond the expected are never a notice, or a page for anger or for harm.
    needed
        What it would have taken.
    """

    brand: str
    time: str
    minutes: float
    voices: int
    scored: int
    negatives: int
    harmful: int
    coverage: float
    detectors: list[View]
    severity: str
    step: str | None
    crisis: tuple[str, str] | None
    learned: bool
    min_voices: float
    min_negatives: float
    min_harmed: float
    needed: Needed


def explain(brand: str, minute: Minute, make: Callable[[], Sentinel]) -> Explanation:
    """Say why a bucket was judged as it was.

    Parameters
    ----------
    brand
        Its identifier.
    minute
        The bucket.
    make
        Makes sentinels with the brand's settings, to be asked what would have been.

    Returns
    -------
    Explanation
    """
    sentinel = make()
    bucket, voices, coverage, closed, _, life = minute
    width = sentinel.detection.bucket_seconds
    limits = sentinel.limits
    return Explanation(
        brand=brand,
        time=rfc3339(bucket),
        minutes=width / 60.0,
        voices=voices.all,
        scored=voices.scored,
        negatives=voices.negative,
        harmful=voices.harmful,
        coverage=round(coverage, 3),
        detectors=views(closed.findings, limits, bucket + width),
        severity=closed.verdict.severity.name.lower(),
        step=closed.step,
        crisis=life,
        learned=closed.calm,
        min_voices=limits.min_voices,
        min_negatives=limits.min_negatives,
        min_harmed=limits.min_harmed,
        needed=needed(minute, make),
    )
