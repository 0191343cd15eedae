"""Words of reports, in Polish and in English, with the numbers and times that stand in them.

The two catalogues are TOML: a text by its key, or, where something is counted, a text for each plural form. A test
holds both to the same keys and the same gaps.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import datetime, tzinfo
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

Lang = Literal["pl", "en"]
LANGS: tuple[Lang, ...] = get_args(Lang)
FORMS = {"pl": ("one", "few", "many"), "en": ("one", "many")}
Entry = str | dict[str, str]


class Words:
    """The words of one language, and times of one time zone.

    Parameters
    ----------
    lang
        Of the words.
    zone
        By whose clocks moments are told.

    Examples
    --------
    >>> from datetime import UTC
    >>> words = Words("pl", UTC)
    >>> [words.count("unit.voices", n) for n in (1, 3, 5, 22, 112)]
    ['1 głos', '3 głosy', '5 głosów', '22 głosy', '112 głosów']
    >>> words.date(1767369600.0), words.clock(1767369600.0), words.percent(0.734)
    ('piątek 2 stycznia 2026, 16:00', '16:00', '73%')
    """

    package = "streams.report"
    """Whose catalogues they stand in."""

    def __init__(self, lang: Lang, zone: tzinfo) -> None:
        self.lang = lang
        self.zone = zone
        self._entries = catalogue(lang, self.package)

    def __call__(self, key: str, **values: object) -> str:
        """Give the words of a key, with values in its gaps.

        Raises
        ------
        KeyError
            There is no such key, or a gap has no value.
        """
        entry = self._entries[key]
        if isinstance(entry, dict):
            raise KeyError(f"{key} counts something: ask for its number")
        return entry.format(**values)

    def count(self, key: str, number: float, **values: object) -> str:
        """Give the words of a key for a number of things, which stands in the gap ``{n}``: things are whole.

        Raises
        ------
        KeyError
            There is no such key, it counts nothing, or a gap has no value.
        """
        entry = self._entries[key]
        if isinstance(entry, str):
            raise KeyError(f"{key} counts nothing")
        whole = round(number)
        return entry[form_of(self.lang, whole)].format(n=self.number(whole), **values)

    def number(self, value: float) -> str:
        """Write a whole number."""
        return f"{round(value):,}".replace(",", "\u00a0" if self.lang == "pl" else ",")

    def percent(self, share: float) -> str:
        """Write a share."""
        return f"{share:.0%}"

    def decimal(self, value: float, places: int) -> str:
        """Write a number with so many places."""
        return f"{value:.{places}f}".replace(".", "," if self.lang == "pl" else ".")

    def span(self, minutes: float) -> str:
        """Write how long something took: minutes, from two hours on hours with minutes, from two days on days."""
        if minutes < 120:
            return f"{max(0, round(minutes))}\u00a0min"
        if minutes < 48 * 60:
            hours, rest = divmod(round(minutes), 60)
            return f"{hours}\u00a0h\u00a0{rest:02d}\u00a0min" if rest else f"{hours}\u00a0h"
        return self.count("unit.days", minutes / 1_440)

    def clock(self, at: float) -> str:
        """Write the time of day."""
        return f"{self._moment(at):%H:%M}"

    def day(self, at: float) -> str:
        """Write a day with the name of its weekday, its month in full and its year."""
        moment = self._moment(at)
        weekday, month = self(f"weekday.{moment.isoweekday()}"), self(f"month.{moment.month}")
        return f"{weekday} {moment.day} {month} {moment.year}"

    def date(self, at: float) -> str:
        """Write a moment in full."""
        return f"{self.day(at)}, {self.clock(at)}"

    def short(self, at: float, form: str = "%a %-d %b, %H:%M") -> str:
        """Write a moment by a form of `strftime`, with the names of this language."""
        moment = self._moment(at)
        names = {"%a": f"day.{moment.isoweekday()}", "%b": f"mon.{moment.month}"}
        for code, key in names.items():
            form = form.replace(code, self(key))
        return moment.strftime(form)

    def iso(self, at: float) -> str:
        """Write a moment for machines."""
        return self._moment(at).isoformat(timespec="seconds")

    def listed(self, things: list[str]) -> str:
        """Write several things in a row."""
        return things[0] if len(things) == 1 else f"{', '.join(things[:-1])} {self('and')} {things[-1]}"

    def _moment(self, at: float) -> datetime:
        return datetime.fromtimestamp(at, self.zone)


def form_of(lang: Lang, number: int) -> str:
    """Name the plural form of a whole number, as Unicode's rules have it.

    Examples
    --------
    >>> [form_of("pl", n) for n in (0, 1, 2, 5, 12, 22)], [form_of("en", n) for n in (0, 1, 2)]
    (['many', 'one', 'few', 'many', 'many', 'few'], ['many', 'one', 'many'])
    """
    number = abs(number)
    if number == 1:
        return "one"
    if lang == "pl" and number % 10 in {2, 3, 4} and number % 100 not in {12, 13, 14}:
        return "few"
    return "many"


@cache
def catalogue(lang: Lang, package: str = Words.package) -> Mapping[str, Entry]:
    """Read the words that a package says in a language: by key, with dots between its parts."""
    read = tomllib.loads((files(package) / "catalogues" / f"{lang}.toml").read_text(encoding="utf-8"))
    return dict(_entries(read, lang))


def _entries(table: Mapping[str, Any], lang: Lang, before: str = "") -> Iterator[tuple[str, Entry]]:
    for name, entry in table.items():
        if isinstance(entry, str) or entry.keys() == {*FORMS[lang]}:
            yield before + name, entry
        else:
            yield from _entries(entry, lang, f"{before}{name}.")
