"""All that is kept of one brand, and what closing a bucket does with it."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import Any

import msgspec

from detectors.burst import BurstDetector, BurstState
from detectors.negativity import NegativityDetector, NegativityState
from detectors.observations import Features
from streams.core.crises import CrisisEvent, Interval, Severity, Step
from streams.core.evidence import Evidence, EvidenceState
from streams.core.judgement import Findings, judge
from streams.core.lifecycle import Life, Lifecycle
from streams.core.readings import Channel, Reading
from streams.core.rolling import RollingCounts
from streams.core.settings import Brand, Settings
from streams.core.tallies import Mention, merge
from streams.core.telling import Facts, count, share, tell

VERSION = 1
BURST_MINUTES = (1, 5, 15, 60)
TONE_MINUTES = (5, 15, 60, 240)
SHOWN_MINUTES = 60  # the share of negatives that readings show
RECENT_POSTS = 2_048  # whose deletion can still be subtracted
RECENT_TEXTS = 1_024  # a text seen among these is a repeat, no new voice
LONGEST_DOUBT_SECONDS = 6 * 3_600
STAYING = 0.5  # strictness that keeps an open crisis open: hysteresis


class BrandState(msgspec.Struct):
    """Everything about one brand that must survive a restart, fixed in size but for the open buckets."""

    version: int
    due: int
    held: dict[int, dict[int, Mention]]
    mentions: RollingCounts
    negatives: RollingCounts
    posts: dict[int, tuple[int, bool]]
    texts: dict[int, int]
    volume: BurstState
    anger: BurstState
    tone: NegativityState
    evidence: EvidenceState
    life: Life
    doubted: int = 0


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(BrandState)


class BrandWatch:
    """Counts, detectors, evidence and crisis of one brand.

    Parameters
    ----------
    brand
        From the configuration.
    settings
        Widths, thresholds and floors.
    due
        Start of the first bucket to be closed, epoch seconds.
    """

    def __init__(self, brand: Brand, settings: Settings, due: int = 0) -> None:
        self.brand = brand
        self.settings = settings
        width = settings.detection.bucket_seconds
        self._volume = BurstDetector(width, _buckets(BURST_MINUTES, width))
        self._anger = BurstDetector(width, _buckets(BURST_MINUTES, width))
        self._tone = NegativityDetector(_buckets(TONE_MINUTES, width))
        self._adopt(
            BrandState(
                version=VERSION,
                due=due,
                held={},
                mentions=RollingCounts.of(width),
                negatives=RollingCounts.of(width),
                posts={},
                texts={},
                volume=self._volume.dump(),
                anger=self._anger.dump(),
                tone=self._tone.dump(),
                evidence=EvidenceState(),
                life=Life(),
            )
        )

    def dump(self) -> bytes:
        """Encode the state as versioned MessagePack."""
        return _encoder.encode(self.state)

    def load(self, record: bytes) -> None:
        """Go on from what `dump` gave.

        Raises
        ------
        ValueError
            The record is damaged or written by another version.
        """
        state = _decoder.decode(record)
        if state.version != VERSION:
            raise ValueError(
                f"state of brand {self.brand.id!r} has version {state.version}, this larum reads {VERSION}"
            )
        self._adopt(state)

    def add(self, bucket: int, mentions: list[Mention]) -> int:
        """Take mentions of one bucket in; return how many came too late for it."""
        state = self.state
        if bucket < state.due:
            return sum(mention.post not in state.posts for mention in mentions)
        merge(state.held.setdefault(bucket, {}), mentions)
        return 0

    def delete(self, post: int) -> bool:
        """Subtract a post that was deleted at its source; return whether it was known."""
        state = self.state
        for held in state.held.values():
            if held.pop(post, None) is not None:
                return True
        counted = state.posts.pop(post, None)
        if counted is None:
            return False
        bucket, negative = counted
        state.mentions.add(bucket, -1)
        if negative:
            state.negatives.add(bucket, -1)
        self._evidence.forget(post)
        return True

    def close(self, model: str) -> tuple[Reading, CrisisEvent | None]:
        """Close the bucket that is due: count it, judge it, learn from it where it is ordinary."""
        state = self.state
        bucket = state.due
        mentions = sorted(state.held.pop(bucket, {}).values(), key=lambda one: (one.time, one.post))
        voices, angry = self._count(bucket, mentions)
        expected = self._volume.expect_one({"time": bucket})
        findings = Findings(
            self._volume.find_one({"time": bucket}, voices),
            self._anger.find_one({"time": bucket}, angry),
            self._tone.find_one({"time": bucket, "mentions": voices}, angry),
        )
        verdict = judge(findings, self.settings.detection)
        stirring = judge(findings, self.settings.detection, STAYING).severity > Severity.CALM
        step = self._lifecycle.advance(bucket, verdict, stirring=stirring, voices=voices)
        self._learn(bucket, voices, angry, calm=not self._is_held(findings))
        self._evidence.see(mentions, calm=not state.life.onset)
        severity = Severity(state.life.severity)
        happened = self._tell(step, findings, model) if step else None
        if step == "closed":
            self._lifecycle.rest()
            severity = Severity.CALM
        state.due = bucket + self.settings.detection.bucket_seconds
        return self._reading(bucket, mentions, (voices, angry), expected, findings, severity), happened

    def skip_to(self, due: int) -> None:
        """Pass over a stretch for which nothing at all is known, learning nothing of it."""
        self.state.due = max(self.state.due, due)
        self.state.held = {bucket: held for bucket, held in self.state.held.items() if bucket >= due}

    def _adopt(self, state: BrandState) -> None:
        self.state = state
        self._volume.restore(state.volume)
        self._anger.restore(state.anger)
        self._tone.restore(state.tone)
        self._evidence = Evidence((self.brand.name, *self.brand.aliases, *self.brand.hashtags), state.evidence)
        self._lifecycle = Lifecycle(self.settings.detection, state.life)

    def _count(self, bucket: int, mentions: list[Mention]) -> tuple[int, int]:
        """Count mentions in the rolling windows; return the new voices among them and how many are negative."""
        state, threshold = self.state, self.settings.sentiment.threshold
        voices = angry = negatives = 0
        for mention in mentions:
            negative = mention.negative is not None and mention.negative >= threshold
            negatives += negative
            state.posts[mention.post] = (bucket, negative)
            if state.texts.pop(mention.text, None) is None:
                voices += 1
                angry += negative
            state.texts[mention.text] = bucket  # last in line again: a text that goes on being repeated stays known
        state.mentions.add(bucket, len(mentions))
        state.negatives.add(bucket, negatives)
        _forget_oldest(state.posts, RECENT_POSTS)
        _forget_oldest(state.texts, RECENT_TEXTS)
        return voices, angry

    def _is_held(self, findings: Findings) -> bool:
        """Whether nothing is to be learned now: a crisis is open, or what is seen may be the beginning of one.

        What is merely suspicious is held back for some hours only, since a level that stays is the new one.
        """
        life = self.state.life
        if life.is_open:
            return True
        doubt = self.settings.detection.threshold * STAYING
        suspicious = max(finding.surprise for finding in findings) >= doubt
        if not suspicious:
            self.state.doubted = 0
            return False
        self.state.doubted += self.settings.detection.bucket_seconds
        return self.state.doubted <= LONGEST_DOUBT_SECONDS

    def _learn(self, bucket: int, voices: int, angry: int, *, calm: bool) -> None:
        features: Features = {"time": bucket, "mentions": voices}
        if calm:
            self._volume.learn_one(features, voices)
            self._anger.learn_one(features, angry)
            self._tone.learn_one(features, angry)
        else:
            self._volume.skip_one(features, voices)
            self._anger.skip_one(features, angry)
            self._tone.skip_one(features, angry)

    def _reading(
        self,
        bucket: int,
        mentions: list[Mention],
        counts: tuple[int, int],
        expected: tuple[float, float, float],
        findings: Findings,
        severity: Severity,
    ) -> Reading:
        voices, angry = counts
        width = self.settings.detection.bucket_seconds
        shown = max(1, SHOWN_MINUTES * 60 // width)
        hour = self._tone.recent(shown)
        return Reading(
            brand=self.brand.id,
            bucket=bucket,
            mentions=len(mentions),
            negatives=angry,
            voices=Interval(voices, *expected, width / 60.0),
            negativity=share(hour, width) if hour.mentions else None,
            volume_surprise=findings.volume.surprise,
            negativity_surprise=max(findings.tone.surprise, findings.anger.surprise),
            severity=severity,
            hour=count(self._volume.recent({"time": bucket}, shown), width),
            channels=_channels(mentions),
        )

    def _tell(self, step: Step, findings: Findings, model: str) -> CrisisEvent:
        state, life = self.state, self.state.life
        if step in {"opened", "raised"}:
            self._evidence.mark_first(life.onset, angry="negativity" in life.kinds)
        totals = state.mentions.totals()
        return tell(
            step,
            life,
            findings,
            Facts(
                brand=self.brand.id,
                model=model,
                at=state.due + self.settings.detection.bucket_seconds,
                bucket_seconds=self.settings.detection.bucket_seconds,
                mentions={window: totals[window] for window in ("15m", "1h", "1d")},
                amplified=totals["1h"] >= 2 * max(1.0, state.volume.counts.sums[-1]),
            ),
            self._evidence,
        )


def _buckets(minutes: tuple[int, ...], width: int) -> tuple[int, ...]:
    """Turn window lengths in minutes into buckets: ascending, each once."""
    return tuple(sorted({max(1, span * 60 // width) for span in minutes}))


def _channels(mentions: list[Mention]) -> tuple[Channel, ...]:
    counts = Counter((mention.source, mention.lang) for mention in mentions)
    return tuple(Channel(*channel, count) for channel, count in sorted(counts.items()))


def _forget_oldest(memory: dict[int, Any], most: int) -> None:
    for key in list(islice(memory, max(0, len(memory) - most))):
        del memory[key]
