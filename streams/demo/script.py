"""What happens in the demo, and when: the calendar of a simulation, which only its seed decides."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple
from zoneinfo import ZoneInfo

from streams.core.settings import Brand
from streams.told import Told

WARSAW = ZoneInfo("Europe/Warsaw")
START = datetime(2026, 10, 5, tzinfo=WARSAW)  # a Monday
END = datetime(2026, 10, 18, tzinfo=WARSAW)  # the midnight after the Saturday that follows the crisis
MINUTE, HOUR = 60.0, 3600.0

BRANDS = (
    Brand(id="zorzanka", name="Zorzanka", hashtags=("ZorzankaTłumaczSię",)),
    Brand(id="turmon", name="Turmon"),
    Brand(id="northquill", name="Northquill"),
)
"""Three invented brands. No company of these names is meant, should one exist."""


class Script(NamedTuple):
    """The moments and sizes of a simulation's events; times in epoch seconds.

    Parameters
    ----------
    sale, flood, angry, crisis
        When each begins.
    sale_hours
        How long the sale keeps people talking.
    ramp_minutes
        From the first post of the crisis to its height.
    peak
        Posts at the height, as a multiple of what the brand has at the same hour of other days.
    """

    sale: float
    flood: float
    angry: float
    crisis: float
    sale_hours: float
    ramp_minutes: float
    peak: float


def seeded(seed: int, *names: object) -> Random:
    """Make a random generator that belongs to one purpose, so that changing one event leaves the others alone."""
    return Random("/".join(map(str, (seed, *names))))  # noqa: S311 - a simulation keeps no secrets


def plan(seed: int) -> Script:
    """Decide when things happen; the crisis always begins on the Friday at 17:00, Warsaw time."""
    rng = seeded(seed, "script")
    return Script(
        sale=_at(13, 10) + rng.uniform(-20, 20) * MINUTE,
        flood=_at(14, rng.choice((11, 14, 20, 22))) + rng.uniform(0, 50) * MINUTE,
        angry=_at(15, 12) + rng.uniform(-40, 40) * MINUTE,
        crisis=_at(16, 17) + rng.uniform(0, 40),
        sale_hours=rng.uniform(4, 6),
        ramp_minutes=rng.uniform(60, 120),
        peak=rng.uniform(8, 14),
    )


def script(seed: int) -> list[Told]:
    """Tell what happens in the simulation of this seed, in order.

    Examples
    --------
    >>> [(told.name, told.crisis) for told in script(7)]
    [('sale', False), ('flood', False), ('angry', False), ('crisis', True)]
    """
    when = plan(seed)
    return [
        Told(
            name="sale",
            title="A sale",
            about="Five times the ordinary number of posts for hours, nearly all of them cheerful.",
            brand="northquill",
            start=when.sale,
            end=when.sale + when.sale_hours * HOUR,
        ),
        Told(
            name="flood",
            title="A bot flood",
            about="One hostile text, posted 500 times by 500 accounts within half an hour.",
            brand="turmon",
            start=when.flood,
            end=when.flood + 30 * MINUTE,
        ),
        Told(
            name="angry",
            title="Ten angry posts",
            about="Ten people, ten complaints, a few minutes. An ordinary bad day.",
            brand="zorzanka",
            start=when.angry,
            end=when.angry + 6 * MINUTE,
        ),
        Told(
            name="crisis",
            title="Glass in baby food",
            about="Friday, 17:00: a few parents, then hundreds of people in their own words, in Polish and in English.",
            brand="zorzanka",
            start=when.crisis,
            end=END.timestamp(),
            alarm_by=when.crisis + HOUR,
        ),
    ]


def _at(day: int, hour: int) -> float:
    return (START.replace(day=day) + timedelta(hours=hour)).timestamp()
