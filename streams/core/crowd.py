"""Who is behind the posts of a crisis: many people with words of their own, or few that are repeated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import msgspec

from detectors.sentiment.harm import Harm
from streams.core.crises import Crowd, HarmTold, Independence, LargestFamily
from streams.core.tallies import Mention

FEWEST = 10  # posts without a voice: at night one who writes twice amplifies nothing


class Counted(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """What is remembered of a post that was counted: whose it is, of which family, and what it was counted as.

    `weight` is how many posts it stands for, itself included, of which the others were left out; `harm` are the kinds
    of harm that it speaks of as an independent voice, as bits.
    """

    bucket: int
    negative: bool
    author: int
    family: int
    voice: bool
    repeat: bool
    weight: int = 1
    harm: int = 0


class Span(NamedTuple):
    """From when to when, epoch seconds."""

    start: float
    end: float


def crowd_of(posts: Mapping[int, Counted], span: Span, samples: Iterable[Mention]) -> Crowd | None:
    """Sum up who is behind the posts of a time; None where there are none.

    Parameters
    ----------
    posts
        By their hashes, in order of time.
    span
        Only posts of buckets that begin within it.
    samples
        Some of the posts, in which the words of the largest family are looked for.
    """
    among = {post: one for post, one in posts.items() if span.start <= one.bucket < span.end}
    if not among:
        return None
    authors = Counter(one.author for one in among.values() if one.author)
    total = len(among)
    return Crowd(
        minutes=round((span.end - span.start) / 60.0, 1),
        posts=total,
        voices=sum(one.voice for one in among.values()),
        authors=len(authors),
        repeated=round(sum(one.repeat for one in among.values()) / total, 4),
        busiest_author=round(max(authors.values(), default=0) / total, 4),
        largest_family=_largest(among, samples),
    )


def harm_of(posts: Iterable[Counted], span: Span) -> HarmTold | None:
    """Sum up which harm the voices of a time speak of; None where none does."""
    among = [one for one in posts if span.start <= one.bucket < span.end and (one.voice or one.harm)]
    harmful = [one for one in among if one.harm]
    if not harmful:
        return None
    kinds = Counter(kind for one in harmful for kind in Harm(one.harm).kinds)
    return HarmTold(
        minutes=round((span.end - span.start) / 60.0, 1),
        voices=len(harmful),
        share=round(len(harmful) / len(among), 4),
        kinds=dict(sorted(kinds.items(), key=lambda item: (-item[1], item[0]))),
    )


def independence(crowd: Crowd | None) -> Independence:
    """Say whether what is heard is a crowd, or amplified: as many posts add no voice as do, or more, and ten at least.

    Another voice never makes it amplified, and another post without one never makes it organic.

    Examples
    --------
    >>> crowd = Crowd(minutes=60.0, posts=40, voices=21, authors=40, repeated=0.5, busiest_author=0.1)
    >>> independence(crowd), independence(msgspec.structs.replace(crowd, voices=20))
    ('organic', 'amplified')
    >>> independence(None)
    'organic'
    """
    if crowd is None:
        return "organic"
    return "amplified" if crowd.posts - crowd.voices >= max(crowd.voices, FEWEST) else "organic"


def _largest(among: Mapping[int, Counted], samples: Iterable[Mention]) -> LargestFamily | None:
    families = Counter(one.family for one in among.values())
    family, posts = min(families.items(), key=lambda item: (-item[1], item[0]))
    if posts < 2:
        return None
    excerpts = (one.excerpt for one in samples if one.post in among and among[one.post].family == family)
    return LargestFamily(posts, next((excerpt.text for excerpt in excerpts if excerpt), None))
