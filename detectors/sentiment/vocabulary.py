"""What is known of every raw token, looked up once and kept in columns: why scoring a post takes microseconds."""

from __future__ import annotations

import struct
from typing import Any, NamedTuple

import numpy as np
import xxhash
from numpy.typing import NDArray

from detectors.sentiment import lexicon
from detectors.sentiment.language import evidence, function_words
from detectors.sentiment.tokens import HANDLE, MAX_WORD, Kind, Token, analyse, tokens_in

SLOTS = 1 << 19
WIDTH = 4
PREFIXES = (4, 6)
PAD = 0
START = ""
MOST_ADDRESSED = 4_096
SIGNS = ("exclamation", "question", "ellipsis", "shouted", "elongated", "hashtag", "number", "link", "handle", "word")

NEGATOR = (1, 2)
STOP = 4

_CLASSES = (Kind.HASHTAG, Kind.NUMBER, Kind.LINK, Kind.HANDLE)
_SIGN_BITS = 9
_EVIDENCE_BITS = 12
_SIGN_SHIFTS = np.arange(0, 5 * _SIGN_BITS, _SIGN_BITS)
_EVIDENCE_SHIFTS = np.arange(0, 3 * _EVIDENCE_BITS, _EVIDENCE_BITS)

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


# What is known of a token lies together in memory, 80 bytes that are fetched at once: look-ups of words cost as much as
# the memory that they touch.
_RECORD = np.dtype(
    [
        ("row", "<i8"),
        ("hash", "<u8"),
        ("slots", "<u4", WIDTH),
        ("valences", "<f8", 2),
        ("signs", "<i8", 2),
        ("evidence", "<i8"),
        ("flags", "<i8"),
    ]
)
_pack = struct.Struct("<qQ4I2d2qqq").pack
SIZE = _RECORD.itemsize
_own, _slot, _SECOND = struct.Struct("<q"), struct.Struct("<I"), struct.calcsize("<qQI")


class Columns(NamedTuple):
    """What is known of some tokens, one entry for each.

    Parameters
    ----------
    rows
        The same for equal tokens, less than 2 ** 31 from 0.
    hashes
        Of the token's form.
    slots
        Of the token's features, shape (tokens, `WIDTH`); `PAD` where there are fewer.
    flags
        `STOP` where a negation ends, and for each scored language `NEGATOR` where one begins.
    valences
        In each scored language's lexicon, shape (tokens, languages).
    signs, evidence
        Counts, several packed into the bits of one number: a sum over a post's tokens adds all of them at once.
    """

    rows: Integers
    hashes: NDArray[np.uint64]
    slots: NDArray[np.uint32]
    flags: Integers
    valences: Floats
    signs: tuple[Integers, Integers]
    evidence: Integers


def columns(records: bytes) -> Columns:
    """Read the records of tokens, on end, as columns."""
    known = np.frombuffer(records, _RECORD)
    signs = known["signs"]
    return Columns(
        known["row"].copy(),
        known["hash"].copy(),
        known["slots"],
        known["flags"],
        known["valences"],
        (signs[:, 0], signs[:, 1]),
        known["evidence"],
    )


class Vocabulary(dict[str, bytes]):
    """Raw tokens to records of `SIZE` bytes, which `columns` reads.

    A record is a function of its token alone, but for the number of its row, so forgetting one and meeting it again
    changes nothing.

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

    def __missing__(self, raw: str) -> bytes:
        if "@" in raw and raw != HANDLE:
            return _addressed(self[HANDLE], raw)
        if len(raw) > MAX_WORD + 1:
            return self[raw[: MAX_WORD + 1]]
        token = analyse(raw) if raw != START else Token(Kind.SIGNS, START)
        slots = [hash_of(feature) % (SLOTS - 1) + 1 for feature in _features(token)][:WIDTH]
        slots += [PAD] * (WIDTH - len(slots))
        valences = [self._valence(token, known) for known in self._lexicons]
        evidence = _pack_evidence(raw, valences) if token.kind is Kind.WORD else 0
        row, signs, flag = len(self), _pack_signs(raw, token), self._flag(token)
        record = self[raw] = _pack(row, hash_of(token.form), *slots, *valences, *signs, evidence, flag)
        return record

    def _flag(self, token: Token) -> int:
        if token.kind is Kind.SIGNS:
            return STOP
        polish, english = self._negators
        return NEGATOR[0] * (token.form in polish) + NEGATOR[1] * (token.form in english or token.form.endswith("n't"))

    def _valence(self, token: Token, known: lexicon.Lexicon) -> float:
        if token.kind is Kind.WORD:
            return next(filter(None, map(known.valence, token.parts)), 0.0)
        return min(max(sum(map(known.valence, token.parts)), -4.0), 4.0)


class Pieces(dict[str, bytes]):
    """What stands between spaces, to the records of its tokens: most of it has been seen before, and needs no cutting.

    Pieces with handles are kept apart, no more than `MOST_ADDRESSED` of them: there is no end to handles.

    Parameters
    ----------
    vocabulary
        Has the records.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        super().__init__()
        self._vocabulary = vocabulary
        self._addressed: dict[str, bytes] = {}

    def trim(self) -> None:
        """Forget everything once there is too much, here or in the vocabulary."""
        vocabulary = self._vocabulary
        if max(len(self), len(vocabulary)) > vocabulary.capacity:
            self.clear()
            vocabulary.clear()

    def __missing__(self, piece: str) -> bytes:
        kept = self._addressed if HANDLE in piece else self
        if kept is not self and piece in kept:
            return kept[piece]
        records = b"".join(map(self._vocabulary.__getitem__, tokens_in(piece)))
        if len(piece) <= MAX_WORD:
            if len(self._addressed) == MOST_ADDRESSED:
                self._addressed.clear()
            kept[piece] = records
        return records


def _addressed(handle: bytes, raw: str) -> bytes:
    """Give the record of one handle: like that of all, with a feature more that says which, and not remembered.

    Whom a post is addressed to tells how often such posts are negative; of handles there are too many to keep.
    """
    name = hash_of(raw.lower())
    return (
        _own.pack(-1 - (name >> 33))
        + handle[_own.size : _SECOND]
        + _slot.pack(name % (SLOTS - 1) + 1)
        + handle[_SECOND + _slot.size :]
    )


def unpack_signs(low: NDArray[Any], high: NDArray[Any]) -> Integers:
    """Unpack counts of `SIGNS` from their packed sums, shape (posts, signs)."""
    packed = np.empty((len(low), 2, 1), np.int64)
    packed[:, 0, 0], packed[:, 1, 0] = low, high
    return ((packed >> _SIGN_SHIFTS) & ((1 << _SIGN_BITS) - 1)).reshape(len(low), -1)


def unpack_evidence(packed: NDArray[Any]) -> Integers:
    """Unpack evidence for Polish, English and other languages from its packed sum, in half units, shape (posts, 3)."""
    found: Integers = (packed.astype(np.int64)[:, None] >> _EVIDENCE_SHIFTS) & ((1 << _EVIDENCE_BITS) - 1)
    return found


def hash_of(form: str) -> int:
    """Hash the form of a token, the same in every process."""
    return xxhash.xxh3_64_intdigest(form.encode("utf-8", "surrogatepass"))


def _features(token: Token) -> list[str]:
    form = token.form
    if token.kind is Kind.WORD:
        return [form, *[f"{form[:length]}*" for length in PREFIXES if len(form) > length]]
    return [form, *[part for part in token.parts if part != form]] if form else []


def _pack_signs(raw: str, token: Token) -> tuple[int, int]:
    """Pack signs; those of at most 256 tokens add up without a carry, exactly, in a double."""
    kind = token.kind
    if kind is Kind.WORD:
        return token.shouted << 3 * _SIGN_BITS | token.elongated << 4 * _SIGN_BITS, 1 << 4 * _SIGN_BITS
    if kind is Kind.SIGNS:
        ellipsis = ".." in raw or "…" in raw
        return ("!" in raw) | ("?" in raw) << _SIGN_BITS | ellipsis << 2 * _SIGN_BITS, 0
    return 0, 1 << _CLASSES.index(kind) * _SIGN_BITS


def _pack_evidence(raw: str, valences: list[float]) -> int:
    """Pack the evidence of a word's language, in half units; a lexicon that knows it is evidence too."""
    polish, english, other = evidence(raw.lower())
    polish += bool(valences[0])
    english += bool(valences[1])
    return int(2 * polish) | int(2 * english) << _EVIDENCE_BITS | int(2 * other) << 2 * _EVIDENCE_BITS
