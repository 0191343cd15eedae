"""All that is kept of one brand, and what closing a bucket does with it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial

from detectors.errors import Error
from streams.core.brandstate import BrandState
from streams.core.correction import whole
from streams.core.crises import CrisisEvent, Severity, Step, crisis_id
from streams.core.evidence import Evidence, EvidenceState
from streams.core.judgement import Findings
from streams.core.ledger import Ledger, LedgerState, Voices
from streams.core.life import Life
from streams.core.readings import Counted, Reading, channels
from streams.core.sentinel import Sentinel, SentinelState
from streams.core.settings import Brand, Settings
from streams.core.shedding import part_kept, total
from streams.core.sources import Coverages, all_heard
from streams.core.tallies import Mention, merge
from streams.core.telling import Facts, tell
from streams.core.words import own_words

SLEEP_SECONDS = 7 * 86_400
HOUR_SECONDS = 3_600  # back to which a telling says who is behind the posts
DAY_SECONDS = 86_400  # and which harm they speak of
REFRESH_SECONDS = 6 * HOUR_SECONDS  # after which the state is kept anew though nobody named the brand


class BrandWatch:
    """Counts, sentinel and evidence of one brand.

    Parameters
    ----------
    brand
        From the configuration.
    settings
        Widths, thresholds and floors.
    """

    def __init__(self, brand: Brand, settings: Settings) -> None:
        self.brand = brand
        self.settings = settings
        self._width = settings.detection.bucket_seconds
        self._sentinel = Sentinel(settings.detection, len(settings.brands), brand.countries)
        blank = LedgerState.of(self._width), self._sentinel.dump(), EvidenceState()
        self._adopt(BrandState(0, {}, *blank))

    @property
    def life(self) -> Life:
        """Where the brand stands."""
        return self._sentinel.life

    @property
    def may_rest(self) -> bool:
        """Whether buckets without a mention would change nothing that anybody has to hear of at once."""
        state = self.state
        return not state.held and not state.rebaselines and not state.judged and self._sentinel.at_rest

    @property
    def is_stale(self) -> bool:
        """Whether so much time went by without a mention that the state should be kept anew."""
        return self.state.due - self.state.kept >= REFRESH_SECONDS

    def keep(self) -> None:
        """Take the state, as it stands, for one that is going to be kept."""
        self.state.kept = self.state.due

    def dump(self) -> bytes:
        """Encode the state as MessagePack, packed with its version."""
        self.state.sentinel = self._sentinel.dump()
        return self.state.dump(waits=self.may_rest)

    def become(self, brand: Brand, record: bytes) -> None:
        """Go on as the watch of another brand, of the same countries, from what `dump` gave."""
        self.brand = brand
        self.load(record)

    def learned(self) -> SentinelState:
        """Give what the sentinel has learned; it is live, so encode it before the next call."""
        return self._sentinel.dump()

    def load(self, record: bytes) -> None:
        """Go on from what `dump` gave.

        Raises
        ------
        ValueError
            The record is damaged or written by another version.
        """
        state = BrandState.load(record, f"brand {self.brand.id!r}")
        self._sentinel.restore(state.sentinel)
        self._adopt(state)

    def add(self, bucket: int, mentions: list[Mention], closed: int = 0) -> int:
        """Take mentions of one bucket in; return how many came too late for it: buckets before `closed` are closed."""
        state = self.state
        if bucket < max(state.due, closed):
            return sum(not self._ledger.knows(mention.post) for mention in mentions)
        merge(state.held.setdefault(bucket, {}), mentions)
        return 0

    def delete(self, posts: Collection[int]) -> int:
        """Subtract posts that were deleted at their source; return how many were known."""
        known = 0
        for held in self.state.held.values():
            for post in held.keys() & posts:
                del held[post]
                known += 1
        self._evidence.forget(posts)
        return known + self._ledger.delete(posts)

    def rebaseline(self, bucket: int) -> None:
        """Take the level for the normal one as soon as a bucket is closed that begins at `bucket` or later.

        An order that is delivered again changes nothing.
        """
        if bucket > self.state.rebased and bucket not in self.state.rebaselines:
            self.state.rebaselines.append(bucket)

    def judge(self, crisis: str, bucket: int, *, false: bool) -> None:
        """Take what somebody says of a crisis, as soon as a bucket is closed that begins at `bucket` or later.

        What is said of a crisis that is not remembered, and what is delivered again, changes nothing.
        """
        if (crisis, bucket, false) not in self.state.judged:
            self.state.judged.append((crisis, bucket, false))

    def put(self, sentinel: Sentinel) -> None:
        """Put a sentinel in the place of the one that watches, as it stands."""
        sentinel.restore(self._sentinel.dump())
        self._sentinel = sentinel

    def close_counts(
        self, bucket: int, voices: Voices, coverage: float, model: str
    ) -> tuple[Reading, CrisisEvent | None]:
        """Close a bucket of which there are counts and no posts."""
        self.state.ledger.mentions.add(bucket, voices.all)
        return self._conclude(bucket, voices, [], model, coverage)

    def close_until(
        self,
        end: int,
        model: str,
        coverages: Callable[[int], Coverages] = all_heard,
        errors: Mapping[str, Error] | None = None,
    ) -> Iterator[tuple[Reading, CrisisEvent | None]]:
        """Close all buckets that begin before `end` (epoch seconds), in order.

        `coverages` gives the sources that were not heard as usual in a bucket, `errors` are the model's, by language.
        A brand begins with its first mention, and sleeps after a week without any: nothing is learned, and nothing
        told, until the next one. Neither hangs on other brands, nor on how posts were batched.
        """
        state = self.state
        while state.due < end:
            if not state.due or state.due - state.heard > SLEEP_SECONDS:
                following = min((bucket for bucket in state.held if bucket < end), default=end)
                if following == end and not state.due:
                    return
                state.due = max(state.due, following)
                state.heard = state.due
            else:
                yield self._close(model, coverages(state.due), errors)

    def _close(
        self, model: str, coverages: Coverages, errors: Mapping[str, Error] | None
    ) -> tuple[Reading, CrisisEvent | None]:
        """Close the bucket that is due: count it, judge it, learn from it where it is ordinary."""
        state = self.state
        bucket = state.due
        mentions = sorted(state.held.pop(bucket, {}).values(), key=lambda one: (one.time, one.post))
        if mentions:
            state.heard = bucket
        covered = state.mix.covered(coverages) * part_kept(mentions)
        if not coverages:
            state.mix.learn(mentions)
        return self._conclude(bucket, self._ledger.count(bucket, mentions, errors), mentions, model, covered)

    def _conclude(
        self, bucket: int, voices: Voices, mentions: list[Mention], model: str, coverage: float = 1.0
    ) -> tuple[Reading, CrisisEvent | None]:
        """Judge the counts of a bucket, and tell what there is to tell."""
        state = self.state
        if asked := [order for order in state.rebaselines if order <= bucket]:
            state.rebaselines = [order for order in state.rebaselines if order > bucket]
            state.rebased = max(asked)
            self._sentinel.rebaseline()
        judged = self._judge(bucket)
        kept = part_kept(mentions)
        state.correction.note(bucket, kept, voices.all, voices.negative, voices.harmful)
        closed = self._sentinel.close(bucket, voices, coverage)
        self._evidence.see(mentions, calm=closed.calm)
        state.due = bucket + self._width
        happened = self._tell(closed.step, closed.findings, model) if closed.step else None
        if closed.step == "closed":
            self._sentinel.rest()
        reading = Reading(
            brand=self.brand.id,
            bucket=bucket,
            mentions=total(mentions) or voices.all,
            negatives=round(voices.negative / kept),
            voices=whole(closed.bands.voices, kept),
            negativity=closed.bands.negativity,
            volume_surprise=closed.findings.volume.surprise,
            negativity_surprise=max(closed.findings.tone.surprise, closed.findings.anger.surprise),
            severity=Severity(self.life.severity),
            counted=Counted(voices, coverage, bool(asked), judged),
            hour=whole(closed.bands.hour, state.correction.part(state.due - HOUR_SECONDS, state.due, self._width)),
            channels=channels(mentions),
        )
        return reading, happened

    def _judge(self, bucket: int) -> tuple[tuple[int, int, bool], ...]:
        """Obey what was said of crises up to a bucket; give it for those that are remembered."""
        state = self.state
        if not state.judged:
            return ()
        due = sorted((one for one in state.judged if one[1] <= bucket), key=lambda one: one[1])
        state.judged = [one for one in state.judged if one[1] > bucket]
        known = {crisis_id(self.brand.id, onset): onset for onset in self._sentinel.onsets}
        words = tuple((known[crisis], at, false) for crisis, at, false in due if crisis in known)
        for onset, at, false in words:
            self._sentinel.judge(onset, at, false=false)
        return words

    def _adopt(self, state: BrandState) -> None:
        self.state = state
        threshold = self.settings.sentiment.threshold
        self._ledger = Ledger(state.ledger, threshold)
        self._evidence = Evidence(partial(own_words, self.brand), state.evidence, threshold)

    def _tell(self, step: Step, findings: Findings, model: str) -> CrisisEvent:
        state, life = self.state, self.life
        if step in {"opened", "raised"}:
            self._evidence.mark_first(life.onset, angry=life.severity >= Severity.WARNING)
        totals = state.ledger.mentions.totals()
        facts = Facts(
            brand=self.brand.id,
            model=model,
            at=state.due,
            bucket_seconds=self._width,
            mentions={window: totals[window] for window in ("15m", "1h", "1d")},
            sampled=state.correction.part(findings.volume.since, state.due, self._width),
            crowd=self._ledger.crowd(max(life.onset, state.due - HOUR_SECONDS), state.due, state.evidence.samples),
            harm=self._ledger.harm(max(life.onset, state.due - DAY_SECONDS), state.due),
        )
        return tell(step, life, state.correction.correct(findings, state.due, self._width), facts, self._evidence)
