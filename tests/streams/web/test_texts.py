"""The words of the pages: both catalogues say the same things, and the pages ask for nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Formatter
from zoneinfo import ZoneInfo

import pytest

from streams.core.actions import STEPS
from streams.report import words
from streams.report.words import FORMS, LANGS, Entry, Lang
from streams.web.texts import Texts

STREAMS = Path(__file__).parents[3] / "streams"
SOURCES = [*(STREAMS / "templates" / "web").rglob("*.j2"), *(STREAMS / "web").glob("*.py")]
ASKED = re.compile(r"\b(?:t|self)(?:\.count)?\(\s*f?(['\"])([a-z_]+\.[\w.{}()' \[\]~]*?)\1(\s*~)?")
NAMED = re.compile(r"\bt\.named\(['\"](\w+)['\"]")
NOW = 1_767_369_600.0  # Friday 2 January 2026, 17:00 in Warsaw


def catalogue(lang: Lang) -> Mapping[str, Entry]:
    return words.catalogue(lang, Texts.package)


def gaps(key: str, lang: Lang) -> list[set[str]]:
    entry = catalogue(lang)[key]
    texts = [entry] if isinstance(entry, str) else [entry[form] for form in FORMS[lang]]
    return [{name for _, name, _, _ in Formatter().parse(text) if name} for text in texts]


def asked() -> Iterator[str]:
    """Give the keys that pages ask for, each up to where it is put together."""
    for source in SOURCES:
        for _, key, more in ASKED.findall(source.read_text(encoding="utf-8")):
            yield key.partition("{")[0] + ("*" if more or "{" in key else "")
        yield from (f"{group}.*" for group in NAMED.findall(source.read_text(encoding="utf-8")))


def test_both_catalogues_have_the_same_keys_and_gaps() -> None:
    assert list(catalogue("pl")) == list(catalogue("en"))
    for key in catalogue("pl"):
        every = [*gaps(key, "pl"), *gaps(key, "en")]
        assert all(one == every[0] for one in every), key


def test_pages_ask_for_what_there_is_and_for_all_of_it() -> None:
    keys, wanted = set(catalogue("en")), set(asked())
    whole = {key for key in wanted if not key.endswith("*")}
    begun = tuple(key[:-1] for key in wanted if key.endswith("*"))
    assert whole <= keys
    for beginning in begun:
        assert any(key.startswith(beginning) for key in keys), beginning
    unasked = {key for key in keys - whole if not key.startswith(begun)}
    assert not unasked


def test_no_text_is_empty_and_none_is_left_in_the_other_language() -> None:
    alike = {key for key in catalogue("en") if catalogue("en")[key] == catalogue("pl")[key]}
    for lang in LANGS:
        for entry in catalogue(lang).values():
            assert all([entry] if isinstance(entry, str) else entry.values())
    assert alike <= {
        "said.harm", "seen.alarm", "log.step", "log.step_of", "log.opened", "log.link_label", "incident.title",
        "frame.role_admin",
    }  # fmt: skip


def test_every_step_and_state_has_its_words() -> None:
    for step in STEPS:
        assert {f"steps.{step}", f"steps.{step}_what"} <= set(catalogue("pl"))


@pytest.mark.parametrize(
    ("seconds", "pl", "en"),
    [
        (0, "17:00", "17:00"),
        (-86_400, "czw. 17:00", "Thu 17:00"),
        (-10 * 86_400, "wt. 23 gru 2025, 17:00", "Tue 23 Dec 2025, 17:00"),
        (30 * 86_400, "niedz. 1 lut, 17:00", "Sun 1 Feb, 17:00"),
    ],
)
def test_a_moment_is_told_as_shortly_as_it_is_clear(seconds: int, pl: str, en: str) -> None:
    for lang, told in zip(LANGS, (pl, en), strict=True):
        assert Texts(lang, ZoneInfo("Europe/Warsaw"), NOW).when(NOW + seconds) == told


def test_what_is_due_counts_down_and_then_says_how_late_it_is() -> None:
    texts = Texts("pl", ZoneInfo("Europe/Warsaw"), NOW)
    told = [texts.left(NOW + 60 * minutes).replace("\u00a0", " ") for minutes in (0.2, 12, 150, -3, -3_000)]
    assert told == ["za 1 min", "za 12 min", "za 2,5 h", "3 min po terminie", "2 dni po terminie"]


def test_a_key_that_counts_wants_a_number_and_others_want_none() -> None:
    texts = Texts("en", ZoneInfo("UTC"), NOW)
    with pytest.raises(KeyError, match="ask for its number"):
        texts("unit.voices")
    with pytest.raises(KeyError, match="counts nothing"):
        texts.count("frame.skip", 3)


def test_what_another_version_made_up_is_told_by_its_name() -> None:
    texts = Texts("pl", ZoneInfo("UTC"), NOW)
    assert (texts.named("harm", "fire"), texts.named("harm", "flood")) == ("pożar lub wybuch", "flood")


def test_what_is_counted_is_whole_for_its_words_have_forms_of_whole_numbers() -> None:
    polish, english = (Texts(lang, ZoneInfo("Europe/Warsaw"), NOW) for lang in ("pl", "en"))
    assert [polish.count("unit.voices", n) for n in (1.4, 2.4, 4.6)] == ["1 głos", "2 głosy", "5 głosów"]
    assert english.count("unit.voices", 1.4) == "1 voice"
