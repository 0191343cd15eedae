"""The words of the simulated posts: sentences with slots, written the way people type."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from importlib.resources import files
from random import Random
from typing import Literal

Lang = Literal["pl", "en"]
Tone = Literal["negative", "neutral", "positive"]

_SLOT = re.compile(r"\{(\w+|\d+-\d+)\}")
_WORD = re.compile(r"[^\W\d_]{5,}")
_POLISH_STROKES = str.maketrans("łŁ", "lL")  # the only Polish letters that Unicode does not decompose


class Phrases:
    """Sentences about one brand in Polish and English.

    Parameters
    ----------
    brand
        Name of the file in `streams/demo/phrases` that holds the brand's sentences.
    name
        As people write it; typing errors keep away from it, since a misspelt brand is not found by anybody.

    Examples
    --------
    >>> phrases = Phrases("turmon", "Turmon")
    >>> phrases.write(Random(7), "en", "neutral") == phrases.write(Random(7), "en", "neutral")
    True
    """

    def __init__(self, brand: str, name: str) -> None:
        shared, own = _read("shared"), _read(brand)
        self.name = name
        self._lists = {lang: shared[lang] | own.get(lang, {}) for lang in ("pl", "en")}

    def write(self, rng: Random, lang: Lang, tone: Tone, topic: str = "") -> str:
        """Write one post.

        Parameters
        ----------
        rng
            Decides everything.
        lang, tone
            Language and attitude.
        topic
            Of an event that has sentences of its own, for instance ``crisis``; ordinary talk where it is empty.
        """
        lists = self._lists[lang]
        sentences = lists[f"{topic}_{tone}" if topic else tone]
        parts = [rng.choice(sentences)]
        if rng.random() < 0.3:
            parts.insert(0, rng.choice(lists[f"{_OPENER[lang]}_{tone}"]))
        if rng.random() < 0.4:
            parts.append(rng.choice(lists[f"{_TAIL[lang]}_{tone}"]))
        text = _sentences([self._fill(rng, lists, part) for part in parts], capital=rng.random() < 0.6)
        return self._type(rng, text, lang) + self._decoration(rng, lists, tone, topic)

    def exactly(self, rng: Random, lang: Lang, key: str) -> str:
        """Write one sentence of the list `key` with its slots filled and nothing added."""
        lists = self._lists[lang]
        return self._fill(rng, lists, rng.choice(lists[key]))

    def _fill(self, rng: Random, lists: dict[str, list[str]], sentence: str) -> str:
        def fill(slot: re.Match[str]) -> str:
            key = slot[1]
            if key in lists:
                return self._fill(rng, lists, rng.choice(lists[key]))
            low, high = map(int, key.split("-"))
            return str(rng.randint(low, high))

        return _SLOT.sub(fill, sentence)

    def _type(self, rng: Random, text: str, lang: Lang) -> str:
        if rng.random() < 0.06:
            text = self._slip(rng, text)
        if lang == "pl" and rng.random() < 0.15:
            text = _without_diacritics(text)
        if rng.random() < 0.12:
            text = text.lower()
        if rng.random() < 0.3:
            text = text.rstrip(".")
        return text

    def _slip(self, rng: Random, text: str) -> str:
        """Swap two neighbouring letters of a word that is not the brand."""
        words = [word for word in _WORD.finditer(text) if not word[0].lower().startswith(self.name[:5].lower())]
        if not words:
            return text
        at = rng.choice(words).start() + rng.randint(1, 3)
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]

    def _decoration(self, rng: Random, lists: dict[str, list[str]], tone: Tone, topic: str) -> str:
        ends = ""
        if rng.random() < 0.25:
            ends += " " + rng.choice(lists[f"emoji_{tone}"]) * rng.choice((1, 1, 1, 2, 3))
        if rng.random() < 0.15:
            tags = lists.get(f"{topic}_tags", [f"#{self.name}"])
            ends += " " + " ".join(rng.sample(tags, min(len(tags), rng.randint(1, 2))))
        return ends


_OPENER = {"pl": "otwarcie", "en": "opener"}
_TAIL = {"pl": "domkniecie", "en": "tail"}


def _read(name: str) -> dict[str, dict[str, list[str]]]:
    text = (files("streams.demo") / "phrases" / f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _sentences(parts: list[str], *, capital: bool) -> str:
    """Join sentences; after a full stop, and at the beginning for those who care, a capital letter follows."""
    text = parts[0]
    for part in parts[1:]:
        text += " " + (part[0].upper() + part[1:] if text[-1] in ".!?" else part)
    return text[0].upper() + text[1:] if capital else text


def _without_diacritics(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.translate(_POLISH_STROKES))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
