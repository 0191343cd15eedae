"""Which statement a crisis calls for: proposals, which a person may overrule."""

from __future__ import annotations

from collections import Counter

import msgspec

from streams.core.crises import CrisisData
from streams.core.incident import Incident
from streams.core.stems import stem
from streams.printing import printable
from streams.response.facts import KINDS, Kind, Word

LEAST_SHARE = 0.1  # of all voices that speak of harm, for harm to be what a crisis is about
_OF_HARM: dict[str, Kind] = {
    "death": "health",
    "injury": "health",
    "poisoning": "health",
    "fire": "health",
    "contamination": "product",
    "leak": "data_leak",
    "discrimination": "employee",
    "abuse": "employee",
    "fraud": "service",
    "outage": "service",
}
_WORDS: dict[Kind, tuple[str, str]] = {
    "health": ("szpital karetka wypadek zdrowie lekarz", "hospital ambulance accident doctor unwell"),
    "data_leak": ("wyciek rodo haker włamanie phishing", "leak breach hacker hacked gdpr phishing"),
    "product": ("produkt partia opakowanie wada usterka", "product batch recall packaging defect faulty"),
    "employee": (
        "pracownik pracownica kasjer kasjerka kurier ochroniarz kierowca kierownik kierowniczka",
        "employee staff cashier courier guard driver manager steward attendant",
    ),
    "service": (
        "kolejka awaria dostawa paczka infolinia reklamacja zwrot aplikacja opóźnienie",
        "queue outage delivery parcel helpline complaint refund app delay luggage flight",
    ),
    "statement": (
        "reklama spot kampania billboard plakat slogan wypowiedź wywiad",
        "ad advert advertisement commercial campaign billboard poster slogan statement interview",
    ),
}
_kinds = {
    (lang, stem(word, lang)): kind
    for kind, both in _WORDS.items()
    for lang, words in zip(("pl", "en"), both, strict=True)
    for word in words.split()
}


class Suggestion(msgspec.Struct, frozen=True):
    """A kind of statement, and one English sentence that says why."""

    kind: Kind
    reason: str


def next_word(incident: Incident) -> Word:
    """Tell which public word an incident calls for next: the last one once it is resolved, or calm by its numbers."""
    if incident.first_word is None:
        return "first"
    return "last" if incident.resolved or incident.calm_since else "update"


def suggest(data: CrisisData) -> Suggestion:
    """Propose the kind of statement from the harm and the words that people speak of.

    Harm decides where the alarm is one of harm, or where a tenth of all voices speak of it; else the terms do, by
    how many say them; else any harm; else it is ``service``. The kind that most speak of is proposed, and among equals
    the one that comes first in `KINDS`: people before things.

    Parameters
    ----------
    data
        What is known of the crisis of a brand.
    """
    harm = data.harm
    of_harm = Counter[Kind]()
    told = ""
    if harm:
        for name, voices in harm.kinds.items():
            if name in _OF_HARM:
                of_harm[_OF_HARM[name]] += voices
        told = ", ".join(f"{name} {voices}" for name, voices in harm.kinds.items())
        if of_harm and ("harm" in data.kinds or harm.share >= LEAST_SHARE):
            return Suggestion(_first(of_harm), f"voices speak of harm: {told}")
    by_terms = Counter[Kind]()
    heard: dict[Kind, list[str]] = {}
    for term in data.terms:
        for kind in {kind for word in term.term.split() if (kind := _kind(word))}:
            by_terms[kind] += term.posts
            heard.setdefault(kind, []).append(printable(term.term))
    if by_terms:
        kind = _first(by_terms)
        return Suggestion(kind, f"people say: {', '.join(heard[kind])}{f'; of harm: {told}' if told else ''}")
    if of_harm:
        return Suggestion(_first(of_harm), f"a few voices speak of harm: {told}")
    return Suggestion("service", "neither harm nor words tell the kind: choose it yourself")


def _kind(word: str) -> Kind | None:
    bare = word.lstrip("#")
    return _kinds.get(("pl", stem(bare, "pl"))) or _kinds.get(("en", stem(bare, "en")))


def _first(counts: Counter[Kind]) -> Kind:
    return max(KINDS, key=lambda kind: counts[kind])
