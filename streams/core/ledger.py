"""What has been counted of one brand: rolling counts, the posts that can still be deleted, the texts already heard."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any, NamedTuple

import msgspec

from streams.core.rolling import RollingCounts
from streams.core.tallies import Mention

RECENT_POSTS = 2_048  # whose deletion can still be subtracted
RECENT_TEXTS = 1_024  # a text seen among these is a repeat, no new voice


class Voices(NamedTuple):
    """Distinct texts of one bucket: all of them, those in a language that is scored, and the negative ones of these."""

    all: int
    scored: int
    negative: int


class LedgerState(msgspec.Struct):
    """Counts and memories of one brand, fixed in size, in a form that can be encoded."""

    mentions: RollingCounts
    negatives: RollingCounts
    posts: dict[int, tuple[int, bool]]
    texts: dict[int, int]

    @classmethod
    def of(cls, bucket_seconds: int) -> LedgerState:
        """Make an empty one for buckets of the given width."""
        return cls(RollingCounts.of(bucket_seconds), RollingCounts.of(bucket_seconds), {}, {})


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

    def count(self, bucket: int, mentions: Iterable[Mention]) -> Voices:
        """Count the mentions of a closed bucket; return its voices, texts heard before left out."""
        state = self.state
        everyone = scored = angry = posts = negatives = 0
        for mention in mentions:
            negative = mention.negative is not None and mention.negative >= self._threshold
            posts += 1
            negatives += negative
            state.posts[mention.post] = (bucket, negative)
            if state.texts.pop(mention.text, None) is None:
                everyone += 1
                scored += mention.negative is not None
                angry += negative
            state.texts[mention.text] = bucket  # last in line again: a text that goes on being repeated stays known
        state.mentions.add(bucket, posts)
        state.negatives.add(bucket, negatives)
        _forget_oldest(state.posts, RECENT_POSTS)
        _forget_oldest(state.texts, RECENT_TEXTS)
        return Voices(everyone, scored, angry)

    def knows(self, post: int) -> bool:
        """Whether a post was counted, of late."""
        return post in self.state.posts

    def delete(self, post: int) -> bool:
        """Take a counted post back; return whether it was known."""
        counted = self.state.posts.pop(post, None)
        if counted is None:
            return False
        bucket, negative = counted
        self.state.mentions.add(bucket, -1)
        if negative:
            self.state.negatives.add(bucket, -1)
        return True


def _forget_oldest(memory: dict[int, Any], most: int) -> None:
    for key in list(islice(memory, max(0, len(memory) - most))):
        del memory[key]
