"""From what the detectors found to what it means: which kinds of departure, and how severe."""

from __future__ import annotations

import math
from typing import NamedTuple

from detectors.burst import Burst
from detectors.counts import binomial_surprise, negative_binomial_surprise
from detectors.tone import Tone
from streams.core.crises import Kind, Severity
from streams.core.settings import Detection

MONTH_DAYS = 30.44
PAGING_TESTS = 4  # anger, tone, smoulder and harm share the budget of pages
HINT = 1.3  # -log10 of the tail probability at which a share is at least not below the ordinary (one in twenty)
GOING_ON = 2.0  # -log10 of the tail probability of the last hour at which a crisis is not over (one in a hundred)
MAJORITY = 0.5
HOUR_SECONDS = 3_600
CRITICAL_FACTOR = 4.0  # times the floor of negatives beyond the expected
FAR = 10.0  # times the people that ordinary voices would reach
UNHARMED = Burst(0.0, 0.0, 0.0, 0.0, 0.0, 1.0)
STAYING = 0.5  # part of the floors that keeps an open crisis open: hysteresis


class Findings(NamedTuple):
    """What the detectors of one brand found in one bucket.

    Of all voices (`volume`), of the negative ones (`anger`), of their share (`tone`), and of the negative ones over
    days (`smoulder`), each since its own clearest departure, as is `harm`: of the voices that speak of harm. `reach` is
    what the negative voices of the last hour are worth in voices of ordinary reach (`streams.core.reach`).
    """

    volume: Burst
    anger: Burst
    tone: Tone
    smoulder: Burst
    reach: float = 0.0
    harm: Burst = UNHARMED


class Hour(NamedTuple):
    """The last hour, as the detectors count it."""

    volume: Burst
    anger: Burst
    tone: Tone
    harm: Burst = UNHARMED


class Verdict(NamedTuple):
    """What the findings mean, and when what they mean began (epoch seconds)."""

    severity: Severity
    kinds: list[Kind]
    since: float


class Limits(NamedTuple):
    """From which surprise (log10 of the return period in days) and size on something is told.

    Examples
    --------
    A hundred brands and one page a month: each of four tests may be wrong once in 400 months.

    >>> limits = Limits.of(Detection(false_pages_per_month=1), brands=100)
    >>> round(10**limits.page / MONTH_DAYS)
    400
    """

    page: float
    notice: float
    min_voices: float
    min_negatives: float
    min_harmed: float

    @classmethod
    def of(cls, detection: Detection, brands: int) -> Limits:
        """Derive the limits from the budget of false alarms, which all brands and tests share in equal parts."""
        return cls(
            page=math.log10(MONTH_DAYS * brands * PAGING_TESTS / detection.false_pages_per_month),
            notice=math.log10(MONTH_DAYS * brands / detection.false_notices_per_month),
            min_voices=detection.min_voices,
            min_negatives=detection.min_negatives,
            min_harmed=detection.min_harmed,
        )


def judge(findings: Findings, limits: Limits, at: float = 0.0) -> Verdict:
    """Weigh the findings of one bucket.

    More voices than expected are a surge: a notice, since a sale or a hit looks like that. A crisis needs anger: a
    larger share of negatives than ordinary, or more negatives than expected of which the share says that they are no
    mere by-product of the surge, within hours or over days. It is critical when the negatives beyond the expected are
    many, and either most voices are negative or the share is out of the ordinary too. Voices that speak of harm are a
    crisis by themselves where there are more than this brand ordinarily has beside its others. What each part adds:

    ============  ====================================================================================================
    size          15 negatives beyond the expected (`min_negatives`) for a page, four times as many for a critical one
    speed         half as many are enough for a critical one where they came within the hour
    reach         or where those of the last hour could be seen by ten times the people that so many ordinary voices
                  reach: a voice counts for at most 30 ordinary ones, so that ten of them are needed at least
    harm          5 voices of harm beyond the expected (`min_harmed`) for a page, whatever the tone; each is then worth
                  as much towards a critical one as three negative ones (`min_negatives` / `min_harmed`)
    tone          no page without a share of negatives above the ordinary, or most voices negative
    independence  all of these are counts of independent voices: copies, reposts and an author's further texts add
                  nothing to size, tone or reach, and so never to severity
    ============  ====================================================================================================

    Parameters
    ----------
    findings
        Of one bucket.
    limits
        Of surprise and size.
    at
        Start of the bucket, epoch seconds.

    Returns
    -------
    Verdict
        Monotone: more surprise, negatives, voices, harm or reach never lower the severity.
    """
    volume, anger, tone, smoulder, reach, harm = findings
    surge = volume.surprise >= limits.notice and volume.observed - volume.expected >= limits.min_voices
    bitter = tone.surprise >= limits.page and tone.excess >= limits.min_negatives
    angry = _is_page(anger, tone, limits)
    smoulders = _is_page(smoulder, tone, limits, days=True)
    harmed = harm.surprise >= limits.page and is_enough(harm, limits)
    told: list[tuple[Kind, float]] = []
    if surge:
        told.append(("volume", volume.since))
    if bitter or angry:
        told.append(("negativity", min(one.since for one, yes in ((tone, bitter), (anger, angry)) if yes)))
    if smoulders:
        told.append(("smoulder", smoulder.since))
    if harmed:
        told.append(("harm", harm.since))
    kinds, since = [kind for kind, _ in told], min((since for _, since in told), default=0.0)
    mostly = anger.observed >= MAJORITY * anger.posts
    sizes = (
        (angry, (anger.observed - anger.expected) / limits.min_negatives, anger.since),
        (harmed, (harm.observed - harm.expected) / limits.min_harmed, harm.since),
    )
    excess = sum(floors for one, floors, _ in sizes if one) / CRITICAL_FACTOR
    quick = any(one and at - began <= HOUR_SECONDS for one, _, began in sizes)
    seen = reach >= FAR * 0.5 * CRITICAL_FACTOR * limits.min_negatives
    large = excess >= 1.0 or (excess >= 0.5 and (quick or seen))
    if large and (harmed or (angry and (bitter or mostly))):
        return Verdict(Severity.CRITICAL, kinds, since)
    if bitter or angry or smoulders or harmed:
        return Verdict(Severity.WARNING, kinds, since)
    return Verdict(Severity.NOTICE if surge else Severity.CALM, kinds, since)


def goes_on(hour: Hour, smoulder: Burst, limits: Limits, kinds: list[Kind]) -> bool:
    """Say whether the last hour is still out of the ordinary in the way that a crisis of these kinds is."""
    volume, anger, tone, harm = hour
    if not {"negativity", "smoulder", "harm"}.intersection(kinds):
        return _is_unusual(volume, limits.min_voices * STAYING)
    if "harm" in kinds and _is_unusual(harm, limits.min_harmed * STAYING):
        return True
    if "negativity" not in kinds and "smoulder" not in kinds:
        return False
    floor = limits.min_negatives * STAYING
    bitter = tone.excess >= floor and tone.share > tone.ordinary[1]
    smoulders = "smoulder" in kinds and smoulder.surprise >= limits.page * STAYING
    return _is_unusual(anger, floor) or bitter or smoulders


def is_enough(harm: Burst, limits: Limits) -> bool:
    """Say whether voices of harm beyond the expected are as many as the floor asks, to the nearest whole one."""
    return harm.observed - harm.expected >= limits.min_harmed - 0.5


def _is_unusual(hour: Burst, floor: float) -> bool:
    tail = negative_binomial_surprise(hour.observed, hour.expected, hour.dispersion)
    return tail >= GOING_ON and hour.observed - hour.expected >= floor


def _is_page(anger: Burst, tone: Tone, limits: Limits, *, days: bool = False) -> bool:
    """Say whether negatives are so many that the budget allows a page, and no mere by-product of a surge."""
    if anger.surprise < limits.page or anger.observed - anger.expected < limits.min_negatives:
        return False
    return anger.observed >= MAJORITY * anger.posts or leaning(anger, tone, days=days) >= HINT


def leaning(anger: Burst, tone: Tone, *, days: bool = False) -> float:
    """Say how surprising the share of negatives since the anger began is: -log10 of its tail probability."""
    design = tone.design_of_days(anger.posts) if days else tone.design(anger.posts)
    return binomial_surprise(anger.observed, anger.posts, tone.usual, design)
