"""A model for tests that notes what it is taught."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from detectors.errors import Error
from detectors.sentiment.performance import Performance
from tests.streams.models import Keyword, Said


class Scribe:
    """Notes what it learns, in order."""

    threshold = 0.5
    errors: Mapping[str, Error] = {}
    performance: Mapping[str, Performance] = {}

    def __init__(self) -> None:
        self.learned: list[tuple[str, bool]] = []

    @property
    def version(self) -> str:
        return f"scribe-{len(self.learned)}"

    def predict_many(self, texts: Sequence[str], langs: Sequence[str | None]) -> list[Said]:
        return Keyword().predict_many(texts, langs)

    def trust(self, lang: str, /) -> float:
        return 0.5

    def drifts(self, lang: str, /) -> int:
        return 0

    def learn_many(self, texts: Sequence[str], negatives: Sequence[bool], langs: Sequence[str | None], /) -> None:
        self.learned += zip(texts, negatives, strict=True)

    def to_bytes(self) -> bytes:
        return json.dumps(self.learned).encode()

    @classmethod
    def from_bytes(cls, data: bytes, /) -> Scribe:
        scribe = cls()
        scribe.learned = [(text, negative) for text, negative in json.loads(data)]
        return scribe

    def clone(self) -> Scribe:
        return Scribe()
