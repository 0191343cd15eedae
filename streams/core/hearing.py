"""What is heard at all: posts by source and bucket, whether or not they name a brand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import msgspec

from streams.core.samples import lowest

MOST_NAMES = 256  # sources come with the posts: who invents them must not fill the memory


class Heard(msgspec.Struct, array_like=True, frozen=True):
    """Hashes of posts of one source in one bucket of event time: what has come into its sample and was not told yet."""

    source: str
    bucket: int
    posts: list[int]


class Hearing:
    """Sample the posts of each source and bucket, so that the watch can tell how many there were.

    A sample (`streams.core.samples`) rather than a count, since posts are delivered again after a crash, by other
    batches and perhaps by another worker, and must not count twice.

    Parameters
    ----------
    bucket_seconds
        Width of a bucket.

    Examples
    --------
    >>> hearing = Hearing(60)
    >>> hearing.add(["bluesky"] * 3, [30.0, 60.0, 90.0], [7, 9, 9])
    >>> list(hearing.news(closed=60.0))
    [Heard(source='bluesky', bucket=0, posts=[7]), Heard(source='bluesky', bucket=60, posts=[9])]
    >>> hearing.add(["bluesky"], [61.0], [9])
    >>> list(hearing.news(closed=60.0))
    []
    """

    def __init__(self, bucket_seconds: int) -> None:
        self._width = bucket_seconds
        self._samples: dict[tuple[str, float], list[int]] = {}
        self._posts: defaultdict[tuple[str, float], list[int]] = defaultdict(list)

    def add(self, sources: Sequence[str], times: Sequence[float], posts: Sequence[int]) -> None:
        """Take in some posts: their sources, their event times in epoch seconds, and their hashes."""
        width, heard = self._width, self._posts
        buckets = {min(times, default=0.0) // width, max(times, default=0.0) // width}
        if len(buckets) == 1 and len(set(sources)) == 1:
            heard[sources[0], buckets.pop()].extend(posts)
            return
        for source, time, post in zip(sources, times, posts, strict=True):
            heard[source, time // width].append(post)

    def news(self, closed: float) -> Iterator[Heard]:
        """Give what has come into the samples since the last time, and forget the buckets that end before `closed`."""
        names = {source for source, _ in self._samples}
        for key, posts in self._posts.items():
            if len(names) < MOST_NAMES:
                names.add(key[0])
            elif key[0] not in names:
                continue
            known = self._samples.get(key, [])
            fresh = lowest(posts, known)
            if fresh:
                self._samples[key] = lowest(known + fresh)
                yield Heard(key[0], int(key[1]) * self._width, fresh)
        self._posts.clear()
        first = closed // self._width
        for key in [key for key in self._samples if key[1] < first]:
            del self._samples[key]
