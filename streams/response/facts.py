"""What a statement is made of: its kinds, and the facts that are at hand."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, get_args

import msgspec

from streams.core.actions import Step

Kind = Literal["health", "data_leak", "product", "employee", "service", "statement"]
Lang = Literal["pl", "en"]
Form = Literal["short", "long"]
Word = Literal["first", "update", "last"]

KINDS: tuple[Kind, ...] = get_args(Kind)
WORDS: tuple[Word, ...] = get_args(Word)


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known, to be filled in; what is not stays a gap in square brackets.

    Parameters
    ----------
    brand
        Its name, as the public knows it.
    terms
        Words that people use. They are shown inside a gap only, as a hint to the person who fills it.
    since
        When the first voices were heard, by the brand's clocks: aware, in its time zone.
    reports
        Address of the page on which the brand reports how it goes.
    next_word
        When it reports next, by the brand's clocks: aware, in its time zone.
    steps
        Those of the five steps that were taken.
    contact
        Address or telephone number for those concerned.
    """

    brand: str | None = None
    terms: tuple[str, ...] = ()
    since: datetime | None = None
    reports: str | None = None
    next_word: datetime | None = None
    steps: tuple[Step, ...] = ()
    contact: str | None = None
