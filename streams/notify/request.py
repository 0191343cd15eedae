"""What is to be posted to a receiver, and what the forms of receivers have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from streams.notify.message import Message

JSON = {"Content-Type": "application/json"}
COLOURS = {"notice": 0x0067A3, "warning": 0xE0A100, "critical": 0xC8420B}
OVER = 0x00664C


class Request(NamedTuple):
    """What is to be posted, and where."""

    url: str
    body: bytes
    headers: Mapping[str, str]


def request(url: str, body: Mapping[str, Any], headers: Mapping[str, str] = JSON) -> Request:
    """Make a request of a JSON document."""
    return Request(url, msgspec.json.encode(body), headers)


def fact(line: str) -> tuple[str, str]:
    """Split a fact into its name and what there is to say.

    Examples
    --------
    >>> fact("Voices: 120 in 60 min")
    ('Voices', '120 in 60 min')
    """
    name, colon, value = line.partition(": ")
    return (name, value) if colon else ("–", line)


def cut(text: str, most: int) -> str:
    """Shorten a text to so many characters.

    Examples
    --------
    >>> cut("a scandal", 6)
    'a sca…'
    """
    return text if len(text) <= most else text[: most - 1] + "…"


def colour(message: Message) -> int:
    """Give the colour of a severity, or of what is over, as 24 bits of red, green and blue."""
    return OVER if message.over else COLOURS[message.event.data.severity]
