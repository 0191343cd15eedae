"""Drafts of what a brand says in public in a crisis: the first word, how it goes, the last. A person finishes them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Any, get_args

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined

from streams.core.actions import STEPS
from streams.printing import printable
from streams.response.facts import Facts, Form, Kind, Lang, Word

SHORT = 280  # characters of a post that every network takes
TERMS, TERM = 5, 30  # so many words of posts, so many characters of each: too few to quote anybody

_gap = re.compile(r"\[[^\[\]]+\]")
_round = str.maketrans("[]", "()")


def draft(kind: Kind, lang: Lang, form: Form, facts: Facts, word: Word = "first") -> str:
    """Write what a person is to finish, to check and to publish; nothing is sent.

    Parameters
    ----------
    kind
        Of crisis; `streams.response.suggesting.suggest` proposes one.
    lang
        Of the words.
    form
        ``short`` for social media, ``long`` for mail and website. A short one has at most `SHORT` characters, gaps
        included, where the brand's name has at most 20 and the address at most 25; it has room for one of `reports`
        and `contact`, and for the apology and the last other step.
    facts
        Those at hand.
    word
        The first one, how it goes since, or the last one: what it was, how it ended, and what is still owed.

    Returns
    -------
    str
        Plain text: whoever makes markup of it escapes it. No text of a post is in it.

    Examples
    --------
    >>> print(draft("product", "en", "short", Facts(brand="Northquill")))
    We are receiving reports about our product: [which]. We take them seriously and are finding out what happened. For \
now, [what we do]. Next update: [when].
    Northquill
    """
    words = _words(lang)
    known = _harmless(facts)
    remaining = [step for step in STEPS if step not in known.steps]
    match word, form:
        case "first", _:
            text = (words.holding_short if form == "short" else words.holding_long)(kind, known)
        case _, "short":
            text = (words.last_short if word == "last" else words.update_short)(kind, known)
        case _:
            text = (words.last_long if word == "last" else words.update_long)(kind, known, remaining)
    return str(text)


def missing(text: str) -> list[str]:
    """List the gaps that are left in a draft, each once; while there is one, it is not to be published.

    Examples
    --------
    >>> missing("For now, [what we do]. Next update: [when].")
    ['[what we do]', '[when]']
    """
    return list(dict.fromkeys(_gap.findall(text)))


def compile_all() -> None:
    """Compile the words of all languages, so that nobody's first draft waits for it."""
    for lang in get_args(Lang):
        _words(lang)


@cache
def _words(lang: Lang) -> Any:
    environment = Environment(
        loader=PackageLoader("streams.response"),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - plain text, escaped by whoever makes markup of it
    )
    return environment.get_template(f"statements.{lang}.j2").module


def _harmless(facts: Facts) -> Facts:
    """Leave square brackets to the gaps, take out what steers a terminal, and put the steps in their order."""
    return msgspec.structs.replace(
        facts,
        brand=_plain(facts.brand),
        terms=tuple(_terms(facts.terms)),
        reports=facts.reports and printable(facts.reports).replace("[", "%5B").replace("]", "%5D"),
        contact=_plain(facts.contact),
        steps=tuple(step for step in STEPS if step in facts.steps),
    )


def _terms(terms: Iterable[str]) -> list[str]:
    return [plain for term in list(terms)[:TERMS] if (plain := _plain(term[:TERM]))]


def _plain(text: str | None) -> str | None:
    return text and printable(text).translate(_round)
