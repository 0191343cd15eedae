"""Whatever a post holds, scoring and reading it is a bounded piece of work, and a score is a probability."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from re import _constants, _parser  # type: ignore[attr-defined]  # the parsed form of a pattern has no public door
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.sentiment import SentimentModel, language, tokens
from detectors.sentiment.harm import CAPACITY, HarmReader
from detectors.sentiment.tokens import MAX_CHARS, MAX_TOKENS, pieces, split

MOST_CALLS = 60_000  # of functions, for the most costly post: 256 words that were never seen
PARTS = {
    "words": "aqżw łopq xyzzy ", "hashtags": "#AaBb", "harm": "nie umarla zatrulem szpitalu po zjedzeniu smierc ze ",
    "brackets": "((:", "faces": ";-;^_^", "half faces": "-_", "entities": "&#x41;", "addresses": "http://a",
    "emoji": "😡", "joiners": "👩\u200d", "marks": "\u202eż\u200f", "accents": "e\u0301", "surrogates": "\ud800",
    "apostrophes": "n't", "handles": "a@b ", "letters that decompose": "\ufb2c", "control characters": "\x00\x1f",
}  # fmt: skip


def calls(work: Callable[[], object]) -> int:
    """Count the functions that are called, those of C included."""
    counted = 0

    def note(_: FrameType, event: str, __: Any) -> None:
        nonlocal counted
        counted += event in {"call", "c_call"}

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return counted


@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)
def test_a_longer_post_is_no_more_work_than_what_is_read_of_it(part: str) -> None:
    full, endless = part * (MAX_CHARS // len(part) + 1), part * (20 * MAX_CHARS // len(part))
    scored = [calls(lambda text=text: SentimentModel().predict_many([text], ["pl"])) for text in (full, endless)]  # type: ignore[misc]
    read = [calls(lambda text=text: HarmReader().read_many([text], ["und"])) for text in (full, endless)]  # type: ignore[misc]
    assert max(scored) <= MOST_CALLS
    assert max(read) <= MOST_CALLS
    assert scored[1] <= 1.1 * scored[0] + 100
    assert read[1] <= 1.1 * read[0] + 100


any_text = st.text(st.characters(), max_size=300) | st.builds(
    lambda part, times: part * times, st.sampled_from([*PARTS.values()]), st.integers(1, 3_000)
)
MODEL, READER = SentimentModel(), HarmReader()


@given(any_text, st.sampled_from(["pl", "en", "und", None]))
def test_a_score_is_a_probability_or_none_whatever_is_said(text: str, lang: str | None) -> None:
    (scored,) = MODEL.predict_many([text], [lang])
    assert scored.negative is None or 0.0 <= scored.negative <= 1.0
    READER.read_many([text], [scored.lang])
    assert len(split(text)) <= MAX_TOKENS
    assert sum(map(len, pieces(text))) <= 6 * MAX_CHARS


def test_what_is_remembered_of_pieces_is_bounded() -> None:
    reader = HarmReader()
    for start in range(0, 3 * CAPACITY, 250):
        reader.read_many([" ".join(f"{number}w" for number in range(start, start + 250))], ["pl"])
        assert len(reader._pieces) <= CAPACITY + 250


PATTERNS = [
    (module.__name__, name, pattern)
    for module in (tokens, language)
    for name, pattern in vars(module).items()
    if isinstance(pattern, re.Pattern)
]


@pytest.mark.parametrize(("module", "name", "pattern"), PATTERNS)
def test_no_pattern_repeats_a_repetition(module: str, name: str, pattern: re.Pattern[str]) -> None:
    """Where none does, a match of n characters takes at most about n squared steps, and n is bounded."""
    assert not _nested(_parser.parse(pattern.pattern), inside=False), f"{module}.{name}"


def test_the_check_of_patterns_finds_what_would_explode() -> None:
    assert _nested(_parser.parse(r"(a+)+b"), inside=False)
    assert not _nested(_parser.parse(r"a+b*(c|d){2}"), inside=False)


def _nested(parsed: Any, *, inside: bool) -> bool:
    """Whether an endless repetition stands inside another."""
    return any(_explodes(operator, value, inside=inside) for operator, value in parsed)


def _explodes(operator: Any, value: Any, *, inside: bool) -> bool:
    if operator in {_constants.MAX_REPEAT, _constants.MIN_REPEAT}:
        _, most, body = value
        endless = most == _constants.MAXREPEAT
        return (endless and inside) or _nested(body, inside=inside or endless)
    if operator is _constants.BRANCH:
        return any(_nested(one, inside=inside) for one in value[1])
    if operator in {_constants.SUBPATTERN, _constants.ASSERT, _constants.ASSERT_NOT}:
        return _nested(value[-1], inside=inside)
    return False
