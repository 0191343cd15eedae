"""A sentiment model on one card: what it learned from, how good it is beside its lexicon, and what it made of words."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

import msgspec

from detectors.contest import Standing
from detectors.errors import Error
from detectors.prequential import Measures
from detectors.sentiment.words import LANGUAGES, LearnedWord, LearnedWords, learned_words

if TYPE_CHECKING:
    from detectors.sentiment import SentimentModel


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """How well one judge did, over the recent labels and over all of them."""

    recent: Measures
    whole: Measures


class Language(msgspec.Struct, frozen=True, kw_only=True):
    """What a model knows in one language.

    Parameters
    ----------
    lang
        ``pl`` or ``en``.
    labels
        How many it learned from.
    standing
        Whether the model is still learning, is trusted, or has stepped back for the lexicon.
    trust
        How far its learned words count beside the lexicon, from 0 to 1.
    drifts
        How often the meaning of labels was found to have changed.
    model, lexicon
        How well either did, each label predicted before it was learned.
    error
        How whoever scores errs at the threshold, by which shares of negatives are corrected.
    words
        The words about which most was learned.
    """

    lang: str
    labels: int
    standing: Standing
    trust: float
    drifts: int
    model: Judged
    lexicon: Judged
    error: Error
    words: LearnedWords


class ModelCard(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="larum.model"):
    """A sentiment model on one card."""

    version: str
    labels: int
    threshold: float
    languages: list[Language]


def model_card(model: SentimentModel, labelled: Iterable[tuple[str, str | None]]) -> ModelCard:
    """Write the card of a model.

    Parameters
    ----------
    model
        Has learned.
    labelled
        What it learned from: texts, and their languages where known. For the words alone.
    """
    words = learned_words(model, labelled)
    languages = []
    for lang in LANGUAGES:
        performance = model.performance[lang]
        judged = (Judged(recent=one.recent, whole=one.whole) for one in (performance.model, performance.lexicon))
        by_model, by_lexicon = judged
        languages.append(
            Language(
                lang=lang,
                labels=performance.labels,
                standing=performance.standing,
                trust=model.trust(lang),
                drifts=model.drifts(lang),
                model=by_model,
                lexicon=by_lexicon,
                error=performance.error,
                words=words[lang],
            )
        )
    return ModelCard(version=model.version, labels=model.labels, threshold=model.threshold, languages=languages)


def number(value: float, form: str) -> str:
    """Write a number, or a dash where nothing is known.

    Examples
    --------
    >>> number(0.1234, ".1%"), number(float("nan"), ".3f")
    ('12.3%', '–')
    """
    return "–" if math.isnan(value) else f"{value:{form}}"


def told(words: list[LearnedWord]) -> str:
    """Put words and their weights on a line.

    Examples
    --------
    >>> told([LearnedWord("karuzela", 1.234, 5), LearnedWord("beton", 0.5, 3)])
    'karuzela +1.23, beton +0.50'
    """
    return ", ".join(f"{one.word} {one.weight:+.2f}" for one in words)
