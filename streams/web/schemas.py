"""What the API takes and gives: the one source of its schemas, and of the checks of what comes in."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import UNSET, Meta, UnsetType

from streams.core.actions import Kind, Name, Status, Step, Text
from streams.core.crises import CrisisData, SeverityName
from streams.core.incidents import State
from streams.response import facts
from streams.response.drafting import Draft
from streams.web.audit import Outcome, What

MOST = 1_000  # items on a page
Moment = Annotated[datetime, Meta(tz=True)]
Limit = Annotated[int, Meta(ge=1, le=MOST, description="At most so many on a page.")]
Cursor = Annotated[str, Meta(pattern=r"^[0-9]{1,15}\.[0-9A-Za-z_-]{1,64}$", description="`next` of the page before.")]
BrandId = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$", description="A brand's id.")]
Words = Annotated[Text, Meta(description="What there is to say of it.")]
# What is a space, and what is to be seen, is not the same in Python and in the regular expressions of JSON Schema.
_UNSEEN = r"\u0000-\u0020\u007f-\u00a0\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff"
Where = Annotated[
    str,
    Meta(max_length=2_000, pattern=rf"^https?://[^{_UNSEEN}]+$", description="Where it is to be seen."),
]
_DATE, _CLOCK = r"[0-9]{4}-[0-9]{2}-[0-9]{2}", r"[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?"
Since = Annotated[  # msgspec would take a number for a time
    str,
    Meta(
        pattern=rf"^{_DATE}T{_CLOCK}(Z|[+-][0-9]{{2}}:[0-9]{{2}})$",
        description="Opened then or later.",
        extra_json_schema={"format": "date-time"},
    ),
]


class IncidentsQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which incidents."""

    state: Annotated[State, Meta(description="Those that are so far.")] | UnsetType = UNSET
    brand: BrandId | UnsetType = UNSET
    severity: Annotated[Literal["warning", "critical"], Meta(description="At least so grave.")] | UnsetType = UNSET
    since: Since | UnsetType = UNSET
    limit: Limit = 100
    after: Cursor | UnsetType = UNSET


class ActionsQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which actions of an incident."""

    limit: Limit = 100
    skip: Annotated[int, Meta(ge=0, le=1_000_000, description="So many of the oldest are left out.")] = 0


class StatementQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which draft of a statement."""

    kind: Annotated[facts.Kind, Meta(description="What the crisis is about; a guess by default.")] | UnsetType = UNSET
    lang: facts.Lang = "pl"
    form: facts.Form = "long"
    word: Annotated[facts.Word, Meta(description="Which word; the next one by default.")] | UnsetType = UNSET


class BrandsQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which brands, in order of their ids."""

    limit: Limit = 100
    after: BrandId | UnsetType = UNSET


class AuditQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which entries of the audit log, the newest first."""

    limit: Limit = 100
    before: Annotated[int, Meta(ge=1, le=2**53, description="`next` of the page before.")] | UnsetType = UNSET


class _Said(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind"):
    text: Words = ""


class Acknowledge(_Said, frozen=True, kw_only=True, tag="acknowledged"):
    """Somebody looks into it."""


class Assess(_Said, frozen=True, kw_only=True, tag="assessed"):
    """The first assessment."""

    link: Where | None = None


class Note(_Said, frozen=True, kw_only=True, tag="noted"):
    """Something to be remembered."""

    link: Where | None = None


class TakeStep(_Said, frozen=True, kw_only=True, tag="step"):
    """How far one of the five steps is."""

    step: Step
    status: Status
    owner: Annotated[Name, Meta(description="Whose it is.")] | None = None
    link: Where | None = None


class GiveWord(_Said, frozen=True, kw_only=True, tag="stated"):
    """A public word was given."""

    link: Where | None = None
    next_minutes: (
        Annotated[float, Meta(gt=0, le=10_080, description="After how many minutes the next one is promised.")] | None
    ) = None


class Resolve(_Said, frozen=True, kw_only=True, tag="resolved"):
    """It is over."""

    false_alarm: Annotated[bool, Meta(description="There was no crisis.")] = False


class Review(_Said, frozen=True, kw_only=True, tag="reviewed"):
    """What was learned from it."""


class Reopen(_Said, frozen=True, kw_only=True, tag="reopened"):
    """It is not over after all; for admins."""


class Merge(_Said, frozen=True, kw_only=True, tag="merged"):
    """It is a part of another one, which goes on alone; for admins."""

    into: Annotated[Name, Meta(description="That one's id.")]


class Split(_Said, frozen=True, kw_only=True, tag="split"):
    """It stands by itself again; for admins."""


ActionToDo: TypeAlias = (
    Acknowledge | Assess | Note | TakeStep | GiveWord | Resolve | Review | Reopen | Merge | Split
)  # fmt: skip


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
