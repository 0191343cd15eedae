"""The draft of a public word on the pages: its kind guessed, its gaps marked, filled with the facts at hand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple, get_args

from streams.core.crises import CrisisData
from streams.core.incident import Incident
from streams.response import drafting as response
from streams.response.facts import KINDS, WORDS, Form, Kind, Lang, Word
from streams.response.statements import SHORT
from streams.response.suggesting import next_word, suggest
from streams.web.board import Board
from streams.web.texts import Texts

LANGS: tuple[Lang, ...] = get_args(Lang)
FORMS: tuple[Form, ...] = get_args(Form)
_gap = re.compile(r"(\[[^\[\]]+\])")
Choice = tuple[str, str, list[tuple[str, str]], str]


class Drafted(NamedTuple):
    """A draft, and what it was made of.

    Parameters
    ----------
    kind, lang, form, word
        What it was made of.
    why
        Why this kind is proposed; nothing where somebody chose it.
    pieces
        Its text in pieces, each with whether it is a gap.
    gaps, length
        How many gaps are left, and how many characters there are.
    most
        How many there may be, where that matters.
    choices
        For a form: name, what is chosen, each value with the key of its word, and the key of the label.
    """

    kind: Kind
    lang: Lang
    form: Form
    word: Word
    why: str
    pieces: list[tuple[str, bool]]
    gaps: int
    length: int
    most: int | None
    choices: list[Choice]


def drafted(incident: Incident, board: Board, t: Texts, asked: Mapping[str, str]) -> Drafted:
    """Draft a word about an incident.

    Parameters
    ----------
    incident
        What it is about.
    board
        Says what else is known.
    t
        Words of the page, whose language the draft has where none is asked for.
    asked
        ``kind``, ``in`` (which language), ``form`` and ``word``, as far as somebody chose; what is none of
        those there are is passed over.
    """
    guess = suggest(incident.last.data)
    kind = next((one for one in KINDS if one == asked.get("kind")), guess.kind)
    lang = next((one for one in LANGS if one == asked.get("in")), t.lang)
    form = next((one for one in FORMS if one == asked.get("form")), FORMS[0])
    word = next((one for one in WORDS if one == asked.get("word")), next_word(incident))
    made = response.drafted(kind, lang, form, response.facts_of(incident, board.settings, board.duties, t.now), word)
    choices: list[Choice] = [
        ("word", word, [(one, f"word_{one}") for one in WORDS], "what"),
        ("kind", kind, [(one, one) for one in KINDS], "kind"),
        ("in", lang, [(one, one) for one in LANGS], "lang"),
        ("form", form, [(one, one) for one in FORMS], "form"),
    ]
    return Drafted(
        kind=kind,
        lang=lang,
        form=form,
        word=word,
        why=_why(incident.last.data, t) if kind == guess.kind else "",
        pieces=[(part, bool(_gap.fullmatch(part))) for part in _gap.split(made.text) if part],
        gaps=len(made.missing),
        length=made.characters,
        most=SHORT if form == "short" else None,
        choices=choices,
    )


def _why(data: CrisisData, t: Texts) -> str:
    """Say why a kind is proposed, in the words of the page: the proposal has its reason in English alone."""
    if data.harm:
        told = ", ".join(f"{t.named('harm', kind)} {t.number(voices)}" for kind, voices in data.harm.kinds.items())
        return t("draft.why_harm", what=told)
    if data.terms:
        return t("draft.why_terms", what=", ".join(term.term for term in data.terms[:3]))
    return t("draft.why_unknown")
