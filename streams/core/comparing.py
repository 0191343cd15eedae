"""An incident beside the ones before it: larger than eight of ten, sooner acknowledged than most."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, get_args

import msgspec

from streams.core.actions import Action
from streams.core.incident import Incident

Measure = Literal["posts", "negatives", "share", "hours", "half_life", "acknowledged", "first_word"]
MEASURES: tuple[Measure, ...] = get_args(Measure)
HOUR_SECONDS, MINUTE_SECONDS = 3_600.0, 60.0


class Rank(msgspec.Struct, frozen=True):
    """Above how many of how many others a value is; `median` is theirs, None where there are none."""

    above: int
    of: int
    median: float | None


class Beside(msgspec.Struct, frozen=True, kw_only=True):
    """One measure of an incident beside others.

    Parameters
    ----------
    measure
        ``posts``: most in an hour, as its events tell; ``negatives``: most voices beyond the expected; ``share``: the
        largest of negatives; ``hours``: from the onset until it was calm, or so far; ``half_life``: hours;
        ``acknowledged`` and ``first_word``: minutes from the alarm until then.
    value
        Of this one.
    brand, every
        Its rank among those of its brand, and among all.
    """

    measure: Measure
    value: float
    brand: Rank
    every: Rank


def measured(incident: Incident, half_life: float | None = None) -> dict[Measure, float]:
    """Measure an incident; what is not known of it is left out."""
    until = incident.calm_since or incident.seen_at
    known: dict[Measure, float | None] = {
        "posts": incident.highest.posts,
        "negatives": incident.highest.negatives,
        "share": incident.highest.share,
        "hours": (until - incident.onset) / HOUR_SECONDS,
        "half_life": half_life,
        "acknowledged": _after(incident, incident.acknowledged),
        "first_word": _after(incident, incident.first_word),
    }
    return {measure: round(value, 4) for measure, value in known.items() if value is not None}


def compared(
    incident: Incident, incidents: Iterable[Incident], half_lives: Mapping[str, float] | None = None
) -> list[Beside]:
    """Hold an incident beside those that were opened before it.

    False alarms and parts of others are not among them; of one that still goes on, time and size are those so far.

    Parameters
    ----------
    incident
        Which one.
    incidents
        All that are known; it may be among them.
    half_lives
        Hours by incident, as far as somebody knows them (`streams.core.aftermath.recovery`).

    Returns
    -------
    list of Beside
        In the order of `MEASURES`; one that is not known of it is left out.

    Examples
    --------
    >>> beside = Beside(measure="posts", value=90.0, brand=Rank(8, 10, 40.0), every=Rank(30, 41, 55.0))
    >>> f"larger than {beside.brand.above} of {beside.brand.of}"
    'larger than 8 of 10'
    """
    lives = half_lives or {}
    before = [
        (one.brand, measured(one, lives.get(one.id)))
        for one in incidents
        if one.opened_at < incident.opened_at and not one.false_alarm and not one.into
    ]
    own = measured(incident, lives.get(incident.id))
    return [
        Beside(
            measure=measure,
            value=own[measure],
            brand=_rank(
                own[measure], [its[measure] for brand, its in before if brand == incident.brand and measure in its]
            ),
            every=_rank(own[measure], [its[measure] for _, its in before if measure in its]),
        )
        for measure in MEASURES
        if measure in own
    ]


def _rank(value: float, others: list[float]) -> Rank:
    ordered, half = sorted(others), len(others) // 2
    median = (ordered[half] + ordered[-half - 1]) / 2.0 if ordered else None
    return Rank(sum(other < value for other in others), len(others), median)


def _after(incident: Incident, action: Action | None) -> float | None:
    return max(0.0, action.at - incident.opened_at) / MINUTE_SECONDS if action else None
