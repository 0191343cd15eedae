"""Everything about one brand that must survive a restart, and its encoding."""

from __future__ import annotations

import msgspec

from streams.core.correction import Correction
from streams.core.coverage import Mix
from streams.core.evidence import EvidenceState
from streams.core.ledger import LedgerState
from streams.core.packing import pack, require, unpack
from streams.core.sentinel import SentinelState
from streams.core.tallies import Mention

VERSION = 15


class BrandState(msgspec.Struct):
    """All that is kept of a brand, fixed in size but for the open buckets (`held`).

    `due` is the first bucket that is not closed (0 before the first mention), `heard` the last one with a mention,
    `rebaselines` the buckets at which the level is to be taken for the normal one, `rebased` the last of those done,
    `mix` where the brand is spoken of, `kept` where `due` stood when the state was last said to have changed,
    `correction` what was left out of it, `judged` what people said of which crises from which bucket on.
    """

    due: int
    held: dict[int, dict[int, Mention]]
    ledger: LedgerState
    sentinel: SentinelState
    evidence: EvidenceState
    heard: int = 0
    rebaselines: list[int] = msgspec.field(default_factory=list)
    rebased: int = 0
    mix: Mix = msgspec.field(default_factory=Mix)
    kept: int = 0
    correction: Correction = msgspec.field(default_factory=Correction)
    judged: list[tuple[str, int, bool]] = msgspec.field(default_factory=list)

    def dump(self, *, waits: bool) -> bytes:
        """Encode it as MessagePack, packed with its version; `waits` where nobody has to go on with it at once."""
        return pack(_encoder.encode(self), VERSION, waits=waits)

    @classmethod
    def load(cls, record: bytes, name: str) -> BrandState:
        """Give what `dump` gave.

        Raises
        ------
        ValueError
            The record is damaged or written by another version; the message begins with the `name`.
        """
        require(record, VERSION, name)
        return _decoder.decode(unpack(record))


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(BrandState)
