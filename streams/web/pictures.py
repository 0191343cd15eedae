"""Which plots pages show: of what, from when to when, and what is pointed out."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from streams.core.incident import Incident
from streams.core.settings import Brand
from streams.core.traces import BIN_SECONDS, BINS
from streams.report.charts import Mark
from streams.series import Series
from streams.web.app import BOARD
from streams.web.archive import ARCHIVE
from streams.web.lastday import LastDay, counted_until, last_day
from streams.web.plots import PLOTS, Plot, Subject
from streams.web.texts import Texts

HOUR = 3_600.0
BEFORE, AFTER = 3 * HOUR, 2 * HOUR  # of a crisis that are shown with it


async def picture_of_incident(request: web.Request, incident: Incident, one: dict[str, Any], t: Texts) -> Plot | None:
    """Draw a crisis from some hours before it to now, or to its end; None where nothing is known of that time."""
    end = min(t.now, (incident.calm_since or t.now) + AFTER)
    span = incident.onset - BEFORE, max(end, incident.opened_at + AFTER / 4)
    marks = [
        Mark(t("seen.onset"), incident.onset, leftwards=True, row=1),
        Mark(t("seen.alarm"), incident.opened_at, alarm=True, row=0),
        *(Mark(t("seen.word"), action.at, deed=True, row=2) for action in incident.log if action.kind == "stated"),
    ]
    if incident.calm_since:
        marks.append(Mark(t("seen.calm"), incident.calm_since, deed=True, row=3))
    fresh = counted_until(request.app[BOARD], t.now) if end == t.now else 0.0
    state = incident.last.id, len(incident.log), fresh

    async def subject() -> Subject | None:
        data = await _data(request, incident.brand, span, t.now)
        return data and Subject(one["brand"], " ".join(one["said"]), span, marks, data)

    return await request.app[PLOTS].get(("incident", incident.id), state, t, subject)


async def picture_of_brand(request: web.Request, brand: Brand, t: Texts) -> Plot | None:
    """Draw the last day of a brand; None where nothing was counted."""
    span = t.now - BINS * BIN_SECONDS, t.now
    its = [one for one in request.app[BOARD].incidents.known.values() if one.brand == brand.id]
    marks = [Mark(t("seen.alarm"), one.opened_at, alarm=True) for one in its if span[0] < one.opened_at < span[1]]
    state = len(marks), counted_until(request.app[BOARD], t.now)

    async def subject() -> Subject | None:
        data = await _data(request, brand.id, span, t.now)
        return data and Subject(brand.name, "", span, marks, data)

    return await request.app[PLOTS].get(("brand", brand.id), state, t, subject)


async def _data(request: web.Request, brand: str, span: tuple[float, float], now: float) -> Series | LastDay | None:
    """Give what is known of a brand in a time: of the last day at once, what is longer ago by minutes, looked up."""
    board = request.app[BOARD]
    day = last_day(board.traces, brand, counted_until(board, now))
    known = day.known and day.edges[0] <= span[0] + BIN_SECONDS
    if known or ARCHIVE not in request.app:
        return day if known else None
    series = (await request.app[ARCHIVE].course(board.settings, brand, *span)).series
    return series if len(series.time) else None
