"""Whether a crisis goes down again, and how large it is beside the ones before it, in sentences."""

from __future__ import annotations

import asyncio

from aiohttp import web

from streams.core.aftermath import HOUR_SECONDS, Recovery
from streams.core.comparing import compared
from streams.core.incident import Incident
from streams.intake import UnavailableError
from streams.response.recovering import recovered
from streams.web.app import BOARD
from streams.web.archive import ARCHIVE
from streams.web.keeping import REPORTS
from streams.web.plots import PATIENCE
from streams.web.texts import Texts

GOOD_SECONDS = 300.0  # for so long what was found is told
FEWEST = 3  # incidents before it; a rank among fewer says nothing


async def recovering(request: web.Request, incident: Incident, t: Texts) -> tuple[list[str], bool]:
    """Tell it in sentences, as far as it is known, and whether there will be more to say when it is asked again."""
    found, soon = None, False
    try:
        found = await _found(request, incident, t.now)
    except TimeoutError:
        soon = True
    sentences = said(found, t) if found else "", beside(incident, request, t)
    return [sentence for sentence in sentences if sentence], soon


def said(found: Recovery, t: Texts) -> str:
    r"""Put a recovery into a sentence; nothing while it is too early for one.

    Examples
    --------
    >>> from zoneinfo import ZoneInfo
    >>> found = Recovery(state="recovering", at=0.0, share=0.4, usual_share=0.2, peak=80.0, peak_at=0.0, excess=20.0,
    ...                  half_life=1.9, half_life_lower=1.4, half_life_upper=3.1)
    >>> said(found, Texts("en", ZoneInfo("UTC"), 0.0)).replace("\u00a0", " ")
    'It goes down: what is beyond the ordinary halves in about 114 min (84 min to 3 h, with 95% confidence).'
    """
    if found.state == "recovered" and found.calm_since:
        return t("after.recovered", time=t.when(found.calm_since))
    if found.state == "not recovering":
        return t("after.not_recovering")
    if found.state != "recovering" or not found.half_life or not found.half_life_lower:
        return ""
    half, low = (t.span(60 * hours) for hours in (found.half_life, found.half_life_lower))
    if found.half_life_upper is None:
        return t("after.recovering", span=half, low=low)
    return t("after.recovering_within", span=half, low=low, high=t.span(60 * found.half_life_upper))


def beside(incident: Incident, request: web.Request, t: Texts) -> str:
    """Say how large it is beside those of its brand before it, by the most posts in an hour."""
    same = [one for one in request.app[BOARD].incidents.known.values() if one.brand == incident.brand]
    rank = next((one.brand for one in compared(incident, same) if one.measure == "posts"), None)
    if rank is None or rank.of < FEWEST:
        return ""
    return t("after.larger", above=rank.above, of=rank.of)


async def _found(request: web.Request, incident: Incident, now: float) -> Recovery | None:
    if ARCHIVE not in request.app:
        return None
    board, archive = request.app[BOARD], request.app[ARCHIVE]

    async def find() -> Recovery | None:
        begin, end = incident.onset - HOUR_SECONDS, incident.calm_since or now
        tide = await archive.tide(board.settings, incident.brand, begin, end)
        return await asyncio.to_thread(recovered, tide, incident) if tide else None

    key = "recovery", incident.id, incident.last.id, now // GOOD_SECONDS if not incident.calm_since else 0.0
    try:
        async with asyncio.timeout(PATIENCE):
            return await request.app[REPORTS].get(key, find)
    except UnavailableError:
        return None
