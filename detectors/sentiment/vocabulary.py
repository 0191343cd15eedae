"""What is known of every raw token, looked up once and kept in columns: why scoring a post takes microseconds."""

from __future__ import annotations

import numpy as np
import xxhash

from detectors.sentiment import lexicon
from detectors.sentiment.language import SCORED, evidence, function_words
from detectors.sentiment.tokens import Kind, Token, analyse

SLOTS = 1 << 18
WIDTH = 6
PREFIXES = (4, 6)
PAD = 0
START = 0
SIGNS = (
    "exclamation",
    "question",
    "ellipsis",
    "shouted",
    "elongated",
    "hashtag",
    "number",
    "link",
    "handle",
    "word",
)


class Vocabulary(dict[str, int]):
    """Raw tokens to rows; columns say what is at a row.

    A row is a function of its token alone, so forgetting one and meeting it again changes nothing.

    Parameters
    ----------
    capacity
        Rows there is room for.
    """

    def __init__(self, capacity: int = 1 << 17) -> None:
        super().__init__()
        self.capacity = capacity
        self.hashes = np.zeros(capacity, np.uint64)
        self.slots = np.zeros((WIDTH, capacity), np.int64)
        self.valences = np.zeros((len(SCORED), capacity))
        self.negators = np.zeros((len(SCORED), capacity), np.bool_)
        self.stops = np.zeros(capacity, np.bool_)
        self.signs = np.zeros((len(SIGNS), capacity))
        self.evidence = np.zeros((3, capacity))
        self.stops[START] = True
        self._rows = START + 1
        self._lexicons = (lexicon.polish(), lexicon.english())
        words = function_words()
        self._negators = (words["not.pl"], words["not.en"])

    def trim(self, room: int) -> None:
        """Forget everything if fewer than `room` rows are free."""
        if self._rows + room > self.capacity:
            self.clear()
            self._rows = START + 1

    def __missing__(self, raw: str) -> int:
        token = analyse(raw)
        row = self._rows
        self._rows += 1
        slots = [slot(feature) for feature in _features(token)][:WIDTH]
        self.hashes[row] = hash_of(token.form)
        self.slots[:, row] = slots + [PAD] * (WIDTH - len(slots))
        self.stops[row] = token.kind is Kind.SIGNS
        self.signs[:, row] = _signs(raw, token)
        self.evidence[:, row] = evidence(raw.lower()) if token.kind is Kind.WORD else 0.0
        for language in SCORED:
            self.valences[language, row] = self._valence(token, language)
            self.negators[language, row] = token.form in self._negators[language] or token.form.endswith("n't")
        self[raw] = row
        return row

    def _valence(self, token: Token, language: int) -> float:
        found = [self._lexicons[language].valence(part) for part in token.parts]
        if token.kind is Kind.WORD:
            return next(filter(None, found), 0.0)
        return min(max(sum(found), -4.0), 4.0)


def hash_of(form: str) -> int:
    """Hash the form of a token, the same in every process."""
    return xxhash.xxh3_64_intdigest(form.encode("utf-8", "surrogatepass"))


def slot(feature: str) -> int:
    """Slot of a named feature; slot `PAD` is nobody's."""
    return hash_of(feature) % (SLOTS - 1) + 1


def _features(token: Token) -> list[str]:
    form = token.form
    if token.kind is Kind.WORD:
        return [form, *(f"{form[:length]}*" for length in PREFIXES if len(form) > length)]
    return [form, *(part for part in token.parts if part != form)]


def _signs(raw: str, token: Token) -> list[float]:
    signs = token.kind is Kind.SIGNS
    return [
        float(sign)
        for sign in (
            signs and "!" in raw,
            signs and "?" in raw,
            signs and (".." in raw or "…" in raw),
            token.shouted,
            token.elongated,
            token.kind is Kind.HASHTAG,
            token.kind is Kind.NUMBER,
            token.kind is Kind.LINK,
            token.kind is Kind.HANDLE,
            token.kind is Kind.WORD,
        )
    ]
