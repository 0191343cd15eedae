"""People, an audit log in memory, and a web of a few routes that they come into."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
from aiohttp import web

from streams.core.settings import Brand, Settings
from streams.core.tokens import Role
from streams.web.access import Access, Rates
from streams.web.audit import Audit, AuditLog, Entry
from streams.web.auditlogs import MemoryLog
from streams.web.board import Board
from streams.web.limits import Rate
from streams.web.people import People, Person
from streams.web.sessions import Sessions
from tests.streams.web.serving import served

SETTINGS = Settings(brands=(Brand(id="northquill", name="Northquill"), Brand(id="zorzanka", name="Zorzanka")))
READER, OLA, BOSS = Person("reader", "read"), Person("ola", "respond"), Person("boss", "admin")
WIDE = Rate(1_000_000, 0.001)
OPEN_WIDE = Rates(WIDE, WIDE, WIDE, WIDE)


def token(person: str) -> str:
    """Make up the token of a person."""
    return f"0123456789abcdef-of-{person}"


def tokens(folder: Path, persons: Iterable[str], role: Role) -> str:
    """Make the tables of some persons for a configuration, and their tokens in its folder."""
    tables = []
    for person in persons:
        (folder / f"{person}.token").write_text(token(person))
        tables.append(f'[[tokens]]\nname = "{person}"\nrole = "{role}"\ntoken_file = "{person}.token"\n')
    return "".join(tables)


TOKENS = {person.name: token(person.name) for person in (READER, OLA, BOSS)}


class Memory(MemoryLog):
    """An audit log that lasts as long as its test; `full` as long as nothing can be written."""

    full = False

    async def write(self, entry: Entry) -> None:
        if self.full:
            raise OSError("the disk is full")
        await super().write(entry)


def everybody(link: str | None = None) -> People:
    made = [(Person("starter", "admin"), link)] if link else []
    return People([*((person, TOKENS[person.name]) for person in (READER, OLA, BOSS)), *made], link)


def bearer(person: Person) -> dict[str, str]:
    return {"Authorization": f"Bearer {TOKENS[person.name]}"}


@asynccontextmanager
async def serving(
    access: Access, *parts: Callable[[web.Application], None], board: Board | None = None
) -> AsyncIterator[aiohttp.ClientSession]:
    """Serve parts behind an access; the client keeps no cookies by itself."""
    async with served(board or Board(SETTINGS), access.install, *parts) as server:
        jar = aiohttp.DummyCookieJar()
        async with aiohttp.ClientSession(f"http://127.0.0.1:{server.port}", cookie_jar=jar) as session:
            yield session


def entrance(
    log: AuditLog, *, address: str | None = None, rates: Rates = OPEN_WIDE, link: str | None = None,
    clock: Callable[[], float] = time.time, proxies: tuple[str, ...] = (),
) -> Access:  # fmt: skip
    people = everybody(link)
    return Access(people, Audit(log), address, proxies, rates, Sessions(people, clock))
