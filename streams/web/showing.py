"""What the API says of incidents, brands and the audit log, made of what the board knows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import islice, takewhile

import msgspec
from msgspec import UNSET

from streams.core.actions import STEPS, Action
from streams.core.crises import CrisisEvent, Severity
from streams.core.duties import Duties
from streams.core.incident import Incident
from streams.core.incidents import rank_of
from streams.core.settings import Brand
from streams.core.traces import BIN_SECONDS, Trace
from streams.web.audit import Numbered
from streams.web.board import Board
from streams.web.problems import UnfitQueryError
from streams.web.queries import IncidentsQuery
from streams.web.schemas import (
    ActionItem,
    AuditItem,
    BrandDetail,
    BrandItem,
    DueItem,
    IncidentDetail,
    IncidentItem,
    IncidentPage,
    Moment,
    SilenceItem,
    StatusItem,
    StepItem,
    TraceItem,
)


def moment(seconds: float) -> datetime:
    """Give a time, epoch seconds, as the API writes it: RFC 3339 in UTC, to the millisecond."""
    return datetime.fromtimestamp(round(seconds, 3), UTC)


def action_item(action: Action) -> ActionItem:
    """Show an action."""
    return ActionItem(
        id=action.id, kind=action.kind, at=moment(action.at), by=action.by, text=action.text, link=action.link,
        step=action.step, status=action.status, owner=action.owner, next_minutes=action.next_minutes,
        false_alarm=action.false_alarm, into=action.into,
    )  # fmt: skip


def incident_item(incident: Incident, duties: Duties) -> IncidentItem:
    """Show an incident in short."""
    data = incident.last.data
    return IncidentItem(
        id=incident.id, brand=incident.brand, state=incident.state, severity=data.severity,
        onset=moment(incident.onset), opened_at=moment(incident.opened_at),
        calm_since=moment(incident.calm_since) if incident.calm_since is not None else None,
        false_alarm=incident.false_alarm, into=incident.into, missing=incident.missing,
        due=[DueItem(due.what, moment(due.at)) for due in duties.of(incident)], reason=data.reason,
    )  # fmt: skip


def incident_detail(incident: Incident, duties: Duties) -> IncidentDetail:
    """Show an incident whole."""
    short = incident_item(incident, duties)
    steps: list[StepItem] = []
    for step in STEPS:
        taken = incident.steps.get(step)
        steps.append(
            StepItem(step, taken.status, taken.owner, moment(taken.at), taken.text, taken.link)
            if taken
            else StepItem(step, None, None, None, "", None)
        )
    return IncidentDetail(
        **{name: getattr(short, name) for name in IncidentItem.__struct_fields__},
        steps=steps, actions=len(incident.log), crisis=incident.last.data,
    )  # fmt: skip


def incident_page(board: Board, query: IncidentsQuery) -> IncidentPage:
    """Show the incidents that are asked for, the newest first, and of one second by their ids.

    New ones come before all others, so that whoever pages on meets none twice and misses none.
    """
    least = Severity[query.severity.upper()] if query.severity is not UNSET else Severity.CALM
    since = _seconds(query.since) if query.since is not UNSET else -math.inf
    begin = _place(query.after) if query.after is not UNSET else None
    found = (
        one
        for one in takewhile(lambda one: one.opened_at >= since, board.incidents.newest(begin))
        if query.brand in {UNSET, one.brand}
        and (query.state is UNSET or one.state == query.state)
        and one.severity >= least
    )
    page = list(islice(found, query.limit + 1))
    shown = page[: query.limit]
    more = f"{-rank_of(shown[-1])[0]}.{shown[-1].id}" if len(page) > len(shown) else None
    return IncidentPage(incidents=[incident_item(one, board.duties) for one in shown], next=more)


def _seconds(written: str) -> float:
    try:
        return msgspec.convert(written, Moment).timestamp()
    except (msgspec.ValidationError, OverflowError) as error:
        raise UnfitQueryError("since", "is no time") from error


def _place(cursor: str) -> tuple[int, str]:
    milliseconds, _, name = cursor.partition(".")
    return -int(milliseconds), name


def open_by_brand(board: Board) -> dict[str, list[str]]:
    """Name the open incidents of each brand, the gravest and oldest first."""
    found: dict[str, list[str]] = {}
    for incident in board.incidents.open:
        found.setdefault(incident.brand, []).append(incident.id)
    return found


def brand_item(brand: Brand, trace: Trace, incidents: Sequence[str]) -> BrandItem:
    """Show a brand in short."""
    return BrandItem(
        id=brand.id, name=brand.name, open_incidents=list(incidents),
        voices=round(float(trace.voices.sum()), 3), expected=round(float(trace.expected.sum()), 3),
    )  # fmt: skip


def brand_detail(brand: Brand, trace: Trace, incidents: Sequence[str]) -> BrandDetail:
    """Show a brand with its last day."""
    short = brand_item(brand, trace, incidents)
    return BrandDetail(
        **{name: getattr(short, name) for name in BrandItem.__struct_fields__},
        trace=TraceItem(
            end=moment(trace.end), bin_seconds=BIN_SECONDS,
            voices=[round(float(one), 3) for one in trace.voices],
            expected=[round(float(one), 3) for one in trace.expected],
        ),
    )  # fmt: skip


def status_item(board: Board, now: float) -> StatusItem:
    """Show whether larum sees what happens."""
    return StatusItem(
        now=moment(now), blind=None if board.blind is None else str(board.blind),
        silent=[_silence(source, event) for source, event in sorted(board.silences.items())],
        newest=None if math.isnan(board.newest) else moment(board.newest),
        brands=len(board.settings.brands), open_incidents=len(board.incidents.open),
        incidents=len(board.incidents.known),
    )  # fmt: skip


def _silence(source: str, event: CrisisEvent) -> SilenceItem:
    return SilenceItem(source, datetime.fromisoformat(event.data.onset), event.data.reason)


def audit_item(one: Numbered) -> AuditItem:
    """Show a line of the audit log."""
    entry = one.entry
    return AuditItem(
        number=one.number, at=moment(entry.at), what=entry.what, outcome=entry.outcome, who=entry.who, role=entry.role,
        address=entry.address, detail=entry.detail, incident=entry.incident, action=entry.action, count=entry.count,
    )  # fmt: skip
