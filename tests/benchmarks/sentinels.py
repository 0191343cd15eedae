"""The production sentinel of one brand, fed by counts alone."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from streams.core.crises import Severity
from streams.core.ledger import Voices
from streams.core.sentinel import Sentinel, SentinelState
from streams.core.settings import Detection

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(SentinelState)


class Seen(NamedTuple):
    """What closing a bucket came to.

    `severity` is the one at which a crisis opened with this bucket, or to which it was raised; calm for neither.
    `opened` tells the two apart, `page` is true once in a crisis: when it first wakes somebody. `surprise` is that of
    the volume, log10 of its return period in days, whatever the step.
    """

    severity: Severity
    opened: bool
    page: bool
    surprise: float
    kinds: tuple[str, ...]


class Watcher:
    """One brand's sentinel.

    Parameters
    ----------
    bucket_seconds
        Width of a bucket.
    pages, notices
        Budget a month over all brands; larum's default where not given.
    brands
        Among how many it is spent.
    """

    def __init__(
        self, bucket_seconds: int = 60, pages: float | None = None, notices: float | None = None, brands: int = 1
    ) -> None:
        given = {"false_pages_per_month": pages, "false_notices_per_month": notices}
        stated = {name: value for name, value in given.items() if value is not None}
        self.detection = Detection.model_validate({"bucket_seconds": bucket_seconds, **stated})
        self.sentinel = Sentinel(self.detection, brands, countries=())

    @property
    def is_open(self) -> bool:
        """Whether a crisis is open."""
        return self.sentinel.life.is_open

    def see(self, bucket: int, voices: int, negatives: int = 0, scored: int | None = None) -> Seen:
        """Close a bucket in which everything was heard."""
        before = self.sentinel.life.severity
        counts = Voices(all=voices, scored=voices if scored is None else scored, negative=negatives)
        closed = self.sentinel.close(bucket, counts)
        if closed.step == "closed":
            self.sentinel.rest()
        told = closed.step in {"opened", "raised"}
        severity = Severity(closed.verdict.severity) if told else Severity.CALM
        return Seen(
            severity=severity,
            opened=closed.step == "opened",
            page=severity >= Severity.WARNING > before,
            surprise=closed.findings.volume.surprise,
            kinds=tuple(closed.verdict.kinds),
        )

    def miss(self, bucket: int) -> None:
        """Close a bucket of which nothing is known."""
        self.sentinel.close(bucket, Voices(all=0, scored=0, negative=0), 0.0)

    def dump(self) -> bytes:
        """Encode what the sentinel has learned."""
        return _encoder.encode(self.sentinel.dump())

    def restore(self, state: bytes) -> None:
        """Go on from what `dump` gave."""
        self.sentinel.restore(_decoder.decode(state))
