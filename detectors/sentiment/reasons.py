"""Why a post is negative, or not: what each of its words and signs adds to the log odds."""

from __future__ import annotations

import math

import msgspec
import numpy as np

from detectors.sentiment.features import DENSE, Features
from detectors.sentiment.language import SCORED, TAGS
from detectors.sentiment.tokens import MAX_TOKENS, pieces, tokens_in
from detectors.sentiment.vocabulary import SIGNS, Floats, unpack_signs

WHOLE = ("bias", "word")  # features of a post as a whole, which no word of it carries


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """What one token adds to the log odds of its post's being negative.

    Parameters
    ----------
    token
        As it was read.
    space
        What stands before it: a space, or nothing.
    lexicon
        What the lexicon's word for it adds, negated or as the end of a phrase where it is one.
    learned
        What labels taught of it, of its beginnings, and of it after the word before it.
    sign
        What it adds by its form: capitals, an exclamation mark, a hashtag, a link.
    negated
        Whether a negation reaches it.
    """

    token: str
    space: str = ""
    lexicon: float = 0.0
    learned: float = 0.0
    sign: float = 0.0
    negated: bool = False

    @property
    def total(self) -> float:
        """Everything that it adds."""
        return self.lexicon + self.learned + self.sign


class Reasons(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="larum.reasons"):
    """Why a post is negative, or not.

    Parameters
    ----------
    lang
        ``pl``, ``en``, ``other`` or ``und``.
    margin
        Log odds of being negative: the sum of `start` and of all that `reasons` add. None where the language is not
        scored: then there are no reasons.
    negative
        The probability that it makes.
    judge
        ``model``, or ``lexicon`` where the model has stepped back.
    start
        Log odds of a post before any of its words: how often such posts are negative, and what its length says.
    reasons
        One for each token, in order.
    cut
        Whether the post is longer than what is read.
    """

    lang: str
    margin: float | None
    negative: float | None
    judge: str
    start: float
    reasons: list[Reason]
    cut: bool = False


def reasons(text: str, features: Features, shares: tuple[Floats, Floats], *, cold: bool) -> Reasons:
    """Share out the log odds of a post among its words.

    Parameters
    ----------
    text
        The post.
    features
        Its features, and no other post's.
    shares
        What each dense feature and each token adds, as the learner has it.
    cold
        Whether these are the lexicon's alone.
    """
    language = int(features.language[0])
    judge = "lexicon" if cold else "model"
    if language not in SCORED:
        return Reasons(lang=TAGS[language], margin=None, negative=None, judge=judge, start=0.0, reasons=[])
    spaces, raw = _read(text)
    dense, learned = shares
    lexicon, sign, start = np.zeros(len(learned)), np.zeros(len(learned)), float(learned[0])
    for name, share in zip(DENSE, dense.tolist(), strict=True):
        carried = _carried(name, features)
        weight = float(carried.sum())
        if not weight:
            start += share
        elif name in SIGNS:
            sign += share * carried / weight
        else:
            lexicon += share * carried / weight
    columns = (column[1:].tolist() for column in (lexicon, learned, sign, features.negated))
    found = [
        Reason(token=token, space=space, lexicon=of_lexicon, learned=of_labels, sign=of_sign, negated=negated)
        for token, space, of_lexicon, of_labels, of_sign, negated in zip(raw, spaces[: len(raw)], *columns, strict=True)
    ]
    margin = math.fsum([start, *(one.total for one in found)])
    return Reasons(
        lang=TAGS[language],
        margin=margin,
        negative=1.0 / (1.0 + math.exp(-margin)),
        judge=judge,
        start=start,
        reasons=found,
        cut=len(spaces) > len(raw),
    )


def _carried(name: str, features: Features) -> Floats:
    """How much of a dense feature each token carries; nothing where it is one of the post as a whole."""
    if name in WHOLE:
        return np.zeros(len(features.valence))
    if name in SIGNS:
        carried: Floats = unpack_signs(features.low_signs, features.high_signs)[:, SIGNS.index(name)].astype(np.float64)
        return carried
    return np.maximum(-features.valence if name == "negative" else features.valence, 0.0)


def _read(text: str) -> tuple[list[str], list[str]]:
    """Give the tokens that are read of a post, and for each of the post's what stands before it."""
    spaces, raw = [], []
    for piece in pieces(text):
        tokens = tokens_in(piece)
        raw += tokens
        spaces += [" ", *[""] * (len(tokens) - 1)][: len(tokens)]
    return spaces, raw[:MAX_TOKENS]
