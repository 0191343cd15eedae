"""Which mentions of loud brands are left out while posts wait too long, so that all others are judged in time.

A post has to be read and matched in any case, for every post tells how well its source is heard, and which brand is
named decides what may be left out. That is the small part of the work: to score a post, to sign it, to carry it to the
watch and to count it there is the larger (measured: 52 µs of CPU for a post that names a loud brand, 15 where 96 % of
them are left out). So what is shed is shed between the two, and of loud brands only. A brand keeps the first `LEAST`
mentions of a bucket and as many again, half of twice as many after them, a quarter of four times as many, and so on:
never less than the part that the delay asks for. A quiet brand loses nothing. A post that names several brands is kept
as the quietest of them asks.

Kept is what has a low hash: of the author, so that whoever is kept is kept with all he says; of the text, where that is
a repost or the author is not known, so that its copies are kept or left out together. What is tested are voices, of
which an author has one or two and a text has one, however often it is repeated: of posts that are thinned one by one,
more voices are left than the part that is kept. Estimated from an eighth, by these hashes and by those of the posts:

=====================================  =============  ==========
voices, estimated to true ones         author, text   post
=====================================  =============  ==========
a week of tweets to airlines           1.00           1.26
six weeks of tweets with $AMZN         1.02           1.15
=====================================  =============  ==========

A smaller part is always a part of a larger one.

Each mention carries how often its part was halved. A mention that is delivered again after a crash, and was then in a
larger part, counts for that one (`streams.core.tallies.merge`), so the answer hangs on the tallies alone.

References
----------
Horvitz, Thompson (1952), A generalization of sampling without replacement from a finite universe, JASA 47(260).
Tatbul et al. (2003), Load shedding in a data stream manager. VLDB.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import islice

from streams.core.posts import Fields
from streams.core.tallies import Mention
from streams.core.texts import hash_of, is_repost

LEAST = 100  # mentions of a brand and bucket, over all inputs: then a count has an error of a tenth at most
DEEPEST = 6  # one of 64: a worker that is faster yet does little but read and match
MOST_COUNTS = 65_536  # brands and buckets that are counted at a time


def halvings(waited: float, limit: float) -> int:
    """Say how often the part that is kept is to be halved.

    Parameters
    ----------
    waited
        For how many seconds the posts have waited to be read.
    limit
        Until how many nothing is left out; 0 leaves nothing out, ever.

    Examples
    --------
    >>> [halvings(waited, limit=60.0) for waited in (0.0, 60.0, 61.0, 119.0, 120.0, 240.0, 1e6)]
    [0, 0, 1, 1, 2, 3, 6]
    >>> halvings(1e6, limit=0.0)
    0
    """
    if limit <= 0.0 or waited <= limit:
        return 0
    return min(DEEPEST, 1 + int(math.log2(waited / limit)))


def keeps(post: Fields, times: int) -> bool:
    """Say whether a post is in the part that is left when it was halved so many times.

    Examples
    --------
    >>> from streams.core.posts import Post
    >>> posts = [Post(id="1", source="x", text="Wstyd!", created_at=2e9, author=f"a{n}") for n in range(4_000)]
    >>> [sum(keeps(post, times) for post in posts) for times in (0, 1, 2)]
    [4000, 1978, 991]
    >>> all(keeps(post, 1) for post in posts if keeps(post, 2))
    True
    """
    return not times or hash_of(_key(post)) >> (64 - times) == 0


def _key(post: Fields) -> str:
    marked = is_repost(post.text)
    if post.author and not marked and not post.repost_of:
        return post.author
    words = post.text.split(maxsplit=2)[-1] if marked else post.text
    return words.strip().lower()


def part_kept(mentions: Sequence[Mention]) -> float:
    """Say which part of all mentions these are.

    Examples
    --------
    >>> one = Mention(1, 0.0, 7, 9, 0.9, "x", "en")
    >>> part_kept([one, Mention(2, 0.0, 7, 9, 0.9, "x", "en", halvings=1)])
    0.6666666666666666
    >>> part_kept([])
    1.0
    """
    return len(mentions) / total(mentions) if mentions else 1.0


def total(mentions: Iterable[Mention]) -> int:
    """Estimate how many mentions there were of which these were kept."""
    return sum(1 << mention.halvings for mention in mentions)


class Shedding:
    """Say how often the part of a brand that is kept is halved, mention by mention.

    Parameters
    ----------
    inputs
        Over how many inputs a brand's mentions are spread.

    Examples
    --------
    >>> shedding = Shedding(inputs=4)
    >>> depths = [shedding.depth(("orlen",), bucket=0, most=3) for _ in range(250)]
    >>> [depths.count(depth) for depth in range(5)]
    [49, 50, 100, 51, 0]
    """

    def __init__(self, inputs: int) -> None:
        self._least = max(1, LEAST // inputs)
        self._counts: dict[tuple[object, int], int] = {}

    def depth(self, brands: Iterable[object], bucket: int, most: int) -> int:
        """Count a mention of these brands, and say how often, at most `most` times, its part is to be halved."""
        depths = [most]
        for brand in brands:
            count = self._counts[brand, bucket] = self._counts.get((brand, bucket), 0) + 1
            depths.append((count // self._least).bit_length() - 1 if count >= self._least else 0)
        for oldest in list(islice(self._counts, max(0, len(self._counts) - MOST_COUNTS))):
            del self._counts[oldest]
        return min(depths)
