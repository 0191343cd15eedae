"""The page of an incident: self-contained, escaped, whole in both languages, and true to its account."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import get_args

import msgspec
import pytest

from streams.core.aftermath import State
from streams.core.incident import Incident
from streams.report.account import Asked, Question
from streams.report.accounting import Case, account_of
from streams.report.incident import figures, render
from streams.report.words import LANGS, Lang
from streams.response.course import by_events
from tests.streams.report.made import DUTIES, HOSTILE, MINUTE, Watched, told, words
from tests.streams.test_report import Loads

NO_CHART = by_events("orlen", [])  # to draw them takes most of the time


class Text(HTMLParser):
    """What a person reads of a page, without its charts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self._silent = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in {"style", "svg"}

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in {"style", "svg"}

    def handle_data(self, data: str) -> None:
        if not self._silent and data.strip():
            self.said.append(plain(data))

    def __str__(self) -> str:
        return " ".join(self.said)


def plain(text: str) -> str:
    """Put one plain space where there is any."""
    return " ".join(text.split())


def acted(watched: Watched) -> None:
    """Do something of every kind, in words that want to be more than words."""
    watched.act(4, "acknowledged", by=HOSTILE, text=HOSTILE)
    watched.act(9, "assessed", text="Glass in one batch", link="https://lab.example/1")
    watched.act(20, "step", step="counteract", status="planned", owner=HOSTILE)
    watched.act(25, "step", step="counteract", status="done", text=HOSTILE, link="https://orlen.example/<script>")
    watched.act(26, "step", step="admit", status="planned")
    watched.act(27, "step", step="improve", status="not needed")
    watched.act(30, "stated", text=HOSTILE, link="https://social.example/1", next_minutes=60)
    watched.act(120, "stated", text="Recalled")
    watched.act(200, "resolved", text="Calm")
    watched.act(210, "reopened")
    watched.act(211, "merged", into="c0ffee")
    watched.act(212, "split")
    watched.act(300, "resolved", text="Calm at last")


def page(watched: Watched, lang: Lang, name: str = "Orlen") -> str:
    case, account = told(watched.path, watched.id, watched.alarm + 400 * MINUTE)
    return render(msgspec.structs.replace(account, name=name), case.course, words(lang))


@pytest.mark.parametrize("lang", LANGS)
def test_it_loads_nothing_and_runs_nothing_whatever_people_wrote(watched: Watched, lang: Lang) -> None:
    acted(watched)
    made = page(watched, lang, HOSTILE)
    loads = Loads(made)
    assert loads.fetched == []
    assert not {"script", "link", "iframe", "img", "object", "embed", "base", "form"} & set(loads.tags)
    assert not re.search(r"@import|url\((?!#)", made)
    assert "default-src 'none'" in made
    assert f'<html lang="{lang}">' in made
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in made
    assert "{{ 7 * 7 }}" in made  # nothing of it is taken for a template


def test_posts_and_links_of_other_kinds_are_no_links(watched: Watched) -> None:
    case, account = told(watched.path, watched.id, watched.alarm + 60)
    post = msgspec.structs.replace(account.first_posts[0], excerpt=HOSTILE, url="javascript:alert(1)")
    safe = msgspec.structs.replace(post, url="https://social.example/2")
    made = render(msgspec.structs.replace(account, first_posts=[post], telling_posts=[safe]), case.course, words("en"))
    assert "javascript:" not in made
    assert '<a href="https://social.example/2" rel="noopener noreferrer nofollow">' in made


@pytest.mark.parametrize("lang", LANGS)
def test_it_says_what_the_account_says(watched: Watched, lang: Lang) -> None:
    acted(watched)
    _, account = told(watched.path, watched.id, watched.alarm + 400 * MINUTE)
    made, w = page(watched, lang), words(lang)
    said = str(Text(made))
    for one in account.answers:
        assert one.at is None or w.short(one.at, "%a %H:%M") in said
    assert [one.value for one in figures(account, w)] == [
        w.span(account.detect_minutes), w.span(4), w.span(30), w.span(300)
    ]  # fmt: skip
    assert account.peak is not None
    assert account.counted is not None
    assert plain(w.count("unit.voices", account.peak.voices.observed)) in said
    assert plain(w.count("unit.posts", account.counted.mentions)) in said
    assert w("words.broken") in said
    assert made.count('<li class="stated">') == 2
    for text in ("Glass in one batch", "Recalled", "Calm at last", account.id, account.model):
        assert text in said


def test_a_polish_page_has_no_english_in_it_and_an_english_one_no_polish(watched: Watched) -> None:
    acted(watched)
    polish, english = (Text(page(watched, lang)).said for lang in LANGS)
    alike = set(polish) & set(english)
    words_alike = {word.lower() for text in alike for word in re.findall(r"[A-Za-zà-ž]{4,}", text)}
    of_people = {word.lower() for word in re.findall(r"[A-Za-z]{4,}", HOSTILE)}
    excerpts = {word.lower() for text in alike if "Orlen" in text for word in re.findall(r"[A-Za-z]{4,}", text)}
    known = {"larum", "alarm", "orlen", "glass", "batch", "recalled", "calm", "last", watched.id, "europe", "warsaw"}
    assert words_alike - of_people - excerpts - known - set(re.findall(r"[a-z]{4,}", watched.id)) <= {"keyword"}


@pytest.mark.parametrize("lang", LANGS)
def test_every_question_can_be_asked_in_both_languages(watched: Watched, lang: Lang) -> None:
    _, account = told(watched.path, watched.id, watched.alarm + 400 * MINUTE)
    every = [
        Question(name=name, minutes=90.0, number=3, steps=["admit", "repair"], harms=["injury", "leak"])
        for name in get_args(Asked)
    ]
    made = str(Text(render(msgspec.structs.replace(account, questions=every), NO_CHART, words(lang))))
    assert made.count("?") >= len(every)
    assert plain(words(lang).span(90.0)) in made


def test_lessons_take_the_place_of_questions(watched: Watched) -> None:
    watched.act(300, "resolved")
    assert "Questions for the review" in page(watched, "en")
    watched.act(310, "reviewed", text="Call the lab first")
    made = page(watched, "en")
    assert "Questions for the review" not in made
    assert "Call the lab first" in made


def test_where_only_events_are_known_it_says_so_and_claims_no_more(watched: Watched) -> None:
    case, account = told(watched.path, watched.id, watched.alarm + 400 * MINUTE)
    course = by_events(case.incident.brand, case.events)
    bare = msgspec.structs.replace(account, source="events", peak=None, counted=None)
    made = render(bare, course, words("en"))
    assert "Neither journal nor counts reach back so far" in made
    assert "Voices in the last hour" not in made
    assert "It is not recorded where the posts were written." in made


def test_a_crisis_of_which_the_beginning_is_lost_is_told_from_what_is_left(watched: Watched) -> None:
    case, _ = told(watched.path, watched.id, watched.alarm + 400 * MINUTE)
    rest = [one for one in case.events if one.step == "updated"]
    left = Case(case.incident, rest, by_events(case.incident.brand, rest))
    account = account_of(left, DUTIES, "Orlen", watched.alarm + 400 * MINUTE)
    assert account.first_post is None or account.first_posts
    made = str(Text(render(account, left.course, words("en"))))
    assert plain(words("en").count("unit.voices", rest[-1].data.voices.observed)) in made


@pytest.mark.parametrize("lang", LANGS)
def test_charts_speak_the_language_of_the_page_and_tell_themselves(watched: Watched, lang: Lang) -> None:
    watched.act(30, "stated")
    made = page(watched, lang)
    charts = re.findall(r"<svg .*?</svg>", made, re.DOTALL)
    assert len(charts) == 2
    for chart in charts:
        assert "<desc>" in chart
        assert words(lang)("chart.volume") in chart
        assert words(lang)("chart.first_word") in chart
        assert not re.search(r"#0\d0\d0\d", chart)


def test_the_same_incident_gives_the_same_bytes(watched: Watched) -> None:
    assert page(watched, "pl") == page(watched, "pl")


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("state", get_args(State))
@pytest.mark.parametrize("most", [None, 9.0])
def test_every_way_to_recover_can_be_told(watched: Watched, lang: Lang, state: State, most: float | None) -> None:
    _, account = told(watched.path, watched.id, watched.alarm + 400 * MINUTE)
    assert account.recovery is not None
    one = msgspec.structs.replace(
        account.recovery, state=state, half_life=3.0, half_life_lower=1.5, half_life_upper=most, share=None
    )
    said = str(Text(render(msgspec.structs.replace(account, recovery=one), NO_CHART, words(lang))))
    w = words(lang)
    assert w(f"recovery.{state.replace(' ', '_')}") in said
    assert (plain(w.span(90)) in said) == (state == "recovering")
    assert (plain(w.span(540)) in said) == (state == "recovering" and most is not None)


@pytest.mark.parametrize("lang", LANGS)
def test_it_is_held_beside_the_incidents_before_it(watched: Watched, lang: Lang) -> None:
    watched.act(5, "acknowledged")
    case, alone = told(watched.path, watched.id, watched.alarm + 400 * MINUTE)
    w = words(lang)
    assert alone.beside == []
    assert w("beside.title") not in render(alone, NO_CHART, w)
    first = watched.events[0]
    small = msgspec.structs.replace(first.data, brand="zabka", mentions=dict.fromkeys(first.data.mentions, 7))
    older = msgspec.structs.replace(first, id="older-0", subject="older", time="2026-01-03T10:00:00Z", data=small)
    account = account_of(
        case._replace(known=[*case.known, Incident(older)]), DUTIES, "Orlen", watched.alarm + 400 * MINUTE
    )
    posts = next(one for one in account.beside if one.measure == "posts")
    assert (posts.value, posts.every.above, posts.every.of, posts.brand.of) == (
        max(one.data.mentions["1h"] for one in watched.events), 1, 1, 0
    )  # fmt: skip
    said = str(Text(render(account, NO_CHART, w)))
    assert plain(w("beside.rank", above=1, of=1, median=w.number(7))) in said
