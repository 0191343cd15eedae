"""A post that nobody wrote: if it is counted, whatever is between the topic of posts and the watch does its work.

It is read, scored and tallied as any other, and the watch counts it apart: it names no brand, says nothing of how far
its source has come, and is no sign that anybody collects posts.

Examples
--------
>>> canary = post(3, 1767369600.0)
>>> canary.id, canary.source, is_canary(canary.source)
('3-1767369600', 'larum-canary', True)
"""

from __future__ import annotations

from streams.core.posts import Post, Posts

SOURCE = "larum-canary"
BRAND = "larum-canary"  # under which its mentions are tallied; no brand may be called so


def post(partition: int, now: float) -> Post:
    """Make the canary of a partition of the topic of posts, at a time in epoch seconds."""
    return Post(id=f"{partition}-{now:.0f}", source=SOURCE, text="larum canary", created_at=now, lang="en")


def is_canary(source: str) -> bool:
    """Tell a canary by its source."""
    return source == SOURCE


def apart(posts: Posts) -> tuple[list[int], list[int]]:
    """Give the numbers of the posts that people wrote, and of the canaries."""
    plain: list[int] = []
    canaries: list[int] = []
    for number, source in enumerate(posts.sources):
        (canaries if is_canary(source) else plain).append(number)
    return plain, canaries
