"""Who is known, by the token that they show."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from streams.core.tokens import Role, Token
from streams.web.guarding import is_loopback

RANK: dict[Role, int] = {"read": 0, "respond": 1, "admin": 2}


class Person(msgspec.Struct, frozen=True):
    """Who asks, and what they may do."""

    name: str
    role: Role

    def may(self, role: Role) -> bool:
        """Tell whether all that a role may do is allowed.

        Examples
        --------
        >>> Person("ola", "respond").may("read"), Person("ola", "respond").may("admin")
        (True, False)
        """
        return RANK[self.role] >= RANK[role]


class NobodyError(RuntimeError):
    """Nobody could come in; the message says what to configure."""


class _Known(NamedTuple):
    person: Person
    digest: bytes  # of the token
    key: bytes  # that sessions of this token are signed with


class People:
    """Who is known.

    Tokens are compared by their hashes, each with all of them, so that the time it takes tells nothing of any.

    Parameters
    ----------
    tokens
        From the configuration.
    link
        A token that this process has made for itself, and shows to who started it.

    Attributes
    ----------
    link
        The same.
    """

    def __init__(self, tokens: Iterable[tuple[Person, str]], link: str | None = None) -> None:
        self.link = link
        self._known = [
            _Known(person, _digest(token), hmac.digest(token.encode(), b"larum session key 1", "sha256"))
            for person, token in tokens
        ]

    def by_token(self, given: str) -> Person | None:
        """Give whose token it is; None where it is nobody's."""
        digest, found = _digest(given), None
        for known in self._known:
            if hmac.compare_digest(known.digest, digest):
                found = known.person
        return found

    def by_link(self, given: str) -> Person | None:
        """Give who came by the link that this process has made; None where it has made none, or another one."""
        made = self.link is not None and hmac.compare_digest(_digest(self.link), _digest(given))
        return self.by_token(given) if made else None

    def key_of(self, name: str) -> tuple[Person, bytes] | None:
        """Give a person and the key of their sessions."""
        return next(((known.person, known.key) for known in self._known if known.person.name == name), None)


def people(tokens: Iterable[Token], host: str, user: str) -> People:
    """Give who may come in.

    Parameters
    ----------
    tokens
        From the configuration.
    host
        Address that the process listens on.
    user
        Who started it.

    Raises
    ------
    NobodyError
        There are no tokens, and the process listens on an address that others can reach.

    Examples
    --------
    >>> alone = people((), "127.0.0.1", "ola")
    >>> alone.by_token(alone.link)
    Person(name='ola', role='admin')
    """
    known = [(Person(token.name, token.role), token.token.get_secret_value()) for token in tokens]
    if known:
        return People(known)
    if is_loopback(host):
        link = secrets.token_urlsafe(32)
        return People([(Person(user, "admin"), link)], link)
    raise NobodyError(
        f"the pages would be open to everybody who reaches {host}: add a [[tokens]] table for each who may come in "
        "('larum init' shows one), or listen on 127.0.0.1"
    )


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
