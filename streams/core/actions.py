"""What people do about a crisis: one line of a log each, which is never changed."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from streams.core.malformed import MALFORMED
from streams.core.posts import Unreadable

Kind = Literal[
    "acknowledged", "assessed", "noted", "step", "stated", "resolved", "reopened", "reviewed", "merged", "split"
]
Step = Literal["apologise", "counteract", "admit", "improve", "repair"]
Status = Literal["planned", "done", "not needed"]
STEPS: tuple[Step, ...] = ("apologise", "counteract", "admit", "improve", "repair")
"""Adam Łaszyn's 5P: przeproś, przeciwdziałaj, przyznaj się, popraw się, powetuj straty."""

MAX_BYTES = 64 * 1024
Moment = Annotated[float, msgspec.Meta(ge=0.0, lt=32_503_680_000.0)]  # before the year 3000: a calendar can tell it
Text = Annotated[str, msgspec.Meta(max_length=10_000)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Link = Annotated[str, msgspec.Meta(max_length=2_000, pattern=r"^https?://\S+$")]


class Action(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that somebody did about an incident.

    Parameters
    ----------
    id
        Unique: an action that is written twice counts once.
    incident
        The crisis, by its subject.
    kind
        What was done: ``stated`` is a public word, ``step`` one of the five.
    at
        When, epoch seconds.
    by
        Who.
    text, link
        What there is to say of it, and where it is to be seen.
    step, status, owner
        Of a step: which one, how far it is, and whose it is.
    next_minutes
        Of a public word: after how many minutes the next one is promised.
    false_alarm
        Of an incident that is resolved: that there was none.
    into
        Of an incident that is merged: the one that it is a part of.

    Examples
    --------
    >>> action = Action(id="1", incident="c0ffee", kind="acknowledged", at=1767369600.0, by="Ola")
    >>> decode(encode(action)) == action
    True
    """

    id: Name
    incident: Name
    kind: Kind
    at: Moment
    by: Name
    text: Text = ""
    link: Link | None = None
    step: Step | None = None
    status: Status | None = None
    owner: Name | None = None
    next_minutes: Annotated[float, msgspec.Meta(gt=0, le=10_080)] | None = None
    false_alarm: bool = False
    into: Name | None = None

    def __post_init__(self) -> None:
        """Refuse what lacks the half of it that matters."""
        if (self.kind == "step") != (self.step is not None and self.status is not None):
            raise ValueError("a step needs its name and its status, and nothing else has them")
        if (self.kind == "merged") != (self.into is not None):
            raise ValueError("what is merged needs to say into which incident, and nothing else does")
        if self.into == self.incident:
            raise ValueError("an incident cannot be merged into itself")


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Action)


def encode(action: Action) -> bytes:
    """Write an action as one line of JSON."""
    return _encoder.encode(action)


def decode(record: bytes) -> Action:
    """Read an action.

    Raises
    ------
    Unreadable
        It is none; the message names the field.
    """
    if len(record) > MAX_BYTES:
        raise Unreadable(f"{len(record)} bytes are more than the {MAX_BYTES} an action may have")
    try:
        return _decoder.decode(record)
    except MALFORMED as error:
        raise Unreadable(str(error)) from error
