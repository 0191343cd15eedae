"""Posts as pages show them: to be read, and harmless."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np

from detectors.sentiment.language import CLEAR, SCORED, TAGS, evidence
from streams.core.crises import TellingPost
from streams.core.times import epoch
from streams.printing import printable

_word = re.compile(r"[^\W\d_]+")


class Post(NamedTuple):
    """A post to be read, harmless: no control characters, and a link only where it leads to a web page."""

    text: str
    lang: str | None
    at: float
    source: str
    negative: float | None
    url: str | None


def post_of(post: TellingPost) -> Post:
    """Take what steers terminals and browsers out of a post."""
    url = post.url if post.url and post.url.startswith(("https://", "http://")) and not _blank(post.url) else None
    text = printable(post.excerpt)
    return Post(text, language_of(text), epoch(post.created_at), printable(post.source), post.negative, url)


def language_of(text: str) -> str | None:
    """Guess whether a text is Polish or English, for screen readers; None where its words do not say it clearly.

    Examples
    --------
    >>> language_of("Nie wierzę, że się to dzieje"), language_of("This is what they think"), language_of("Zorzanka!")
    ('pl', 'en', None)
    """
    words = _word.findall(text.lower())
    total = np.array([evidence(word) for word in words] or [(0.0, 0.0, 0.0)]).sum(axis=0)
    best = int(total.argmax())
    others = float(np.delete(total, best).max())
    return TAGS[best] if best in SCORED and total[best] >= 2 and total[best] > CLEAR * others else None


def _blank(url: str) -> bool:
    return any(character.isspace() for character in url)
