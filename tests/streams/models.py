"""A sentiment model for tests that says what the test wants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from detectors.errors import Error


class Said(NamedTuple):
    negative: float | None
    lang: str


class Keyword:
    """Negative is what says 'wstyd' or 'shame'; what is in German is not scored."""

    version = "keyword-1"
    errors: Mapping[str, Error] = {}

    def predict_many(self, texts: Sequence[str], langs: Sequence[str | None]) -> list[Said]:
        return [self._say(text.lower(), lang or "en") for text, lang in zip(texts, langs, strict=True)]

    @staticmethod
    def _say(text: str, lang: str) -> Said:
        if lang == "de":
            return Said(None, lang)
        return Said(0.9 if "wstyd" in text or "shame" in text else 0.1, lang)
