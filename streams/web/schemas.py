"""What the API gives: the one source of the schemas of its answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from streams.core.actions import Kind, Status, Step
from streams.core.crises import CrisisData, SeverityName
from streams.core.incident import State
from streams.response.drafting import Draft
from streams.web.audit import Outcome, What

Moment = Annotated[datetime, Meta(tz=True)]


class ActionItem(msgspec.Struct, frozen=True, kw_only=True):
    """Something that somebody did."""

    id: str
    kind: Kind
    at: Moment
    by: str
    text: str
    link: str | None
    step: Step | None
    status: Status | None
    owner: str | None
    next_minutes: float | None
    false_alarm: bool
    into: str | None


class ActionPage(msgspec.Struct, frozen=True, kw_only=True):
    """Actions in order of time; `next` is what to skip to go on, null at the end."""

    actions: list[ActionItem]
    next: int | None


class DueItem(msgspec.Struct, frozen=True):
    """What is to be done until when."""

    what: Literal["acknowledge", "assess", "word"]
    at: Moment


class StepItem(msgspec.Struct, frozen=True):
    """How far one of the five steps is; all null where nobody has said anything of it."""

    step: Step
    status: Status | None
    owner: str | None
    at: Moment | None
    text: str
    link: str | None


class IncidentItem(msgspec.Struct, frozen=True, kw_only=True):
    """An incident in short; `reason` is one English sentence about the crisis."""

    id: str
    brand: str
    state: State
    severity: SeverityName
    onset: Moment
    opened_at: Moment
    calm_since: Moment | None
    false_alarm: bool
    into: str | None
    missing: list[Step]
    due: list[DueItem]
    reason: str


class IncidentDetail(IncidentItem, frozen=True, kw_only=True):
    """An incident whole, with what the newest event of its crisis says."""

    steps: list[StepItem]
    actions: int
    crisis: CrisisData


class IncidentPage(msgspec.Struct, frozen=True, kw_only=True):
    """Incidents, the newest first; `next` is null on the last page."""

    incidents: list[IncidentItem]
    next: str | None


class ActionDone(msgspec.Struct, frozen=True, kw_only=True):
    """The action as it is kept, and the incident as it is now."""

    action: ActionItem
    incident: IncidentItem


class StatementDraft(Draft, frozen=True, kw_only=True):
    """A draft for a person to finish; `reason` says why this kind was chosen, null where it was asked for."""

    reason: str | None


class BrandItem(msgspec.Struct, frozen=True, kw_only=True):
    """A brand, its open incidents, and how many independent voices spoke of it in the last day beside the expected."""

    id: str
    name: str
    open_incidents: list[str]
    voices: float
    expected: float


class BrandPage(msgspec.Struct, frozen=True, kw_only=True):
    """Brands in order of their ids; `next` is null on the last page."""

    brands: list[BrandItem]
    next: str | None


class TraceItem(msgspec.Struct, frozen=True, kw_only=True):
    """The last day: independent voices and expected ones in each bin, oldest first; `end` is where the last ends."""

    end: Moment
    bin_seconds: int
    voices: list[float]
    expected: list[float]


class BrandDetail(BrandItem, frozen=True, kw_only=True):
    """A brand with its last day."""

    trace: TraceItem


class SilenceItem(msgspec.Struct, frozen=True):
    """A source that larum does not hear."""

    source: str
    since: Moment
    reason: str


class StatusItem(msgspec.Struct, frozen=True, kw_only=True):
    """Whether larum sees what happens: `blind` says why it may not, and `newest` until when posts were counted."""

    now: Moment
    blind: str | None
    silent: list[SilenceItem]
    newest: Moment | None
    brands: int
    open_incidents: int
    incidents: int


class AuditItem(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the audit log; `count` lines of the same are told as one."""

    number: int
    at: Moment
    what: What
    outcome: Outcome
    who: str | None
    role: str | None
    address: str
    detail: str
    incident: str | None
    action: str | None
    count: int


class AuditPage(msgspec.Struct, frozen=True, kw_only=True):
    """Lines of the audit log, the newest first; `next` is null on the last page."""

    entries: list[AuditItem]
    next: int | None
