"""The draft of a public word on the pages: its kind guessed, its gaps marked, filled with the facts at hand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple, get_args

from streams.core.crises import CrisisData
from streams.core.incidents import Due, Incident
from streams.response.facts import KINDS, WORDS, Facts, Form, Kind, Lang, Word
from streams.response.statements import SHORT, draft, missing
from streams.response.suggesting import next_word, suggest
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


def drafted(incident: Incident, brand: str, dues: list[Due], t: Texts, asked: Mapping[str, str]) -> Drafted:
    """Draft a word about an incident.

    Parameters
    ----------
    incident
        What it is about.
    brand
        Name of the brand.
    dues
        What is due of it.
    t
        Words of the page, whose language the draft has where none is asked for.
    asked
        ``kind``, ``lang``, ``form`` and ``word``, as far as somebody chose; what is none of those there are is passed
        over.
    """
    guess = suggest(incident.last.data)
    kind = next((one for one in KINDS if one == asked.get("kind")), guess.kind)
    lang = next((one for one in LANGS if one == asked.get("lang")), t.lang)
    form = next((one for one in FORMS if one == asked.get("form")), FORMS[0])
    word = next((one for one in WORDS if one == asked.get("word")), next_word(incident))
    text = draft(kind, lang, form, _facts(incident, brand, dues, t), word)
    choices: list[Choice] = [
        ("word", word, [(one, f"word_{one}") for one in WORDS], "what"),
        ("kind", kind, [(one, one) for one in KINDS], "kind"),
        ("lang", lang, [(one, one) for one in LANGS], "lang"),
        ("form", form, [(one, one) for one in FORMS], "form"),
    ]
    return Drafted(
        kind=kind,
        lang=lang,
        form=form,
        word=word,
        why=_why(incident.last.data, t) if kind == guess.kind else "",
        pieces=[(part, bool(_gap.fullmatch(part))) for part in _gap.split(text) if part],
        gaps=len(missing(text)),
        length=len(text),
        most=SHORT if form == "short" else None,
        choices=choices,
    )


def _facts(incident: Incident, brand: str, dues: list[Due], t: Texts) -> Facts:
    word = next((due.at for due in dues if due.what == "word" and due.at > t.now), None)
    return Facts(
        brand=brand,
        terms=tuple(term.term for term in incident.last.data.terms),
        since=datetime.fromtimestamp(incident.onset, t.zone),
        next_word=datetime.fromtimestamp(word, t.zone) if word else None,
        steps=tuple(step for step, taken in incident.steps.items() if taken.status == "done"),
    )


def _why(data: CrisisData, t: Texts) -> str:
    """Say why a kind is proposed, in the words of the page: the proposal has its reason in English alone."""
    if data.harm:
        told = ", ".join(f"{t(f'harm.{kind}')} {t.number(voices)}" for kind, voices in data.harm.kinds.items())
        return t("draft.why_harm", what=told)
    if data.terms:
        return t("draft.why_terms", what=", ".join(term.term for term in data.terms[:3]))
    return t("draft.why_unknown")
