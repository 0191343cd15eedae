"""Words of the pages, in Polish and in English, with the numbers and times that stand in them.

They are in two catalogues of TOML that read like what they are, texts: no step of compilation stands between a
translator and the page (gettext would need one, and its `.po` repeats the English for each entry), plural forms have
names, and one test holds both to the same keys and the same gaps. How they are read is the reports' way.
"""

from __future__ import annotations

from datetime import tzinfo

from streams.report.words import Lang, Words

MINUTE, HOUR, DAY = 60.0, 3_600.0, 86_400.0


class Texts(Words):
    """The words of one language, and times of one time zone.

    Parameters
    ----------
    lang
        Of the words.
    zone
        In whose time moments are told.
    now
        Epoch seconds: what is told depends on how long ago it is.

    Examples
    --------
    >>> from zoneinfo import ZoneInfo
    >>> words = Texts("pl", ZoneInfo("Europe/Warsaw"), now=1767369600.0)
    >>> [words.count("unit.voices", n) for n in (1, 3, 5, 22, 112)]
    ['1 głos', '3 głosy', '5 głosów', '22 głosy', '112 głosów']
    >>> words.when(1767369600.0 - 3_600), words.when(1767369600.0 - 90_000), words.left(1767369600.0 + 180_000)
    ('16:00', 'czw. 16:00', 'za 2 dni')
    """

    package = "streams.web"

    def __init__(self, lang: Lang, zone: tzinfo, now: float) -> None:
        super().__init__(lang, zone)
        self.now = now

    def has(self, key: str) -> bool:
        """Tell whether there are words for a key."""
        return key in self._entries

    def named(self, group: str, name: str) -> str:
        """Give the words for a name of a group; the name itself where another version of larum has made it up."""
        entry = self._entries.get(f"{group}.{name}", name)
        return entry if isinstance(entry, str) else name

    def number(self, value: float) -> str:
        """Write a number: whole, but for small ones that are not."""
        if value < 10 and value != round(value):
            return self.decimal(value, 1)
        return super().number(value)

    def span(self, minutes: float) -> str:
        """Write how long something takes: minutes, from two hours on hours, from two days on days."""
        if minutes < 120:
            return f"{minutes:.0f}\u00a0min"
        if minutes < 48 * 60:
            return f"{self._half(minutes / 60)}\u00a0h"
        return self.count("unit.days", round(minutes / 1_440))

    def ago(self, at: float) -> str:
        """Say how long ago something was."""
        minutes = max(0.0, self.now - at) / MINUTE
        return self("time.now") if minutes < 1 else self("time.ago", span=self.span(minutes))

    def left(self, at: float) -> str:
        """Say how long there is until something, or by how much it is late."""
        minutes = (at - self.now) / MINUTE
        if minutes >= 0:
            return self("time.in", span=self.span(max(1.0, minutes)))
        return self("time.late", span=self.span(max(1.0, -minutes)))

    def when(self, at: float) -> str:
        """Write a moment as shortly as it is still told from others."""
        moment, today, clock = self._moment(at), self._moment(self.now), self.clock(at)
        if moment.date() == today.date():
            return clock
        day = self(f"day.{moment.isoweekday()}")
        if abs(at - self.now) < 6 * DAY:
            return f"{day} {clock}"
        year = f" {moment.year}" if moment.year != today.year else ""
        return f"{day} {moment.day} {self(f'month.{moment.month}')}{year}, {clock}"

    def second(self, at: float) -> str:
        """Write a moment of today to the second."""
        return f"{self._moment(at):%H:%M:%S}"

    def _half(self, hours: float) -> str:
        halves = round(hours * 2) / 2 if hours < 10 else round(hours)
        return self.decimal(halves, 0 if halves == round(halves) else 1)
