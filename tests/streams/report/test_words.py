"""Both catalogues of the reports say the same things."""

from __future__ import annotations

import string
from datetime import UTC

import pytest

from streams.report.words import LANGS, Entry, Words, catalogue


def gaps(entry: Entry) -> set[str]:
    texts = entry.values() if isinstance(entry, dict) else [entry]
    return {name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name}


def test_they_have_the_same_keys_and_gaps() -> None:
    polish, english = map(catalogue, LANGS)
    assert polish.keys() == english.keys()
    assert {key: gaps(entry) for key, entry in polish.items()} == {key: gaps(entry) for key, entry in english.items()}
    assert {key for key in polish if isinstance(polish[key], dict)} == {
        key for key in english if isinstance(english[key], dict)
    }


def test_what_counts_is_asked_for_by_its_number_and_nothing_else_is() -> None:
    words = Words("pl", UTC)
    with pytest.raises(KeyError, match="counts something"):
        words("unit.posts")
    with pytest.raises(KeyError, match="counts nothing"):
        words.count("and", 3)


@pytest.mark.parametrize(
    ("minutes", "polish"),
    [(0, "0 min"), (119, "119 min"), (125, "2 h 05 min"), (180, "3 h"), (2_880, "2 dni"), (7_200, "5 dni")],
)
def test_spans_are_short(minutes: float, polish: str) -> None:
    assert Words("pl", UTC).span(minutes).replace("\u00a0", " ") == polish


def test_times_have_the_names_of_their_language() -> None:
    at = 1767369600.0
    assert Words("pl", UTC).short(at) == "pt. 2 sty, 16:00"
    assert Words("en", UTC).short(at) == "Fri 2 Jan, 16:00"
    assert Words("en", UTC).date(at) == "Friday 2 January 2026, 16:00"
