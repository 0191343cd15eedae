"""Label values that come from outside, kept to a bounded number."""

from __future__ import annotations

OTHER = "other"


class BoundedNames:
    """Let the first `limit` names through as they are and turn every name after them into ``other``.

    Examples
    --------
    >>> names = BoundedNames(limit=2)
    >>> [names.bounded(name) for name in ("bluesky", "mastodon", "invented", "bluesky")]
    ['bluesky', 'mastodon', 'other', 'bluesky']
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._known: set[str] = set()

    def bounded(self, name: str) -> str:
        """Return `name`, or ``other`` where it is one too many."""
        if name not in self._known:
            if len(self._known) >= self._limit:
                return OTHER
            self._known.add(name)
        return name
