"""The hour of the week and the holidays of the people who talk: theirs, not those of Greenwich."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

import holidays

SUNDAY = 144.0  # hours into a week that begins on Monday


class Hour(NamedTuple):
    """What an hour of absolute time is by the calendar: hours since local Monday 00:00, and whether it is a holiday."""

    of_week: float
    holiday: bool


class Calendar:
    """Local time and public holidays.

    Parameters
    ----------
    timezone
        Name in the tz database, in whose hours and days people live; changes of daylight saving time included.
    countries
        ISO 3166 codes whose public holidays count, as the holidays library knows them.

    Raises
    ------
    ValueError
        The time zone or a country is not known.

    Examples
    --------
    >>> calendar = Calendar("Europe/Warsaw", ["PL"])
    >>> calendar.hour(1_767_369_600.0)  # Friday 2 January 2026, 16:00 UTC
    Hour(of_week=113.0, holiday=False)
    >>> calendar.hour(1_767_272_400.0).holiday  # the day before
    True
    """

    REMEMBERED = 64  # hours: neighbouring buckets ask for the same ones

    def __init__(self, timezone: str = "UTC", countries: Iterable[str] = ()) -> None:
        try:
            self._zone = ZoneInfo(timezone)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"{timezone!r} is no time zone of the tz database, such as 'Europe/Warsaw'") from error
        try:
            self._holidays = [holidays.country_holidays(country) for country in countries]
        except NotImplementedError as error:
            raise ValueError(f"no public holidays are known of {', '.join(countries)}: {error}") from error
        self._known: dict[int, Hour] = {}

    def hour(self, time: float) -> Hour:
        """Give the hour in which a moment (epoch seconds) lies."""
        number = int(time // 3_600)
        known = self._known.get(number)
        if known is None:
            while len(self._known) >= self.REMEMBERED:
                del self._known[next(iter(self._known))]
            known = self._known[number] = self._look(number * 3_600)
        return known

    def hour_of_week(self, time: float) -> float:
        """Give the hours since local Monday 00:00, between 0 and 168."""
        return (self.hour(time).of_week + (time % 3_600) / 3_600.0) % 168.0

    def is_holiday(self, time: float) -> bool:
        """Say whether a moment is on a public holiday."""
        return self.hour(time).holiday

    def _look(self, start: int) -> Hour:
        local = datetime.fromtimestamp(start, UTC).astimezone(self._zone)
        of_week = local.weekday() * 24 + local.hour + local.minute / 60.0
        return Hour(of_week, self._is_free(local.date()))

    def _is_free(self, day: date) -> bool:
        return any(day in calendar for calendar in self._holidays)


@lru_cache(maxsize=256)
def shared(timezone: str, countries: tuple[str, ...]) -> Calendar:
    """Give the one calendar that all brands with the same time zone and countries share.

    Examples
    --------
    >>> shared("Europe/Warsaw", ("PL",)) is shared("Europe/Warsaw", ("PL",))
    True
    """
    return Calendar(timezone, countries)
