"""What the API takes: the one source of the schemas of queries and bodies, and of the checks of what comes in."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import UNSET, Meta, UnsetType

from streams.core.actions import Name, Status, Step, Text
from streams.core.incident import State
from streams.response import facts

MOST = 1_000  # items on a page
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
