"""From what the detectors found to what it means: which kinds of departure, and how severe."""

from __future__ import annotations

from typing import NamedTuple

from detectors.burst import Burst
from detectors.negativity import Tone
from streams.core.crises import Kind, Severity
from streams.core.settings import Detection

HINT = 1.3  # surprise at which a share is at least not below the ordinary (one in twenty)
MAJORITY = 0.5
CRITICAL_FACTOR = 4.0  # times the floor of negatives beyond the expected


class Findings(NamedTuple):
    """What the detectors of one brand found in one bucket.

    Of all voices (`volume`), of the negative ones (`anger`) and of their share (`tone`), each over its own clearest
    window; and of the share over the window of `anger` (`leaning`).
    """

    volume: Burst
    anger: Burst
    tone: Tone
    leaning: Tone

    @property
    def surprise(self) -> float:
        """The largest surprise of the three."""
        return max(self.volume.surprise, self.anger.surprise, self.tone.surprise)


class Verdict(NamedTuple):
    """What the findings mean."""

    severity: Severity
    kinds: list[Kind]


def judge(findings: Findings, detection: Detection, strictness: float = 1.0) -> Verdict:
    """Weigh the findings of one bucket.

    More voices than expected are a surge: a notice, since a sale or a hit looks like that. A crisis needs anger: a
    larger share of negatives than ordinary, or more negatives than expected of which the share says that they are no
    mere by-product of the surge. It is critical when both hold and the negatives beyond the expected are many.

    Parameters
    ----------
    findings
        Of one bucket.
    detection
        Threshold of surprise and floors on size.
    strictness
        Factor on threshold and floors; below 1 to ask whether an open crisis is still going on.

    Returns
    -------
    Verdict
        Monotone: more surprise or more negatives never lower the severity.
    """
    volume, anger, tone, leaning = findings
    threshold = detection.threshold * strictness
    floor = detection.min_negatives * strictness
    surge = volume.surprise >= threshold and volume.observed >= detection.min_voices * strictness
    bitter = tone.surprise >= threshold and tone.negatives - tone.expected * tone.mentions >= floor
    excess = anger.observed - anger.expected
    mostly = leaning.share >= MAJORITY
    angry = anger.surprise >= threshold and excess >= floor and (mostly or leaning.surprise >= HINT)
    kinds: list[Kind] = []
    if surge:
        kinds.append("volume")
    if bitter or angry:
        kinds.append("negativity")
    if angry and (bitter or mostly) and excess >= CRITICAL_FACTOR * floor:
        return Verdict(Severity.CRITICAL, kinds)
    if bitter or angry:
        return Verdict(Severity.WARNING, kinds)
    return Verdict(Severity.NOTICE if surge else Severity.CALM, kinds)
