"""A draft of a statement about an incident, from what is known of it, and what a person has to fill in."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from streams.core.duties import Duties
from streams.core.incident import Incident
from streams.core.settings import Settings
from streams.response.facts import Facts, Form, Kind, Lang, Word
from streams.response.statements import draft, missing


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A draft, and the gaps that a person has to fill before it may be published."""

    kind: Kind
    lang: Lang
    form: Form
    word: Word
    text: str
    characters: int
    missing: list[str]


def drafted(kind: Kind, lang: Lang, form: Form, facts: Facts, word: Word) -> Draft:
    """Draft a statement, as `streams.response.statements.draft` does, and count what it lacks.

    Parameters
    ----------
    kind
        What the crisis is about.
    lang, form
        Of the words, and whether they are for a post or for a mail.
    facts
        What is known.
    word
        Which public word it is: the first, one of those between, or the last.
    """
    text = draft(kind, lang, form, facts, word)
    return Draft(
        kind=kind, lang=lang, form=form, word=word, text=text, characters=len(text), missing=missing(text)
    )  # fmt: skip


def facts_of(incident: Incident, settings: Settings, duties: Duties, now: float) -> Facts:
    """Give what is known of an incident, by its brand's clocks.

    Parameters
    ----------
    incident
        Which one.
    settings
        Say what the brand is called, and in which time zone.
    duties
        Say when the next word is due.
    now
        Epoch seconds: a word that is overdue is promised for no time.
    """
    zone = ZoneInfo(settings.detection.timezone)
    word = next((due.at for due in duties.of(incident) if due.what == "word"), None)
    names = {brand.id: brand.name for brand in settings.brands}
    return Facts(
        brand=names.get(incident.brand, incident.brand),
        terms=tuple(term.term for term in incident.last.data.terms),
        since=datetime.fromtimestamp(incident.onset, zone),
        next_word=datetime.fromtimestamp(word, zone) if word and word > now else None,
        steps=tuple(step for step, taken in incident.steps.items() if taken.status == "done"),
    )
