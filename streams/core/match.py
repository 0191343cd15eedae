"""The match stage: posts in, tallies out. It has no key and hardly any state, so a loud brand spreads over workers."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple, Protocol

import msgspec

from detectors.errors import Error
from streams.core.copies import Signature, sign
from streams.core.evidence import choose
from streams.core.hearing import Hearing
from streams.core.matching.matcher import Matcher
from streams.core.posts import Post
from streams.core.settings import Settings
from streams.core.shedding import Shedding, keeps
from streams.core.tallies import VERSION, Excerpt, Mention, Tally, TallyBatch, encode
from streams.core.texts import hash_of, is_repost
from streams.core.watch import shard_of
from streams.core.watermark import Watermark

REMEMBERED_POSTS = 200_000  # within which a repeat is dropped here already; the watch knows better
EXCERPTS = 12  # of a brand, bucket and flush
EXCERPT_CHARACTERS = 280
REJOIN_SECONDS = 300.0
LIVE_SECONDS = 3_600.0  # event time this close to the runtime's clock follows it while the input is idle


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


class Taken(NamedTuple):
    """Counts of one batch: posts taken in, those that name a brand, repeats, deletions, and how many were left out."""

    posts: int
    matched: int
    repeats: int
    deletions: int
    shed: int = 0


class Found(NamedTuple):
    """A post that names brands; `halvings` is how often the part of them was halved that was kept."""

    post: Post
    origin: str
    identity: int
    time: float
    brands: tuple[int, ...]
    halvings: int = 0


class Match:
    """Find the brands that posts name, score them, and gather tallies for the watch.

    Parameters
    ----------
    settings
        Brands and bucket width.
    model
        Scores the posts that name a brand.
    input, inputs
        Which input this is of how many; the watch waits for all.
    shards
        Into how many parts the brands are split downstream.
    """

    def __init__(self, settings: Settings, model: Model, number: int = 0, inputs: int = 1, shards: int = 1) -> None:
        detection = settings.detection
        self.number, self.inputs, self.shards = number, inputs, shards
        self.watermark = Watermark(detection.lateness_seconds, detection.max_hold_seconds)
        self._width = detection.bucket_seconds
        self._model = model
        self._matcher = Matcher(settings.brands)
        self._brands = [(brand.id, shard_of(brand.id, shards)) for brand in settings.brands]
        self._seen: dict[int, None] = {}
        self._pending: dict[tuple[int, int], list[Mention]] = defaultdict(list)
        self._deleted: list[int] = []
        self._rebaselined: list[tuple[str, int]] = []
        self._hearing = Hearing(detection.bucket_seconds)
        self._shedding = Shedding(inputs)
        self._idle = False
        self._live = False
        self._resumed = False
        self._alone_since: float | None = None

    @property
    def resting(self) -> bool:
        """Whether the input has been read to its end, and nothing has come since."""
        return self._idle

    def resume(self, watermark: float, *, live: bool) -> None:
        """Go on from where an earlier run had come, as the watch remembers it.

        Without it event time would stand still until the first post, and a source that fell silent before a restart,
        or with it, would never be missed.

        Parameters
        ----------
        watermark
            Up to which all had been read.
        live
            Whether event time went with the clock then.
        """
        self.watermark.raise_to(watermark)
        self._live, self._resumed = live, True

    def take(self, posts: Sequence[tuple[Post, str]], now: float | None = None, halvings: int = 0) -> Taken:
        """Take a batch of posts in.

        Parameters
        ----------
        posts
            Each with its origin (``topic/partition@offset`` or ``file:line``).
        now
            The runtime's clock, epoch seconds, where posts may be live; None for history.
        halvings
            How often the part of loud brands that is kept may be halved (`streams.core.shedding`).
        """
        self._idle = False
        self._resumed = self._resumed and not posts
        matched: list[Found] = []
        repeats = deletions = 0
        heard, width = self._hearing.posts, self._width
        for post, origin in posts:
            identity, time = post.identity, post.timestamp
            if post.kind == "rebaseline":  # says nothing of how far any source has come
                self._rebaselined.append((post.text, int(time // self._width) * self._width))
                continue
            self.watermark.see(post.source, time)
            if post.kind == "delete":
                self._deleted.append(identity)
                deletions += 1
                continue
            if identity in self._seen:
                repeats += 1
                continue
            self._seen[identity] = None
            heard[post.source, time // width].append(identity)
            if brands := self._matcher.find(post.text):
                matched.append(Found(post, origin, identity, time, brands))
        for oldest in list(islice(self._seen, max(0, len(self._seen) - REMEMBERED_POSTS))):
            del self._seen[oldest]
        self._live = now is not None and self.is_live(now)
        named, matched = len(matched), list(self._kept(matched, halvings)) if halvings else matched
        texts = [found.post.text for found in matched]
        scores = self._model.predict_many(texts, [found.post.lang for found in matched])
        for found, scored, signature in zip(matched, scores, sign(texts), strict=True):
            self._tally(found, scored, signature)
        return Taken(len(posts), named, repeats, deletions, named - len(matched))

    def idle(self, now: float | None = None) -> None:
        """Say that the input has been read to its end.

        Parameters
        ----------
        now
            The runtime's clock, epoch seconds. Where event time is close to it, it goes on with the clock, so that
            silence closes buckets too; where it is not (history is replayed), or without a clock, all that was read
            is closed.
        """
        self._idle = True
        watermark = self.watermark
        if now is not None and self._follows(now):
            self._live = True
            watermark.raise_to(now - watermark.lateness)
        elif watermark.newest > -math.inf:
            watermark.raise_to((watermark.newest // self._width + 1) * self._width)

    def is_live(self, now: float) -> bool:
        """Whether event time is close to the runtime's clock: posts come as they are written, not from a history."""
        return abs(now - self.watermark.time) < LIVE_SECONDS

    def _follows(self, now: float) -> bool:
        """Whether event time goes with the clock: if it is close to it, or was, and nothing came since the restart.

        After a restart sources get `REJOIN_SECONDS` to hand in what was written meanwhile, which would be late else.
        """
        if not self._resumed:
            return self.is_live(now)
        if self._alone_since is None:
            self._alone_since = now
        return self._live and now - self._alone_since >= REJOIN_SECONDS

    def flush(self) -> list[bytes]:
        """Give what has been gathered since the last flush: one encoded `TallyBatch` for each shard, in order."""
        return [encode(batch) for batch in self.batches()]

    def batches(self) -> list[TallyBatch]:
        """Give what has been gathered since the last flush, not encoded."""
        tallies: list[list[Tally]] = [[] for _ in range(self.shards)]
        for (brand, bucket), mentions in self._pending.items():
            name, shard = self._brands[brand]
            tallies[shard].append(Tally(name, bucket, trim(mentions)))
        orders: list[list[tuple[str, int]]] = [[] for _ in range(self.shards)]
        for order in self._rebaselined:
            orders[shard_of(order[0], self.shards)].append(order)
        deleted, watermark = self._deleted, self.watermark.time
        heard, errors = list(self._hearing.news(watermark)), dict(self._model.errors)
        self._pending = defaultdict(list)
        self._deleted = []
        self._rebaselined = []
        return [
            TallyBatch(
                version=VERSION,
                input=self.number,
                inputs=self.inputs,
                watermark=watermark,
                idle=self._idle,
                tallies=gathered,
                deleted=deleted,
                rebaselined=ordered,
                heard=heard,
                live=self._live,
                errors=errors,
                model=self._model.version,
            )
            for gathered, ordered in zip(tallies, orders, strict=True)
        ]

    def _kept(self, matched: Sequence[Found], most: int) -> Iterator[Found]:
        for found in matched:
            depth = self._shedding.depth(found.brands, int(found.time // self._width), most)
            if keeps(found.post, depth):
                yield found._replace(halvings=depth)

    def _tally(self, found: Found, scored: Scored, signature: Signature) -> None:
        post = found.post
        mention = Mention(
            post=found.identity,
            time=found.time,
            text=signature.text,
            author=hash_of(post.author) if post.author else 0,
            negative=scored.negative,
            source=post.source,
            lang=scored.lang,
            reach=post.reach or 0,
            shape=signature.shape,
            original=post.original or (signature.text if is_repost(post.text) else 0),
            halvings=found.halvings,
            excerpt=Excerpt(post.id, post.text[:EXCERPT_CHARACTERS], post.url, post.author, found.origin),
        )
        for brand in found.brands:
            self._pending[brand, int(found.time // self._width) * self._width].append(mention)


def trim(mentions: list[Mention]) -> list[Mention]:
    """Take the excerpts off all but the most telling mentions and a sample by hash, so that tallies stay small."""
    if len(mentions) <= EXCERPTS:
        return mentions
    kept = {mention.post for mention in choose(mentions)}
    return [mention if mention.post in kept else msgspec.structs.replace(mention, excerpt=None) for mention in mentions]
