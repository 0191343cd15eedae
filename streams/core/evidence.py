"""What a person needs to judge a crisis: its words and the posts to read first."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cached_property
from heapq import nsmallest
from itertools import chain, islice

import msgspec

from streams.core.background import Background, BackgroundState
from streams.core.crises import TellingPost, Term
from streams.core.likeness import diverse, speakers
from streams.core.tallies import Excerpt, Mention
from streams.core.terms import distinctive
from streams.core.times import rfc3339
from streams.core.words import read, terms_of

SAMPLES, NEWEST = 64, 40  # held for each brand, and how many of them are the newest
HARMED = 2.0  # what a post that speaks of harm weighs, beside one that is surely negative
KEPT = 16  # of the others, when they are too many
PER_BUCKET = 6  # by telling, and as many by chance
LEARNED = 2  # texts that a calm bucket gives to the background
TELLING, FIRST = 5, 3
_HASHES = 2.0**64  # of which posts' identities are spread evenly


class EvidenceState(msgspec.Struct):
    """Samples and background of one brand, in a form that can be encoded."""

    samples: list[Mention] = msgspec.field(default_factory=list)
    background: BackgroundState = msgspec.field(default_factory=BackgroundState)
    first: list[Mention] = msgspec.field(default_factory=list)


class Evidence:
    """Bounded memory of telling posts and of a brand's ordinary words.

    Parameters
    ----------
    own
        Gives the brand's own names, folded, which tell nothing; asked when terms are wanted.
    state
        Changed in place.
    threshold
        Probability from which a post counts as negative.
    """

    def __init__(self, own: Callable[[], frozenset[str]], state: EvidenceState, threshold: float = 0.5) -> None:
        self._names = own
        self._threshold = threshold
        self._background = Background(state.background)
        self.state = state

    def see(self, mentions: Sequence[Mention], *, calm: bool) -> None:
        """Sample a closed bucket, and in calm times let the background have what is no longer among the newest.

        A text has one place, and another where a copy of it was seen by more. What comes just before a crisis is found
        may belong to it already: it becomes usual only when so much else was said since.
        """
        heard = [mention for mention in mentions if mention.excerpt]
        if not heard:
            return
        telling, sample = _picked(heard)
        held = {mention.text: mention for mention in self.state.samples}
        fresh = []
        for mention in sorted(telling + sample, key=_earlier):
            known = held.get(mention.text)
            if known is None or _weight(mention) > _weight(known):
                held[mention.text] = mention
                fresh.append(mention)
        older, newest = self.state.samples[:-NEWEST], [*self.state.samples[-NEWEST:], *fresh]
        ripe, newest = newest[:-NEWEST], newest[-NEWEST:]
        if calm and ripe:
            self._learn(*_picked(ripe))
        self.state.samples = _thinned([*older, *ripe], newest[-1].time) + newest

    def forget(self, posts: Collection[int]) -> None:
        """Drop posts that were deleted at their source."""
        state = self.state
        state.samples = [mention for mention in state.samples if mention.post not in posts]
        state.first = [mention for mention in state.first if mention.post not in posts]

    def mark_first(self, since: float, *, angry: bool) -> None:
        """Keep the earliest sampled posts since the onset that say a term of it: where it began."""
        held = {mention.post: mention for mention in (*self.state.first, *self.state.samples)}
        posts = self._since(since, list(held.values()), angry=angry)
        subject = self._distinctive(posts, since).keys()
        first = diverse(posts, lambda one: (subject.isdisjoint(self._terms(one)), *_earlier(one)))[:FIRST]
        self.state.first = sorted(first, key=_earlier)

    def first_posts(self) -> list[TellingPost]:
        """Give the posts with which the crisis began."""
        return [_tell(mention) for mention in self.state.first]

    def telling_posts(self, since: float, *, angry: bool) -> list[TellingPost]:
        """Give the posts since the onset to read first, none like another or by its author.

        Negative ones seen by many come first, and those that speak of harm before them; those that say a term of the
        crisis weigh twice.
        """
        posts = self._since(since, self.state.samples, angry=angry)
        subject = self._distinctive(posts, since).keys()

        def order(one: Mention) -> tuple[float, int]:
            on_subject = not subject.isdisjoint(self._terms(one))
            return -_weight(one) * (1 + on_subject), one.post

        return [_tell(one) for one in diverse(posts, order)[:TELLING]]

    def terms(self, since: float, *, angry: bool) -> list[Term]:
        """Give the terms that set the posts since the onset apart from the background.

        An author counts once, and so do copies of a text; two must say a term at least.
        """
        return list(self._distinctive(self._since(since, self.state.samples, angry=angry), since).values())

    def _distinctive(self, posts: Sequence[Mention], since: float) -> dict[str, Term]:
        said = [[self._terms(mention) for mention in group] for group in speakers(posts)]
        usual = self._background.copy()
        for mention in self.state.samples[-NEWEST:]:
            if mention.time < since and usual.is_new(mention.text):
                usual.learn(mention.text, self._terms(mention))
        return distinctive(said, usual)

    def _since(self, since: float, mentions: Sequence[Mention], *, angry: bool) -> list[Mention]:
        return [one for one in mentions if one.time >= since and (not angry or self._is_grave(one))]

    def _is_grave(self, mention: Mention) -> bool:
        return mention.harm > 0 or (mention.negative is not None and mention.negative >= self._threshold)

    def _learn(self, telling: Sequence[Mention], sample: Sequence[Mention]) -> None:
        """Count a few texts, every other one a telling one: a crisis is to stand out from ordinary complaints too."""
        turns = {one.post: one for one in chain.from_iterable(zip(telling, sample, strict=True))}
        for mention in islice((one for one in turns.values() if self._background.is_new(one.text)), LEARNED):
            self._background.learn(mention.text, self._terms(mention))

    @cached_property
    def _own(self) -> frozenset[str]:
        return self._names()

    def _terms(self, mention: Mention) -> dict[str, str]:
        return terms_of(read(mention.excerpt.text, mention.lang), self._own) if mention.excerpt else {}


def choose(mentions: Sequence[Mention]) -> list[Mention]:
    """Pick the most telling mentions and a sample by the posts' hashes, which every worker would pick alike.

    Copies of a text have one place in either: a flood of them leaves room for the others.
    """
    telling, sample = _picked(mentions)
    return sorted({mention.post: mention for mention in telling + sample}.values(), key=_earlier)


def _picked(mentions: Sequence[Mention]) -> tuple[list[Mention], list[Mention]]:
    return _first(sorted(mentions, key=_telling)), _first(sorted(mentions, key=_by_chance))


def _first(mentions: Iterable[Mention]) -> list[Mention]:
    """Give the first few of different texts."""
    found: dict[int, Mention] = {}
    for mention in mentions:
        if mention.text not in found:
            found[mention.text] = mention
            if len(found) == PER_BUCKET:
                break
    return list(found.values())


def _thinned(samples: list[Mention], now: float) -> list[Mention]:
    """Keep the fewer samples the longer they are ago: some from where it began stay."""
    if len(samples) <= SAMPLES - NEWEST:
        return samples
    kept = nsmallest(KEPT, samples, key=lambda one: ((now - one.time) * (one.post / _HASHES), one.post))
    return sorted(kept, key=_earlier)


def _earlier(mention: Mention) -> tuple[float, int]:
    return mention.time, mention.post


def _by_chance(mention: Mention) -> int:
    return mention.post


def _telling(mention: Mention) -> tuple[float, int]:
    return -_weight(mention), mention.post


def _weight(mention: Mention) -> float:
    return (HARMED if mention.harm else mention.negative or 0.0) * math.log(mention.reach + 3.0)


def _tell(mention: Mention) -> TellingPost:
    excerpt = mention.excerpt or Excerpt(id="", text="")
    return TellingPost(
        id=excerpt.id,
        source=mention.source,
        created_at=rfc3339(mention.time),
        excerpt=excerpt.text,
        negative=None if mention.negative is None else round(mention.negative, 3),
        url=excerpt.url,
        origin=excerpt.origin,
    )
