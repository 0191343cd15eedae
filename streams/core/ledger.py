"""What has been counted of one brand: rolling counts, the posts that can still be deleted, the texts already heard."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple

import msgspec

from detectors.errors import Error, Judge, judge
from streams.core.copies import Copies
from streams.core.reach import Reached
from streams.core.rolling import RollingCounts
from streams.core.tallies import Mention

RECENT_POSTS = 2_048  # whose deletion can still be subtracted
RECENT_TEXTS = 1_024  # a text seen among these is a repeat, no new voice
VOICES_OF_AUTHOR = 3  # an hour: who complains, is answered and asks again has had a say; ten more texts are no crowd
RECENT_AUTHORS = 4_096
HOUR_SECONDS = 3_600


class Voices(NamedTuple):
    """Distinct texts of one bucket, few of each author: all, those in a scored language, and the negative of these.

    `judge` tells how the model errs on the languages they are in; None where that is not known, or nothing was scored.
    `reached` is how many people could have seen each, where that is known.
    """

    all: int
    scored: int
    negative: int
    judge: Judge | None = None
    reached: tuple[Reached, ...] = ()


class LedgerState(msgspec.Struct):
    """Counts and memories of one brand, fixed in size, in a form that can be encoded."""

    mentions: RollingCounts
    negatives: RollingCounts
    posts: dict[int, tuple[int, bool]]
    texts: dict[int, int]
    shapes: bytes = b""
    authors: dict[int, int] = msgspec.field(default_factory=dict)
    hour: int = 0

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
        self._copies = Copies(state.shapes)

    def count(self, bucket: int, mentions: Iterable[Mention], errors: Mapping[str, Error] | None = None) -> Voices:
        """Count the mentions of a closed bucket; return its voices: no text or near copy twice, few of each author.

        `errors` are those of the model, by language.
        """
        state, heard = self.state, list[Mention]()
        everyone = scored = angry = posts = negatives = 0
        for mention in mentions:
            negative = mention.negative is not None and mention.negative >= self._threshold
            posts += 1
            negatives += negative
            state.posts[mention.post] = (bucket, negative)
            repeat = state.texts.pop(mention.text, None) is not None or self._copies.is_near(mention.shape)
            if not repeat and self._has_a_say(bucket, mention.author):
                everyone += 1
                scored += mention.negative is not None
                angry += negative
                heard.append(mention)
            state.texts[mention.text] = bucket  # last in line again: a text that goes on being repeated stays known
        state.mentions.add(bucket, posts)
        state.negatives.add(bucket, negatives)
        _forget_oldest(state.posts, RECENT_POSTS)
        _forget_oldest(state.texts, RECENT_TEXTS)
        if posts:
            state.shapes = self._copies.dump()
        languages = Counter(one.lang for one in heard if one.negative is not None)
        return Voices(everyone, scored, angry, judge(errors or {}, languages), tuple(self._reached(heard)))

    def _reached(self, voices: Iterable[Mention]) -> Iterator[Reached]:
        """Give the reach of each voice of which it is known."""
        for one in voices:
            if one.reach > 0:
                yield Reached(one.reach, one.negative is not None and one.negative >= self._threshold)

    def _has_a_say(self, bucket: int, author: int) -> bool:
        """Whether another text of an author is another voice; those of unknown authors (0) always are."""
        state, hour = self.state, bucket // HOUR_SECONDS
        if hour != state.hour:
            state.hour, state.authors = hour, {}
        said = state.authors.pop(author, 0) + 1
        if author:
            state.authors[author] = said  # last in line again
            _forget_oldest(state.authors, RECENT_AUTHORS)
        return not author or said <= VOICES_OF_AUTHOR

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
