"""Write Poland's public holidays into alertmanager.yml: ``python -m deploy.alertmanager.calendar``.

Alertmanager knows no moving feasts. Holidays of a fixed day stand there once, for all years in which they are holidays;
the others, and those that became holidays only of late, with each year.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import holidays

HERE = Path(__file__).parent
FILE = HERE / "alertmanager.yml"
YEARS = range(2026, 2036)
COUNTRY, ZONE = "PL", "Europe/Warsaw"
BEGIN, END = "      # -- holidays: python -m deploy.alertmanager.calendar", "      # -- end of holidays"


def days(years: range = YEARS) -> list[date]:
    """All public holidays of the years, in order."""
    return sorted(holidays.country_holidays(COUNTRY, years=years))


def lines(years: range = YEARS) -> Iterator[str]:
    """Alertmanager's time intervals of the holidays, a line each: first those of all years, by month."""
    in_years: dict[tuple[int, int], set[int]] = defaultdict(set)
    for day in days(years):
        in_years[day.month, day.day].add(day.year)
    intervals: dict[tuple[int, int], set[int]] = defaultdict(set)
    for (month, number), found in in_years.items():
        for year in [0] if found == set(years) else found:
            intervals[year, month].add(number)
    for (year, month), numbers in sorted(intervals.items()):
        when = f"years: ['{year}'], " if year else ""
        listed = ", ".join(f"'{number}'" for number in sorted(numbers))
        yield f"      - {{{when}months: ['{month}'], days_of_month: [{listed}], location: {ZONE}}}"


def written(text: str) -> str:
    """Put the holidays between the marks of a configuration."""
    block = "\n".join((BEGIN, *lines(), END))
    return re.sub(f"{re.escape(BEGIN)}.*?{re.escape(END)}", lambda _: block, text, flags=re.DOTALL)


if __name__ == "__main__":
    FILE.write_text(written(FILE.read_text(encoding="utf-8")), encoding="utf-8")
