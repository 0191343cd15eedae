"""Put a step of a crisis into words and numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from detectors.burst import Burst
from detectors.tone import Tone
from streams.core.crises import (
    CrisisData,
    CrisisEvent,
    Crowd,
    HarmTold,
    Interval,
    Severity,
    SeverityName,
    Step,
    event,
)
from streams.core.crowd import independence
from streams.core.evidence import Evidence
from streams.core.judgement import Findings
from streams.core.life import Life
from streams.core.times import rfc3339

_names: dict[int, SeverityName] = {
    Severity.NOTICE: "notice",
    Severity.WARNING: "warning",
    Severity.CRITICAL: "critical",
}


WORTH_TELLING = 0.0  # a return period of a day


class Facts(NamedTuple):
    """What a telling needs beside the findings.

    `at` is the event time of the step, the end of its last bucket; `mentions` are rolling counts; `crowd` is who is
    behind the posts since the onset, or of the last hour; `harm` is which harm they speak of; `sampled` is which part
    of the posts was counted of late.
    """

    brand: str
    model: str
    at: int
    bucket_seconds: int
    mentions: dict[str, int]
    crowd: Crowd | None
    harm: HarmTold | None = None
    sampled: float = 1.0


def tell(step: Step, life: Life, findings: Findings, facts: Facts, evidence: Evidence) -> CrisisEvent:
    """Make the event of one step."""
    angry = life.severity >= Severity.WARNING
    end = facts.at
    data = CrisisData(
        brand=facts.brand,
        severity=_names[life.severity],
        kinds=list(life.kinds),
        onset=rfc3339(life.onset),
        detected_at=rfc3339(life.opened + facts.bucket_seconds),
        time=rfc3339(facts.at),
        voices=count(findings.volume, end),
        negatives=count(worse(findings), end),
        negativity=share(findings.tone, end),
        mentions=facts.mentions,
        independence=independence(facts.crowd),
        crowd=facts.crowd,
        harm=facts.harm,
        terms=evidence.terms(life.onset, angry=angry),
        first_posts=evidence.first_posts(),
        telling_posts=evidence.telling_posts(life.onset, angry=angry),
        model=facts.model,
        reason="Somebody said that it was a false alarm."
        if step == "closed" and life.excused_at
        else _again(life, end)
        + reason(step, findings, end, angry=angry, harms=[*facts.harm.kinds] if facts.harm else []),
        sampled=round(facts.sampled, 4) if facts.sampled < 1.0 else None,
        wave=life.wave if life.wave > 1 else None,
    )
    return event(step, life.number, life.onset, facts.at, data)


def count(burst: Burst, end: float) -> Interval:
    """Turn a finding about counts until `end` (epoch seconds) into an interval."""
    observed, expected, lower, upper = (round(v, 2) for v in (burst.observed, burst.expected, *burst.ordinary))
    return Interval(observed, expected, lower, upper, (end - burst.since) / 60.0)


def share(tone: Tone, end: float) -> Interval:
    """Turn a finding about shares until `end` into an interval."""
    observed, expected, lower, upper = (round(v, 4) for v in (tone.share, tone.expected, *tone.ordinary))
    return Interval(observed, expected, lower, upper, (end - tone.since) / 60.0)


def worse(findings: Findings) -> Burst:
    """Give the finding about negatives that says more: of minutes and hours, or of days."""
    return max(findings.anger, findings.smoulder, key=lambda burst: burst.surprise)


def reason(step: Step, findings: Findings, end: float, *, angry: bool, harms: Sequence[str] = ()) -> str:
    """Say in one sentence what was seen and what was expected, the most surprising first, the ordinary left out.

    `harms` are the kinds of harm that are spoken of.
    """
    volume, anger, tone, harm = findings.volume, worse(findings), findings.tone, findings.harm
    if step == "closed":
        return "Volume and tone are back within the range of the ordinary, or have become the new level."
    heard = f"{volume.observed:.0f} voices in {_span(end - volume.since)}"
    heard += f" where {volume.expected:.0f} were expected"
    if not angry:
        return f"{heard}; no more negative than usual: a surge."
    negatives = f"{anger.observed:.0f} negative voices in {_span(end - anger.since)}"
    negatives += f" where {anger.expected:.0f} were expected"
    low, high = tone.likely
    bitter = f"{tone.share:.0%} negative ({low:.0%} to {high:.0%}) over {_span(end - tone.since)}"
    bitter += f" where {tone.expected:.0%} is usual"
    harmed = f"{harm.observed:.0f} voices speak of harm ({', '.join(harms)}) in {_span(end - harm.since)}"
    harmed += f" where {harm.expected:.0f} were expected"
    told = ((anger.surprise, negatives), (tone.surprise, bitter), (volume.surprise, heard), (harm.surprise, harmed))
    ranked = sorted(told, key=lambda part: -part[0])
    return "; ".join([ranked[0][1], *(words for surprise, words in ranked[1:] if surprise > WORTH_TELLING)]) + "."


def _again(life: Life, end: float) -> str:
    """Say in one sentence what makes another wave, where one begins with this step."""
    if life.rise is None:
        return ""
    since, observed, expected = life.rise
    return (
        f"Wave {life.wave}: it had fallen below half of its peak, and rises again, {observed:.0f} negative voices in "
        f"{_span(end - since)} where {expected:.0f} were left to be expected. "
    )


def _span(seconds: float) -> str:
    minutes = round(seconds / 60)
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 2_880 else f"{minutes // 1_440} days"
