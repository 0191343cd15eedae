"""What the first page and the lists show: whether larum sees, what is open, and how every brand fares."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import ceil
from typing import NamedTuple, TypeVar

from streams.core.crises import CrisisEvent
from streams.core.incident import Incident
from streams.core.incidents import Incidents
from streams.core.matching.folding import fold
from streams.core.settings import Brand
from streams.core.times import epoch
from streams.core.traces import Traces
from streams.printing import printable
from streams.web.sparkline import Sparkline, sparkline

One = TypeVar("One")
BRANDS, INCIDENTS = 100, 50  # on a page


class Silence(NamedTuple):
    """A source that larum does not hear, and since when."""

    source: str
    since: float


class BrandTold(NamedTuple):
    """A brand in the list; `severity` of its open incident, if there is one."""

    id: str
    name: str
    severity: str | None
    line: Sparkline


class Pager(NamedTuple):
    """Which page of how many is shown, and where another one is."""

    n: int
    of: int
    at: Callable[[int], str]


def silences_of(events: Iterable[CrisisEvent]) -> list[Silence]:
    """Tell which sources are silent, the longest first."""
    told = [Silence(printable(event.data.silent_source or ""), epoch(event.data.onset)) for event in events]
    return sorted(told, key=lambda one: one.since)


def paged(ones: Sequence[One], page: str | None, size: int, at: Callable[[int], str]) -> tuple[Sequence[One], Pager]:
    """Cut one page out; what is asked for beyond the last one, or is no number, is the nearest there is.

    Examples
    --------
    >>> shown, pager = paged(range(25), "3", 10, lambda n: f"?page={n}")
    >>> list(shown), pager.n, pager.of, pager.at(2)
    ([20, 21, 22, 23, 24], 3, 3, '?page=2')
    """
    last = max(1, ceil(len(ones) / size))
    asked = int(page) if page and page.isascii() and page.isdigit() and len(page) < 9 else 1
    number = min(max(1, asked), last)
    return ones[(number - 1) * size : number * size], Pager(number, last, at)


def brands_of(
    brands: Iterable[Brand], incidents: Incidents, traces: Traces, wanted: str, now: float
) -> list[tuple[Brand, str | None]]:
    """Choose brands by a part of their name: the gravest crisis first, those that nobody speaks of last, by name.

    Parameters
    ----------
    brands
        From the configuration.
    incidents, traces
        What they are in, and what was counted of them.
    wanted
        A part of a name or an identifier, without regard to case and diacritics; empty for all.
    now
        Epoch seconds: who was spoken of in the day before it.

    Returns
    -------
    list of pairs
        Each brand with the severity of its gravest open incident, if it has one.
    """
    severities = {one.brand: one.severity for one in reversed(incidents.open)}
    folded = fold(wanted.strip())
    chosen = [brand for brand in brands if folded in fold(brand.name) or folded in fold(brand.id)]
    heard = {brand.id for brand in chosen if traces.of(brand.id, now).voices.any()}
    chosen.sort(key=lambda brand: (-severities.get(brand.id, 0), brand.id not in heard, fold(brand.name)))
    return [(brand, severities[brand.id].name.lower() if brand.id in severities else None) for brand in chosen]


def brand_told(brand: Brand, severity: str | None, traces: Traces, end: float) -> BrandTold:
    """Tell how a brand fares."""
    return BrandTold(brand.id, brand.name, severity, sparkline(traces, brand.id, end))


def incidents_of(incidents: Incidents, names: dict[str, str], wanted: str, state: str) -> list[Incident]:
    """Choose incidents by a part of the brand's name and by state, the newest first."""
    folded = fold(wanted.strip())
    brands = {one.brand for one in incidents.known.values()}
    fitting = {brand for brand in brands if folded in fold(names.get(brand, brand)) or folded in fold(brand)}
    fits: Callable[[Incident], bool] = {
        "open": lambda one: one.is_open,
        "closed": lambda one: not one.is_open,
        "false": lambda one: one.false_alarm,
    }.get(state, lambda _: True)
    found = [one for one in incidents.known.values() if one.brand in fitting and fits(one)]
    return sorted(found, key=lambda one: -one.onset)
