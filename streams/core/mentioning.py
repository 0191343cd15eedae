"""Posts that name brands become mentions: scored, signed, and with the words that evidence needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from detectors.errors import Error
from streams.core.copies import sign
from streams.core.posts import Fields
from streams.core.tallies import Excerpt, Mention
from streams.core.texts import hash_of, is_repost

EXCERPT_CHARACTERS = 280


class Scored(Protocol):
    """What the sentiment model says of one post."""

    @property
    def negative(self) -> float | None:
        """Probability of being negative; None where the language is not scored."""

    @property
    def lang(self) -> str:
        """Language, as given or detected."""


class Model(Protocol):
    """What the match stage needs of a sentiment model."""

    @property
    def version(self) -> str:
        """Changes with what was learned."""

    @property
    def errors(self) -> Mapping[str, Error]:
        """How it errs, by language; empty where it does not know."""

    def predict_many(self, texts: Sequence[str], langs: Sequence[str | None]) -> Sequence[Scored]:
        """Score posts."""


class Found(NamedTuple):
    """A post that names brands, its identity and event time, and where it came from."""

    post: Fields
    identity: int
    time: float
    origin: str


def mentions_of(found: Sequence[Found], model: Model) -> list[Mention]:
    """Make the mentions of some posts, all together.

    Parameters
    ----------
    found
        Posts.
    model
        Scores them.
    """
    texts = [one.post.text for one in found]
    scores = model.predict_many(texts, [one.post.lang for one in found])
    return [
        Mention(
            identity,
            time,
            text,
            hash_of(post.author) if post.author else 0,
            scored.negative,
            post.source,
            scored.lang,
            post.reach or 0,
            Excerpt(post.id, post.text[:EXCERPT_CHARACTERS], post.url, post.author, origin),
            shape,
            post.original or (text if is_repost(post.text) else 0),
        )
        for (post, identity, time, origin), scored, (text, shape) in zip(found, scores, sign(texts), strict=True)
    ]
