"""The match stage: posts in, tallies out. It has no key and hardly any state, so a loud brand spreads over workers."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

import msgspec

from streams.core import canary
from streams.core.evidence import choose
from streams.core.hearing import Hearing
from streams.core.inputclock import Come
from streams.core.matching.matcher import Matcher
from streams.core.mentioning import Model, mentions_of
from streams.core.posts import Posts
from streams.core.repeats import Repeats
from streams.core.settings import Settings
from streams.core.shedding import Shedding, keeps
from streams.core.tallies import VERSION, Judged, Mention, Tally, TallyBatch, encode
from streams.core.watch import shard_of
from streams.core.watermark import Watermark

REMEMBERED_POSTS = 100_000  # at least, and twice as many at most, are known again here already; the watch knows better
EXCERPTS = 12  # of a brand, bucket and flush
REJOIN_SECONDS = 300.0
LIVE_SECONDS = 3_600.0  # event time this close to the runtime's clock follows it while the input is idle


class OriginOf(Protocol):
    """Where posts come from, by their numbers: ``topic/partition@offset`` or ``file:line``."""

    def __getitem__(self, number: int, /) -> str: ...


class Taken(NamedTuple):
    """Counts of one batch.

    Parameters
    ----------
    posts, matched, repeats, deletions
        Posts taken in, those that name a brand, repeats and deletions.
    shed
        How many of the matched ones were left out.
    sources
        By source how many posts and deletions, and the newest of their event times.
    """

    posts: int
    matched: int
    repeats: int
    deletions: int
    shed: int
    sources: Mapping[str, tuple[int, float]]


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
    matcher
        Of the same brands, where several inputs share one.
    """

    def __init__(
        self,
        settings: Settings,
        model: Model,
        number: int = 0,
        inputs: int = 1,
        shards: int = 1,
        matcher: Matcher | None = None,
    ) -> None:
        detection = settings.detection
        self.number, self.inputs, self.shards = number, inputs, shards
        self.watermark = Watermark(detection.lateness_seconds, detection.max_hold_seconds)
        self._width = detection.bucket_seconds
        self._model = model
        self._matcher = matcher or Matcher(settings.brands)
        self._brands = [(brand.id, shard_of(brand.id, shards)) for brand in settings.brands]
        self._repeats = Repeats(REMEMBERED_POSTS)
        self._pending: dict[tuple[int, int], list[Mention]] = defaultdict(list)
        self._deleted: list[int] = []
        self._rebaselined: list[tuple[str, int]] = []
        self._judged: list[Judged] = []
        self._hearing = Hearing(detection.bucket_seconds)
        self._shedding = Shedding(inputs)
        self._canaries: list[Tally] = []
        self._idle = False
        self._live = False
        self._resumed = False
        self._alone_since: float | None = None

    @property
    def resting(self) -> bool:
        """Whether the input has been read to its end, and nothing has come since."""
        return self._idle

    def configure(self, settings: Settings, matcher: Matcher | None = None) -> None:
        """Look for other brands from the next batch on; all that is remembered of posts and sources stays.

        Parameters
        ----------
        settings
            With other brands. What was matched before stays matched by the old names, but for brands that are gone.
        matcher
            Of the same brands, where several inputs share one.
        """
        names, pending = [name for name, _ in self._brands], self._pending
        self._matcher = matcher or Matcher(settings.brands)
        self._brands = [(brand.id, shard_of(brand.id, self.shards)) for brand in settings.brands]
        numbers = {name: number for number, (name, _) in enumerate(self._brands)}
        self._pending = defaultdict(list)
        for (number, bucket), mentions in pending.items():
            if names[number] in numbers:
                self._pending[numbers[names[number]], bucket] = mentions

    def resume(self, come: Come) -> None:
        """Go on from where an earlier run had come, as the watch remembers it.

        Without it event time would stand still until the first post, and a source that fell silent before a restart,
        or with it, would never be missed.
        """
        self.watermark.raise_to(come.watermark)
        self.watermark.go_on(come.clocks)
        self._live, self._resumed = come.live, True

    def take(self, posts: Posts, origins: OriginOf, now: float | None = None, halvings: int = 0) -> Taken:
        """Take a batch of posts in.

        Parameters
        ----------
        posts
            In the order in which they came.
        origins
            Of each where it came from; asked for where it names a brand.
        now
            The runtime's clock, epoch seconds, where posts may be live; None for history.
        halvings
            How often the part of loud brands that is kept may be halved (`streams.core.shedding`).
        """
        if canary.SOURCE in posts.sources:
            plain, canaries = canary.apart(posts)
            self._sing(posts.select(canaries), [origins[number] for number in canaries])
            posts, origins = posts.select(plain), [origins[number] for number in plain]
            if not plain:  # nobody wrote anything, so the input rests, or not, as before
                return Taken(0, 0, 0, 0, 0, {})
        self._idle = False
        self._resumed = self._resumed and not posts.posts
        orders, deletions, said = posts.by_kind()
        for number in orders:
            bucket = int(posts.times[number] // self._width) * self._width
            order = posts.posts[number]
            if order.kind == "rebaseline":
                self._rebaselined.append((order.text, bucket))
            elif order.reply_to:
                self._judged.append(Judged(order.text, order.reply_to, bucket, order.kind == "false_alarm"))
        self._deleted += posts.select(deletions).identities()
        # An order says nothing of how far any source has come.
        sources = self._see(posts.select(sorted(deletions + said)) if orders else posts)
        told = posts.select(said)
        identities = told.identities()
        fresh = self._repeats.fresh(identities)
        if len(fresh) < len(identities):
            told, identities = told.select(fresh), [identities[number] for number in fresh]
        self._hearing.add(told.sources, told.times, identities)
        named = self._matcher.find_many([post.text for post in told.posts])
        kept, depths = self._thin(told, named, halvings)
        at = [number for number, _ in kept]
        ids, places = [identities[number] for number in at], [origins[said[fresh[number]]] for number in at]
        self._tally(mentions_of(told.select(at), ids, places, depths, self._model), kept)
        self._live = now is not None and self.is_live(now)
        shed = len(named) - len(kept)
        return Taken(len(posts.posts), len(named), len(said) - len(fresh), len(deletions), shed, sources)

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
        judged: list[list[Judged]] = [[] for _ in range(self.shards)]
        for word in self._judged:
            judged[shard_of(word.brand, self.shards)].append(word)
        deleted, watermark, clocks = self._deleted, self.watermark.time, self.watermark.clocks
        heard, errors = list(self._hearing.news(watermark)), dict(self._model.errors)
        self._pending = defaultdict(list)
        self._deleted = []
        self._rebaselined, self._judged = [], []
        canaries, self._canaries = self._canaries, []
        return [
            TallyBatch(
                version=VERSION,
                input=self.number,
                inputs=self.inputs,
                watermark=watermark,
                idle=self._idle,
                tallies=[*gathered, *canaries],
                deleted=deleted,
                rebaselined=ordered,
                heard=heard,
                live=self._live,
                errors=errors,
                model=self._model.version,
                clocks=clocks,
                judged=words,
            )
            for gathered, ordered, words in zip(tallies, orders, judged, strict=True)
        ]

    def _sing(self, canaries: Posts, origins: Sequence[str]) -> None:
        """Score and tally canaries, for all shards."""
        mentions = mentions_of(canaries, canaries.identities(), origins, [0] * len(origins), self._model)
        self._canaries += [
            Tally(canary.BRAND, int(mention.time // self._width) * self._width, [mention]) for mention in mentions
        ]

    def _see(self, posts: Posts) -> dict[str, tuple[int, float]]:
        """Take the event times into account; say of each source how many posts there are, and the newest time."""
        by_source: dict[str, list[float]] = defaultdict(list)
        if len(set(posts.sources)) == 1:
            by_source[posts.sources[0]].extend(posts.times)
        else:
            for source, time in zip(posts.sources, posts.times, strict=True):
                by_source[source].append(time)
        for source, times in by_source.items():
            self.watermark.see(source, times)
        return {source: (len(times), max(times)) for source, times in by_source.items()}

    def _thin(
        self, posts: Posts, named: list[tuple[int, tuple[int, ...]]], most: int
    ) -> tuple[list[tuple[int, tuple[int, ...]]], list[int]]:
        """Give the posts that name a brand and are not left out, and of each how often its part was halved."""
        if not most:
            return named, [0] * len(named)
        kept, depths = [], []
        for number, brands in named:
            names = [self._brands[brand][0] for brand in brands]
            depth = self._shedding.depth(names, int(posts.times[number] // self._width), most)
            if keeps(posts.posts[number], depth):
                kept.append((number, brands))
                depths.append(depth)
        return kept, depths

    def _tally(self, mentions: Sequence[Mention], named: Sequence[tuple[int, tuple[int, ...]]]) -> None:
        """Gather mentions of the brands that their posts name."""
        width, pending = self._width, self._pending
        for mention, (_, brands) in zip(mentions, named, strict=True):
            bucket = int(mention.time // width) * width
            for brand in brands:
                pending[brand, bucket].append(mention)


def trim(mentions: list[Mention]) -> list[Mention]:
    """Take the excerpts off all but the most telling mentions and a sample by hash, so that tallies stay small."""
    if len(mentions) <= EXCERPTS:
        return mentions
    kept = {mention.post for mention in choose(mentions)}
    return [mention if mention.post in kept else msgspec.structs.replace(mention, excerpt=None) for mention in mentions]
