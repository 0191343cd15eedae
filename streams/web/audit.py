"""Who did what, from where, and who was refused: a log that is only ever added to, and holds no secret."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable
from typing import Literal, NamedTuple, Protocol

import msgspec

from streams.core.malformed import MALFORMED
from streams.core.posts import Unreadable
from streams.intake import UnavailableError
from streams.web.people import Person

WINDOW_SECONDS = 300.0
MOST_A_WINDOW = 20  # kinds of refusals that are told one by one; all others are counted together
MAX_TEXT = 200

log = logging.getLogger("larum")

What = Literal["login", "logout", "action", "refusal"]
Outcome = Literal["allowed", "failed", "refused"]


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the log.

    Parameters
    ----------
    version
        Of this encoding.
    at
        When, epoch seconds.
    what
        ``action`` is told before it is done.
    outcome
        ``failed`` where what was allowed could not be kept.
    who, role
        None where nobody is known by what was shown.
    address
        Where from.
    detail
        The kind of action; or the status and the route of what was refused.
    incident, action
        Of an action: which incident, and the action's id, by which it stands in the log of actions.
    count
        How many of the same are told by this line.
    """

    version: Literal[1] = 1
    at: float
    what: What
    outcome: Outcome
    who: str | None
    role: str | None
    address: str
    detail: str
    incident: str | None = None
    action: str | None = None
    count: int = 1


class Numbered(NamedTuple):
    """A line with its number, by which the log is paged."""

    number: int
    entry: Entry


class AuditLog(Protocol):
    """Where the log is kept."""

    async def write(self, entry: Entry) -> None:
        """Keep a line; it is safe when this returns."""

    async def read(self, before: int | None, most: int) -> list[Numbered]:
        """Give the newest lines, newest first, those before a number only where there is one."""


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Entry)


def encode(entry: Entry) -> bytes:
    """Write an entry as one line of JSON."""
    return _encoder.encode(entry)


def decode(record: bytes) -> Entry:
    """Read an entry.

    Raises
    ------
    Unreadable
        It is none.
    """
    try:
        return _decoder.decode(record)
    except MALFORMED as error:
        raise Unreadable(str(error)) from error


class _Refusal(NamedTuple):
    who: str | None
    role: str | None
    address: str
    detail: str


_OTHERS = _Refusal(None, None, "many", "others")


class Audit:
    """Writes the log.

    What is allowed is written before it is done, and is not done where it cannot be written: the log may tell of an
    action that a crash kept from happening, never miss one that happened. Refusals are told once in each
    `WINDOW_SECONDS`, and counted then, so that nobody can fill the log by being refused.

    Parameters
    ----------
    log
        Where it is kept.
    clock
        Epoch seconds.
    """

    def __init__(self, log: AuditLog, clock: Callable[[], float] = time.time) -> None:
        self.log = log
        self._clock = clock
        self._counted: Counter[_Refusal] = Counter()
        self._window = 0.0

    async def tell(
        self, what: What, outcome: Outcome, who: Person | None, address: str, detail: str,
        incident: str | None = None, action: str | None = None,
    ) -> None:  # fmt: skip
        """Write a line.

        Parameters
        ----------
        what, outcome
            What was done, and whether it may be.
        who
            In whose name; None where nobody is known.
        address
            Where it came from.
        detail
            The kind of action; or the status and the route of what was refused.
        incident, action
            Of an action: which incident, and the action's id.

        Raises
        ------
        UnavailableError
            It cannot be written, so what it tells of is not to be done.
        """
        entry = Entry(
            at=self._clock(), what=what, outcome=outcome, who=who.name if who else None,
            role=who.role if who else None, address=address, detail=detail[:MAX_TEXT], incident=incident,
            action=action,
        )  # fmt: skip
        try:
            await self.log.write(entry)
        except Exception as error:
            log.exception("the audit log could not be written")
            raise UnavailableError("the audit log could not be written") from error

    async def refuse(self, who: Person | None, address: str, detail: str) -> None:
        """Tell of a refusal, at once or counted with others; it stays refused where it cannot be told."""
        refusal = _Refusal(who.name if who else None, who.role if who else None, address, detail[:MAX_TEXT])
        try:
            if self._clock() >= self._window + WINDOW_SECONDS:
                await self.settle()
                self._window = self._clock()
            new = refusal not in self._counted
            if new and len(self._counted) >= MOST_A_WINDOW:
                self._counted[_OTHERS] += 1
            else:
                self._counted[refusal] += 1
                if new:
                    await self.log.write(self._line(refusal, 1))
        except Exception as error:  # noqa: BLE001 - whatever the log fails with, who is refused stays so
            log.warning("a refusal could not be written to the audit log: %s", error)

    async def read(self, before: int | None, most: int) -> list[Numbered]:
        """Give the newest lines, newest first, those before a number only where there is one."""
        return await self.log.read(before, most)

    async def settle(self) -> None:
        """Write down what was only counted so far."""
        counted, self._counted = self._counted, Counter()
        for refusal, count in counted.items():
            if more := count - (refusal != _OTHERS):
                await self.log.write(self._line(refusal, more))

    async def close(self, _: object) -> None:
        """Write down what was only counted, if it can be; nobody waits for it any more."""
        try:
            await self.settle()
        except Exception as error:  # noqa: BLE001 - the process ends either way
            log.warning("refusals that were counted could not be written to the audit log: %s", error)

    def _line(self, refusal: _Refusal, count: int) -> Entry:
        who, role, address, detail = refusal
        return Entry(
            at=self._clock(), what="refusal", outcome="refused", who=who, role=role, address=address, detail=detail,
            count=count,
        )  # fmt: skip
