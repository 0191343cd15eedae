"""Posts that name brands become mentions: scored, signed, and with the words that evidence needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from detectors.errors import Error
from detectors.sentiment import harm
from streams.core.copies import sign
from streams.core.posts import Posts
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


def mentions_of(
    posts: Posts, identities: Sequence[int], origins: Sequence[str], halvings: Sequence[int], model: Model
) -> list[Mention]:
    """Make the mentions of posts, all together.

    Parameters
    ----------
    posts
        Those that name brands.
    identities, origins, halvings
        Of each what it is known by, where it came from, and how often its part was halved (`streams.core.shedding`).
    model
        Scores them.
    """
    said = posts.posts
    texts = [post.text for post in said]
    scores = model.predict_many(texts, [post.lang for post in said])
    authors = [hash_of(post.author) if post.author else 0 for post in said]
    excerpts = [
        Excerpt(post.id, post.text[:EXCERPT_CHARACTERS], post.url, post.author, origin)
        for post, origin in zip(said, origins, strict=True)
    ]
    harms = harm.reader().read_many(texts, [scored.lang for scored in scores])
    columns = zip(said, identities, posts.times, authors, scores, sign(texts), excerpts, halvings, harms, strict=True)
    return [
        Mention(
            identity,
            time,
            text,
            author,
            scored.negative,
            post.source,
            scored.lang,
            post.reach or 0,
            excerpt,
            shape,
            post.original or (text if is_repost(post.text) else 0),
            times,
            int(spoken),
        )
        for post, identity, time, author, scored, (text, shape), excerpt, times, spoken in columns
    ]
