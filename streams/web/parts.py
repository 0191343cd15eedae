"""All that the web of a process is made of beside its board: who comes in, and what they find."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from typing import NamedTuple

from aiohttp import web

from streams.core.settings import Settings
from streams.web import api, forms, pages
from streams.web.access import Access
from streams.web.audit import Audit, AuditLog
from streams.web.login import Login
from streams.web.openapi import Description
from streams.web.people import people


class Parts(NamedTuple):
    """What `streams.web.app.install` adds, and the token of the link that lets in who started the process, if any."""

    parts: tuple[Callable[[web.Application], None], ...]
    link: str | None


def parts(settings: Settings, host: str, log: AuditLog) -> Parts:
    """Make the parts of the web.

    Parameters
    ----------
    settings
        The whole configuration, with the tokens.
    host
        Address that the process listens on.
    log
        Where the audit log is kept.

    Raises
    ------
    NobodyError
        There are no tokens, and others could reach the address.
    """
    known = people(settings.tokens, host, getpass.getuser())
    access = Access(known, Audit(log), settings.web.address, settings.web.proxies)
    entry = (access.install, Login(access).install)
    found = (*entry, api.install, Description(access.cookie).install, pages.install, forms.install)
    return Parts(found, known.link)
