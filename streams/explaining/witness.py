"""A sentinel that remembers one bucket, so that it can be asked about it afterwards."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from streams.core.crises import Severity
from streams.core.ledger import Voices
from streams.core.sentinel import Closed, Sentinel
from streams.core.settings import Detection
from streams.core.times import rfc3339

_encoder = msgspec.msgpack.Encoder()


class Minute(NamedTuple):
    """One bucket as the sentinel met it: its counts, what it made of them, and how it stood before (encoded)."""

    bucket: int
    voices: Voices
    coverage: float
    closed: Closed
    before: bytes
    life: tuple[str, str] | None


class Witness(Sentinel):
    """A sentinel that keeps what it makes of one bucket.

    Parameters
    ----------
    detection, brands, countries
        As for any sentinel.
    asked
        Start of the bucket, epoch seconds.
    """

    def __init__(self, detection: Detection, brands: int, countries: tuple[str, ...] | None, asked: int) -> None:
        super().__init__(detection, brands, countries)
        self.asked = asked
        self.minute: Minute | None = None
        self._brands, self._countries = brands, countries

    def twin(self) -> Sentinel:
        """Make a sentinel with the same settings, that has learned nothing yet."""
        return Sentinel(self.detection, self._brands, self._countries)

    def close(self, bucket: int, voices: Voices, coverage: float = 1.0) -> Closed:
        """Do what any sentinel does, and remember it if this is the bucket."""
        if bucket != self.asked:
            return super().close(bucket, voices, coverage)
        before = _encoder.encode(self.dump())
        closed = super().close(bucket, voices, coverage)
        life = (rfc3339(self.life.onset), Severity(self.life.severity).name.lower()) if self.life.is_open else None
        self.minute = Minute(bucket, voices, coverage, closed, before, life)
        return closed
