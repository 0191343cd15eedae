"""What has been counted of one brand: rolling counts, the posts of late, the families of copies and the authors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

import msgspec

from detectors.errors import Error, Judge, judge
from streams.core.authors import Authors
from streams.core.crises import Crowd, HarmTold
from streams.core.crowd import Counted, Span, crowd_of, harm_of
from streams.core.families import Families, Family
from streams.core.reach import Reached
from streams.core.rolling import RollingCounts
from streams.core.tallies import Mention

RECENT_SECONDS = 2 * 86_400
RECENT_POSTS = 2_048  # whose deletion can still be subtracted, and of which it is known who is behind them


class Voices(NamedTuple):
    """Independent posts of one bucket: all, those in a scored language, and the negative of these.

    `judge` tells how the model errs on the languages they are in; None where that is not known, or nothing was scored.
    `reached` is how many people could have seen each, where that is known. `harmful` are those that speak of harm.
    """

    all: int
    scored: int
    negative: int
    judge: Judge | None = None
    reached: tuple[Reached, ...] = ()
    harmful: int = 0


class LedgerState(msgspec.Struct):
    """Counts and memories of one brand, fixed in size, in a form that can be encoded."""

    mentions: RollingCounts
    negatives: RollingCounts
    posts: dict[int, Counted] = msgspec.field(default_factory=dict)
    families: dict[int, Family] = msgspec.field(default_factory=dict)
    authors: dict[int, tuple[int, int]] = msgspec.field(default_factory=dict)

    @classmethod
    def of(cls, bucket_seconds: int) -> LedgerState:
        """Make an empty one for buckets of the given width."""
        return cls(RollingCounts.of(bucket_seconds), RollingCounts.of(bucket_seconds))


class Ledger:
    """Count mentions, and take back those whose posts are deleted.

    Parameters
    ----------
    state
        Changed in place.
    threshold
        Probability from which a post counts as negative.
    """

    def __init__(self, state: LedgerState, threshold: float) -> None:
        self.state = state
        self._threshold = threshold
        self._families = Families(state.families)
        self._authors = Authors(state.authors)

    def count(self, bucket: int, mentions: Iterable[Mention], errors: Mapping[str, Error] | None = None) -> Voices:
        """Count the mentions of a closed bucket; return its voices.

        The first of a family of copies is a voice, if its author has a say left. A repost is of the family of the post
        that it repeats.

        Parameters
        ----------
        bucket
            Its start, epoch seconds.
        mentions
            In order of time. Which of several copies is the first hangs on it.
        errors
            Of the model, by language.
        """
        state, languages, reached = self.state, Counter[str](), list[Reached]()
        everyone = scored = angry = posts = negatives = harmful = 0
        for mention in mentions:
            negative = mention.negative is not None and mention.negative >= self._threshold
            family, first = self._families.place(mention.text, mention.shape, mention.original or mention.post)
            voice = first and self._authors.is_heard(mention.author, bucket, negative=negative)
            harm = mention.harm
            if harm and not (first and self._authors.is_heard(mention.author, bucket, negative=False, harm=True)):
                harm = 0
            harmful += harm > 0
            weight = 1 << mention.halvings
            posts += weight
            negatives += weight * negative
            if voice:
                everyone += 1
                angry += negative
                if mention.negative is not None:
                    scored += 1
                    languages[mention.lang] += 1
                if mention.reach > 0:  # it is known
                    reached.append(Reached(mention.reach, negative))
            repeat = not first or bool(mention.original)
            state.posts[mention.post] = Counted(bucket, negative, mention.author, family, voice, repeat, weight, harm)
        state.mentions.add(bucket, posts)
        state.negatives.add(bucket, negatives)
        while state.posts:
            oldest = next(iter(state.posts))
            if len(state.posts) <= RECENT_POSTS and bucket - state.posts[oldest].bucket < RECENT_SECONDS:
                break
            del state.posts[oldest]
        return Voices(everyone, scored, angry, judge(errors or {}, languages), tuple(reached), harmful)

    def crowd(self, start: float, end: float, samples: Iterable[Mention]) -> Crowd | None:
        """Sum up who is behind the posts of a time, as far back as they are remembered; None where there are none.

        Parameters
        ----------
        start, end
            Epoch seconds.
        samples
            Some of the posts, with their words.
        """
        return crowd_of(self.state.posts, self._remembered(start, end), samples)

    def harm(self, start: float, end: float) -> HarmTold | None:
        """Sum up which harm the voices of a time speak of, as far back as they are remembered; None where none does."""
        return harm_of(self.state.posts.values(), self._remembered(start, end))

    def _remembered(self, start: float, end: float) -> Span:
        posts = self.state.posts
        return Span(max(start, next(iter(posts.values())).bucket) if len(posts) >= RECENT_POSTS else start, end)

    def knows(self, post: int) -> bool:
        """Whether a post was counted, of late."""
        return post in self.state.posts

    def delete(self, posts: Collection[int]) -> int:
        """Take counted posts back; return how many were known."""
        known = self.state.posts.keys() & posts
        for post in known:
            counted = self.state.posts.pop(post)
            self.state.mentions.add(counted.bucket, -counted.weight)
            if counted.negative:
                self.state.negatives.add(counted.bucket, -counted.weight)
        return len(known)
