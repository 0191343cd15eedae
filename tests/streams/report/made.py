"""A crisis that a watch has kept in its state file, and what people did about it."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from streams.core.actions import Action, Kind
from streams.core.crises import CrisisEvent
from streams.core.duties import Duties
from streams.core.times import epoch
from streams.report.account import Account
from streams.report.accounting import Case, account_of
from streams.report.gathering import from_path
from streams.report.words import Lang, Words
from streams.storage import Store
from tests.streams.core.mentions import MONDAY
from tests.streams.test_journal import settings, watching

HOSTILE = '<script>alert(1)</script> & "quoted" {{ 7 * 7 }} <img src=https://evil.example/x onerror=alert(2)>'
SETTINGS = settings()
DUTIES = Duties(SETTINGS)
ZONE = ZoneInfo("Europe/Warsaw")
MINUTE, DAY = 60.0, 86_400.0


def watch(path: Path) -> list[CrisisEvent]:
    """Let a watch see a crisis come and go; give the events of the incident."""
    with watching(path, SETTINGS) as (_, going):
        going(0, 500)
    with Store(path) as store:
        events = store.crises()
    subject = next(one.subject for one in events if one.data.severity != "notice")
    return [one for one in events if one.subject == subject]


def act(path: Path, incident: str, kind: Kind, at: float, by: str = "Ola", **what: Any) -> None:
    """Write down what somebody did."""
    with Store(path) as store:
        store.act(Action(id=f"{kind}-{at}", incident=incident, kind=kind, at=at, by=by, **what))


def told(path: Path, incident: str, now: float) -> tuple[Case, Account]:
    """Tell an incident as it stands."""
    case = from_path(SETTINGS, path, incident, now)
    return case, account_of(case, DUTIES, "Orlen", now)


def words(lang: Lang) -> Words:
    """Give the words of a language, by Warsaw's clocks."""
    return Words(lang, ZONE)


class Watched:
    """A crisis in a file of its own, to be acted upon."""

    def __init__(self, path: Path, events: list[CrisisEvent]) -> None:
        self.path, self.events = path, events
        self.id = events[0].subject
        self.case, self.account = told(path, self.id, MONDAY + 30 * DAY)
        self.alarm = self.account.alarm

    def act(self, minute: float, kind: Any, **what: Any) -> None:
        act(self.path, self.id, kind, self.alarm + minute * MINUTE, **what)

    def told(self, minute: float) -> Account:
        return told(self.path, self.id, self.alarm + minute * MINUTE)[1]


def seconds(moment: str) -> float:
    """Read an RFC 3339 time."""
    return epoch(moment)
