"""What each detector expected, saw and decided in one bucket, and what speaks against an alarm."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from detectors.burst import Burst
from detectors.tone import Tone
from streams.core.judgement import HINT, MAJORITY, Findings, Limits, is_enough, leaning
from streams.core.times import rfc3339


class View(msgspec.Struct, frozen=True, kw_only=True):
    """What one detector expected, saw and decided.

    Parameters
    ----------
    detector
        Its name.
    observed, expected, lower, upper
        Counts, or shares, since `since`; the bounds are those of the ordinary.
    since, minutes
        From when on it is clearest, RFC 3339, and how long that is.
    return_days, needed_days
        Such a level is seen once in so many days, and the detector fires from so many on.
    fires
        Whether it did.
    objections
        Why it did not.
    """

    detector: str
    observed: float
    expected: float
    lower: float
    upper: float
    since: str
    minutes: float
    return_days: float
    needed_days: float
    fires: bool
    objections: list[str]


class _Line(NamedTuple):
    """What there is to say of a detector: the finding, and as what it is shown."""

    detector: str
    finding: Burst | Tone
    observed: float
    expected: float
    needed: float
    objections: list[str]


def views(findings: Findings, limits: Limits, end: float) -> list[View]:
    """Say of each detector what it expected, saw and decided; `end` of the bucket in epoch seconds."""
    volume, anger, tone, smoulder, _, harm = findings
    few = _few(volume.observed - volume.expected, limits.min_voices)
    little = _few(tone.excess, limits.min_negatives)
    lines = (
        _Line("volume", volume, volume.observed, volume.expected, limits.notice, few),
        _Line("negatives", anger, anger.observed, anger.expected, limits.page, _doubts(anger, tone, limits)),
        _Line("tone", tone, tone.share, tone.expected, limits.page, little),
        _Line(
            "smoulder",
            smoulder,
            smoulder.observed,
            smoulder.expected,
            limits.page,
            _doubts(smoulder, tone, limits, days=True),
        ),
        _Line("harm", harm, harm.observed, harm.expected, limits.page, _little_harm(harm, limits)),
    )
    return [_view(line, end) for line in lines]


def _view(line: _Line, end: float) -> View:
    finding, surprise, needed, objections = line.finding, line.finding.surprise, line.needed, line.objections
    if surprise < needed:
        level = f"such a level is seen once in {days(surprise)}, it takes one of once in {days(needed)}"
        objections = [level, *objections]
    lower, upper = finding.ordinary
    return View(
        detector=line.detector,
        observed=round(line.observed, 3),
        expected=round(line.expected, 3),
        lower=round(lower, 3),
        upper=round(upper, 3),
        since=rfc3339(finding.since),
        minutes=round((end - finding.since) / 60.0, 2),
        return_days=float(f"{10.0**surprise:.4g}"),
        needed_days=round(10.0**needed, 1),
        fires=not objections,
        objections=objections,
    )


def days(surprise: float) -> str:
    """Put a return period, log10 of days, into words.

    Examples
    --------
    >>> days(0.0), days(0.5), days(1.96), days(4.0), days(9.0)
    ('a day or less', '3.2 days', '91 days', '27 years', 'a thousand years or more')
    """
    number = 10.0 ** min(surprise, 6.0)
    if number > 365_000.0:
        return "a thousand years or more"
    if number > 1_000.0:
        return f"{number / 365.25:.0f} years"
    return "a day or less" if number < 1.05 else f"{number:.1f} days" if number < 10.0 else f"{number:.0f} days"


def _few(beyond: float, floor: float) -> list[str]:
    return [f"{max(0.0, beyond):.1f} are beyond the expected, it takes {floor:.0f}"] if beyond < floor else []


def _little_harm(harm: Burst, limits: Limits) -> list[str]:
    return [] if is_enough(harm, limits) else _few(harm.observed - harm.expected, limits.min_harmed)


def _doubts(anger: Burst, tone: Tone, limits: Limits, *, days: bool = False) -> list[str]:
    """Say what speaks against a page for the number of negatives, their surprise apart."""
    objections = _few(anger.observed - anger.expected, limits.min_negatives)
    if anger.observed < MAJORITY * anger.posts and leaning(anger, tone, days=days) < HINT:
        objections.append("they are no larger a share than ordinary: what there is more of, is voices of any kind")
    return objections
