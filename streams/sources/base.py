"""What a source of live posts is."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import NamedTuple, Protocol

from streams.core.posts import Post


class Batch(NamedTuple):
    """Posts with their origins, and the cursor from which a restart finds whatever came after them."""

    posts: list[tuple[Post, str]]
    cursor: str


class Source(Protocol):
    """A stream of live posts, delivered at least once.

    Repeats are dropped downstream by source and id, so a source that is not sure sends again.
    """

    @property
    def name(self) -> str:
        """The `source` of its posts."""
        ...

    def batches(self, cursor: str | None = None) -> AsyncGenerator[Batch, None]:
        """Deliver posts until closed.

        Parameters
        ----------
        cursor
            Of the last batch whose posts are safe (counted and stored, or acknowledged by a broker); None: now.
        """
        ...
