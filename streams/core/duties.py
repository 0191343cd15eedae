"""What is due of an incident, and until when."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from detectors.calendar import Calendar, shared
from streams.core.crises import Severity
from streams.core.incident import Incident
from streams.core.settings import Settings

Task = Literal["acknowledge", "assess", "first_word", "update"]
DAY_BEGINS, DAY_ENDS = 8.0, 18.0  # hours of a working day
WORKING_DAYS = 5
MINUTE = 60.0


class Due(NamedTuple):
    """What has to be done until when, epoch seconds."""

    what: Literal["acknowledge", "assess", "word"]
    at: float


class Duties:
    """What is due of an incident, by its severity and the calendar.

    Parameters
    ----------
    settings
        The minutes of ``[response]``, and whose hours and holidays count.

    Examples
    --------
    >>> from streams.core.settings import Brand
    >>> duties = Duties(Settings(brands=(Brand(id="orlen", name="Orlen"),)))
    >>> duties.minutes("acknowledge", Severity.WARNING, 1767369600.0)
    15.0
    """

    def __init__(self, settings: Settings) -> None:
        self._rules = settings.response
        self._calendar: Calendar = shared(settings.detection.timezone, settings.detection.countries)

    def minutes(self, what: Task, severity: Severity, at: float) -> float:
        """Give how many minutes there are for something that begins to be due at a time, epoch seconds."""
        rules = self._rules
        given = {
            "acknowledge": rules.acknowledge_minutes,
            "assess": rules.assess_minutes,
            "first_word": rules.first_word_minutes,
            "update": rules.update_minutes,
        }[what]
        critical = rules.critical_factor if severity >= Severity.CRITICAL else 1.0
        return given * critical * (1.0 if self.at_work(at) else rules.off_hours_factor)

    def at_work(self, at: float) -> bool:
        """Whether a time is within the hours of a working day."""
        day, hour = divmod(self._calendar.hour_of_week(at), 24.0)
        return day < WORKING_DAYS and DAY_BEGINS <= hour < DAY_ENDS and not self._calendar.is_holiday(at)

    def of(self, incident: Incident) -> Iterator[Due]:
        """Give what is due of an incident; nothing of one that is resolved, or part of another."""
        if not incident.is_open:
            return
        begin, severity = incident.opened_at, incident.severity
        if not incident.acknowledged:
            yield Due("acknowledge", begin + MINUTE * self.minutes("acknowledge", severity, begin))
        if not incident.assessed and not incident.last_word:
            yield Due("assess", begin + MINUTE * self.minutes("assess", severity, begin))
        word = incident.last_word
        if word is None:
            yield Due("word", begin + MINUTE * self.minutes("first_word", severity, begin))
        else:
            since = max(word.at, incident.rose_at, incident.reopened_at)
            promised = word.next_minutes if since == word.at else None
            yield Due("word", since + MINUTE * (promised or self.minutes("update", severity, since)))
