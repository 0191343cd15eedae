"""Put a step of a crisis into words and numbers."""

from __future__ import annotations

from typing import NamedTuple

from detectors.burst import Burst
from detectors.negativity import Tone
from streams.core.crises import CrisisData, CrisisEvent, Interval, Severity, SeverityName, Step, event, rfc3339
from streams.core.evidence import Evidence
from streams.core.judgement import HINT, Findings
from streams.core.lifecycle import Life

_names: dict[int, SeverityName] = {
    Severity.NOTICE: "notice",
    Severity.WARNING: "warning",
    Severity.CRITICAL: "critical",
}


class Facts(NamedTuple):
    """What a telling needs beside the findings; `at` is the event time of the step, `mentions` are rolling counts."""

    brand: str
    model: str
    at: int
    bucket_seconds: int
    mentions: dict[str, int]
    amplified: bool


def tell(step: Step, life: Life, findings: Findings, facts: Facts, evidence: Evidence) -> CrisisEvent:
    """Make the event of one step."""
    angry = "negativity" in life.kinds
    width = facts.bucket_seconds
    data = CrisisData(
        brand=facts.brand,
        severity=_names[life.severity],
        kinds=list(life.kinds),
        onset=rfc3339(life.onset),
        detected_at=rfc3339(life.opened + width),
        time=rfc3339(facts.at),
        voices=count(findings.volume, width),
        negatives=count(findings.anger, width),
        negativity=share(findings.tone, width),
        mentions=facts.mentions,
        amplified=facts.amplified,
        terms=evidence.terms(life.onset, angry=angry),
        first_posts=evidence.first_posts(),
        telling_posts=evidence.telling_posts(life.onset, angry=angry),
        model=facts.model,
        reason=reason(step, findings, width, angry=angry),
    )
    return event(step, life.number, life.onset, facts.at, data)


def count(burst: Burst, bucket_seconds: int) -> Interval:
    """Turn a finding about counts into an interval."""
    observed, expected, lower, upper = (round(v, 2) for v in (burst.observed, burst.expected, *burst.ordinary))
    return Interval(observed, expected, lower, upper, burst.buckets * bucket_seconds / 60.0)


def share(tone: Tone, bucket_seconds: int) -> Interval:
    """Turn a finding about shares into an interval."""
    observed, expected, lower, upper = (round(v, 4) for v in (tone.share, tone.expected, *tone.ordinary))
    return Interval(observed, expected, lower, upper, tone.buckets * bucket_seconds / 60.0)


def reason(step: Step, findings: Findings, bucket_seconds: int, *, angry: bool) -> str:
    """Say in one sentence what was seen and what was expected, the most surprising first, the ordinary left out."""
    volume, anger, tone, _ = findings
    if step == "closed":
        return "Volume and tone are back within the range of the ordinary, or have become the new level."
    heard = f"{volume.observed:.0f} voices in {_span(volume.buckets, bucket_seconds)}"
    heard += f" where {volume.expected:.0f} were expected"
    if not angry:
        return f"{heard}; no more negative than usual: a surge."
    negatives = f"{anger.observed:.0f} negative voices in {_span(anger.buckets, bucket_seconds)}"
    negatives += f" where {anger.expected:.0f} were expected"
    bitter = f"{tone.share:.0%} negative over {_span(tone.buckets, bucket_seconds)} where {tone.expected:.0%} is usual"
    told = ((anger.surprise, negatives), (tone.surprise, bitter), (volume.surprise, heard))
    ranked = sorted(told, key=lambda part: -part[0])
    return "; ".join([ranked[0][1], *(words for surprise, words in ranked[1:] if surprise >= HINT)]) + "."


def _span(buckets: int, bucket_seconds: int) -> str:
    minutes = buckets * bucket_seconds // 60
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"
