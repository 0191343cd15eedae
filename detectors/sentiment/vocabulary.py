"""What is known of every raw token, looked up once and kept in columns: why scoring a post takes microseconds."""

from __future__ import annotations

from array import array
from typing import Any, NamedTuple

import numpy as np
import xxhash
from numpy.typing import NDArray

from detectors.sentiment import lexicon
from detectors.sentiment.language import evidence, function_words
from detectors.sentiment.tokens import Kind, Token, analyse

SLOTS = 1 << 19
WIDTH = 4
PREFIXES = (4, 6)
PAD = 0
START = ""
SIGNS = ("exclamation", "question", "ellipsis", "shouted", "elongated", "hashtag", "number", "link", "handle", "word")

NEGATOR = (1, 2)
STOP = 4

_SIGN_BITS = 9
_EVIDENCE_BITS = 12
_SIGN_SHIFTS = np.arange(0, 5 * _SIGN_BITS, _SIGN_BITS)
_EVIDENCE_SHIFTS = np.arange(0, 3 * _EVIDENCE_BITS, _EVIDENCE_BITS)

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Columns(NamedTuple):
    """What is known of some tokens, one entry for each.

    Parameters
    ----------
    hashes
        Of the token's form.
    slots
        Of the token's features, shape (tokens, `WIDTH`); `PAD` where there are fewer.
    flags
        `STOP` where a negation ends, and for each scored language `NEGATOR` where one begins.
    valences
        In each scored language's lexicon, shape (languages, tokens).
    signs, evidence
        Counts, several packed into the bits of one number: a sum over a post's tokens adds all of them at once.
    """

    hashes: NDArray[np.uint64]
    slots: Integers
    flags: NDArray[np.uint8]
    valences: tuple[Floats, Floats]
    signs: tuple[Floats, Floats]
    evidence: Floats


class Vocabulary(dict[str, int]):
    """Raw tokens to rows of columns.

    A row is a function of its token alone, so forgetting one and meeting it again changes nothing.

    Parameters
    ----------
    capacity
        Tokens to hold before all are forgotten; one batch may exceed it by its own tokens.
    """

    def __init__(self, capacity: int = 100_000) -> None:
        super().__init__()
        self.capacity = capacity
        self._lexicons = (lexicon.polish(), lexicon.english())
        words = function_words()
        self._negators = (words["not.pl"], words["not.en"])
        self._hashes = array("Q")
        self._slots = array("q")
        self._flags = array("B")
        self._numbers = tuple(array("d") for _ in range(5))

    def trim(self) -> None:
        """Forget everything once there are more tokens than `capacity`."""
        if len(self) > self.capacity:
            self.clear()
            del self._hashes[:], self._slots[:], self._flags[:]
            for column in self._numbers:
                del column[:]

    def columns(self, rows: Integers) -> Columns:
        """Gather what is known of tokens by their rows."""
        polish, english, signs, more_signs, found = (np.frombuffer(column)[rows] for column in self._numbers)
        return Columns(
            np.frombuffer(self._hashes, np.uint64)[rows],
            np.frombuffer(self._slots, np.int64).reshape(-1, WIDTH)[rows],
            np.frombuffer(self._flags, np.uint8)[rows],
            (polish, english),
            (signs, more_signs),
            found,
        )

    def __missing__(self, raw: str) -> int:
        row = self[raw] = len(self)
        token = analyse(raw) if raw != START else Token(Kind.SIGNS, START)
        slots = [slot(feature) for feature in _features(token)][:WIDTH]
        self._hashes.append(hash_of(token.form))
        self._slots.extend(slots + [PAD] * (WIDTH - len(slots)))
        self._flags.append(self._flag(token))
        valences = [self._valence(token, known) for known in self._lexicons]
        for column, number in zip(self._numbers, (*valences, *_pack(raw, token, valences)), strict=True):
            column.append(number)
        return row

    def _flag(self, token: Token) -> int:
        if token.kind is Kind.SIGNS:
            return STOP
        polish, english = self._negators
        return NEGATOR[0] * (token.form in polish) + NEGATOR[1] * (token.form in english or token.form.endswith("n't"))

    def _valence(self, token: Token, known: lexicon.Lexicon) -> float:
        if token.kind is Kind.WORD:
            return next(filter(None, map(known.valence, token.parts)), 0.0)
        return min(max(sum(map(known.valence, token.parts)), -4.0), 4.0)


def unpack_signs(low: NDArray[Any], high: NDArray[Any]) -> Integers:
    """Unpack counts of `SIGNS` from their packed sums, shape (posts, signs)."""
    packed = np.stack([low, high], axis=1).astype(np.int64)
    return ((packed[:, :, None] >> _SIGN_SHIFTS) & ((1 << _SIGN_BITS) - 1)).reshape(len(low), -1)


def unpack_evidence(packed: NDArray[Any]) -> Integers:
    """Unpack evidence for Polish, English and other languages from its packed sum, in half units, shape (posts, 3)."""
    found: Integers = (packed.astype(np.int64)[:, None] >> _EVIDENCE_SHIFTS) & ((1 << _EVIDENCE_BITS) - 1)
    return found


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
    return [form, *(part for part in token.parts if part != form)] if form else []


def _pack(raw: str, token: Token, valences: list[float]) -> tuple[float, float, float]:
    """Pack signs and evidence of language; at most 256 tokens of them add up without a carry, exactly, in a double."""
    kind = token.kind
    stress = kind is Kind.SIGNS
    low = (
        (stress and "!" in raw)
        | (stress and "?" in raw) << _SIGN_BITS
        | (stress and (".." in raw or "…" in raw)) << 2 * _SIGN_BITS
        | token.shouted << 3 * _SIGN_BITS
        | token.elongated << 4 * _SIGN_BITS
    )
    high = (
        (kind is Kind.HASHTAG)
        | (kind is Kind.NUMBER) << _SIGN_BITS
        | (kind is Kind.LINK) << 2 * _SIGN_BITS
        | (kind is Kind.HANDLE) << 3 * _SIGN_BITS
        | (kind is Kind.WORD) << 4 * _SIGN_BITS
    )
    if kind is not Kind.WORD:
        return float(low), float(high), 0.0
    polish, english, other = (int(2 * units) for units in evidence(raw.lower()))
    polish += 2 * bool(valences[0])
    english += 2 * bool(valences[1])
    return float(low), float(high), float(polish | english << _EVIDENCE_BITS | other << 2 * _EVIDENCE_BITS)
