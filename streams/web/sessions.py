"""Sessions of browsers: a signed cookie that any instance can check, for nothing is kept of it."""

from __future__ import annotations

import hmac
import re
import secrets
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from typing import NamedTuple

from streams.web.people import People, Person

SESSION_SECONDS = 12 * 3_600.0  # a night, or a day's work
VERSION = 1
_form = re.compile(r"1\.([A-Za-z0-9_-]{1,512})\.([0-9]{1,12})\.([A-Za-z0-9_-]{22})\.([0-9a-f]{64})")


class Session(NamedTuple):
    """Who came in by a cookie, and what their forms have to carry."""

    person: Person
    csrf: str


class Sessions:
    """Signs cookies and checks them.

    A cookie says whose it is and until when. It is signed with a key that is made of that person's token: whoever knows
    the tokens can check it, a new token ends all sessions of the old one, and nobody can sign for another.

    Parameters
    ----------
    people
        Who is known.
    clock
        Epoch seconds.
    """

    def __init__(self, people: People, clock: Callable[[], float] = time.time) -> None:
        self._people = people
        self._clock = clock

    def begin(self, person: Person) -> str:
        """Make the cookie of a new session.

        Raises
        ------
        LookupError
            There is no such person.
        """
        found = self._people.key_of(person.name)
        if found is None:
            raise LookupError(f"nobody is called {person.name!r}")
        name = urlsafe_b64encode(person.name.encode()).decode().rstrip("=")
        said = f"{VERSION}.{name}.{int(self._clock() + SESSION_SECONDS)}.{secrets.token_urlsafe(16)}"
        return f"{said}.{_signed(found[1], 'cookie', said)}"

    def find(self, cookie: str) -> Session | None:
        """Give the session of a cookie; None where it is forged, cut, of somebody unknown, or has expired."""
        read = _form.fullmatch(cookie)
        found = self._people.key_of(_text(read[1])) if read else None
        if read is None or found is None:
            return None
        person, key = found
        said = cookie.rpartition(".")[0]
        right = hmac.compare_digest(_signed(key, "cookie", said), read[4])
        if not right or int(read[2]) <= self._clock():
            return None
        return Session(person, _signed(key, "form", said))


def _signed(key: bytes, purpose: str, said: str) -> str:
    return hmac.digest(key, f"{purpose}\0{said}".encode(), "sha256").hex()


def _text(written: str) -> str:
    try:
        return urlsafe_b64decode(written + "=" * (-len(written) % 4)).decode()
    except ValueError:
        return ""
