"""A week in brief, as plain data: what was watched and not heard, what alarmed, how it was answered, what it cost."""

from __future__ import annotations

import msgspec

from streams.core.crises import SeverityName
from streams.core.incident import State
from streams.core.judged import Stated
from streams.modelcard import ModelCard


class Watched(msgspec.Struct, frozen=True, kw_only=True):
    """One brand in the week.

    Parameters
    ----------
    brand, name
        Identifier and name.
    mentions, voices, negatives
        Posts, those with words of their own, and the negative ones of these.
    before
        Posts in the week before; None where that is not recorded.
    hours
        Posts in each hour; None where nothing is recorded.
    coverage
        Part of its posts that was heard; None where nothing is recorded.
    deaf_hours
        Hours' worth of its posts that were not heard.
    alarms
        When it paged somebody, epoch seconds.
    """

    brand: str
    name: str
    mentions: int
    voices: int
    negatives: int
    before: int | None
    hours: list[int | None]
    coverage: float | None
    deaf_hours: float
    alarms: list[float]


class Silence(msgspec.Struct, frozen=True, kw_only=True):
    """A time in which a source was not heard; without an end it still is not. `hours` are those within the week."""

    source: str
    start: float
    end: float | None
    hours: float


class Handled(msgspec.Struct, frozen=True, kw_only=True):
    """An incident of the week, and how quickly it was answered: minutes from the alarm; None where it was not."""

    id: str
    brand: str
    name: str
    severity: SeverityName
    alarm: float
    state: State
    false_alarm: bool
    acknowledge_minutes: float | None
    acknowledge_late: bool
    word_minutes: float | None
    word_late: bool
    close_minutes: float | None


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """A surge that woke nobody."""

    brand: str
    name: str
    at: float
    kinds: list[str]


class Cost(msgspec.Struct, frozen=True, kw_only=True):
    """What alarms and notices there were in some days, what people said of the alarms, and what is borne."""

    days: float
    pages: int
    notices: int
    notices_borne: float
    stated: Stated


class Digest(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="larum.digest"):
    """A week.

    Parameters
    ----------
    week, start, end
        Its name, and from when to when it goes, epoch seconds.
    written
        When this was told, epoch seconds.
    recorded
        Part of the hours of the week of which something is recorded; None where no brand was ever spoken of.
    brands
        Those with alarms first, then by their posts.
    silences, incidents, notices
        In order of time.
    week_cost, month_cost
        Alarms in the week, and in the days before its end.
    model
        The sentiment model's card; None where it is not at hand.
    """

    week: str
    start: float
    end: float
    written: float
    recorded: float | None
    brands: list[Watched]
    silences: list[Silence]
    incidents: list[Handled]
    notices: list[Notice]
    week_cost: Cost
    month_cost: Cost
    model: ModelCard | None
