"""The report: self-contained, escaped, accessible, and true to what it was given."""

from __future__ import annotations

import math
import re
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest

from streams.core.crises import CrisisEvent, Interval, Severity, SeverityName
from streams.core.ledger import Voices
from streams.core.readings import Counted, Reading
from streams.report import Frame, render, write_report
from streams.told import Told
from tests.streams import made
from tests.streams.samples import silence

BEGIN = 1_760_000_400  # seconds, on the hour
HOSTILE = "<script>alert(1)</script>\"'><img src=https://evil.example/x onerror=alert(2)> {{ 7 * 7 }}"


def reading(minute: int, brand: str = "acme", crowd: int = 0) -> Reading:
    count = 4 + round(2 * math.sin(minute / 30)) + crowd
    return Reading(
        brand=brand,
        bucket=BEGIN + 60 * minute,
        mentions=count,
        negatives=crowd,
        voices=Interval(count, 4.0, 1.0, 9.0),
        hour=Interval(60.0 * count, 240.0, 100.0, 400.0, 60.0),
        negativity=Interval(crowd / count, 0.2, 0.05, 0.4, 60.0),
        volume_surprise=0.1,
        negativity_surprise=0.1,
        severity=Severity.CALM,
        counted=Counted(Voices(count, count, crowd)),
    )


def alarm(
    minute: int, severity: SeverityName = "warning", words: str = "Wstyd!", url: str | None = None
) -> CrisisEvent:
    return made.alarm("acme", BEGIN + 60 * minute, severity, onset=BEGIN + 60 * 400, words=words, url=url)


READINGS = [reading(minute, crowd=30 if minute >= 400 else 0) for minute in range(900)]


class Loads(HTMLParser):
    """Collect the elements of a page, and everything that a browser would fetch for it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.fetched: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            fetching = name in {"src", "srcset", "poster", "data", "xlink:href"} or (name == "href" and tag != "a")
            if fetching and not (value or "").startswith("#"):
                self.fetched.append(f"{tag} {name}={value}")
            if name.startswith("on"):
                self.fetched.append(f"{tag} {name}={value}")


def test_it_loads_nothing_and_runs_nothing() -> None:
    page = render(READINGS, [alarm(420)])
    loads = Loads(page)
    assert loads.fetched == []
    assert not {"script", "link", "iframe", "img", "object", "embed", "base"} & set(loads.tags)
    assert not re.search(r"@import|url\((?!#)", page)
    assert "default-src 'none'" in page


def test_words_of_posts_are_escaped_wherever_they_stand() -> None:
    told = [Told(name="x", title=HOSTILE, about=HOSTILE, brand="acme", start=BEGIN + 60.0, end=BEGIN + 120.0)]
    frame = Frame(names={"acme": HOSTILE}, told=told, note=HOSTILE)
    page = render(READINGS, [alarm(420, words=HOSTILE, url="javascript:alert(3)")], frame)
    loads = Loads(page)
    assert loads.fetched == []
    assert not {"script", "img"} & set(loads.tags)
    assert "javascript:" not in page
    assert "{{ 7 * 7 }}" in page  # nothing of it is taken for a template


def test_who_is_behind_a_crisis_stands_beside_it_where_it_is_known() -> None:
    page = render(READINGS, [alarm(420)])
    assert "Who is behind it, last 45 min: amplified" in page
    assert '<td>copies and reposts</td><td class="number strong">52%</td>' in page
    counted = alarm(420)
    counted = msgspec.structs.replace(counted, data=msgspec.structs.replace(counted.data, crowd=None))
    assert "Who is behind it" not in render(READINGS, [counted])


def test_a_post_links_to_where_it_can_be_read() -> None:
    page = render(READINGS, [alarm(420, url="https://social.example/1")])
    assert '<a href="https://social.example/1" rel="noopener noreferrer nofollow">' in page


def test_every_chart_tells_itself_to_those_who_cannot_see_it() -> None:
    page = render(READINGS, [alarm(420)])
    charts = re.findall(r"<svg [^>]*>", page)
    assert len(charts) == 4  # the crisis and the brand, wide and narrow
    assert all('role="img"' in chart and "viewBox" in chart for chart in charts)
    assert page.count("<desc>") == len(charts)
    assert "#0" not in "".join(re.findall(r"<svg.*?</svg>", page, re.DOTALL)).replace("url(#", "").replace("&#0", "")


def test_ids_are_unique_so_that_no_chart_is_clipped_by_another() -> None:
    clips = re.findall(
        r'<clipPath id="([^"]*)"', render([*READINGS, *(reading(m, "other") for m in range(900))], [alarm(420)])
    )
    assert len(clips) == len(set(clips))


def test_the_same_input_gives_the_same_bytes() -> None:
    assert render(READINGS, [alarm(420)]) == render(READINGS, [alarm(420)])


def test_the_headline_says_what_happened() -> None:
    zone = ZoneInfo("Europe/Warsaw")
    assert "<h1>No crisis.</h1>" in render(READINGS, [alarm(420, severity="notice")])
    assert "One crisis: Acme, Thursday 9 October, 18:00." in render(
        READINGS, [alarm(420)], Frame(names={"acme": "Acme"}, zone=zone)
    )


def test_told_events_are_judged_with_the_time_people_waited() -> None:
    crisis = Told(
        name="c",
        title="Trouble",
        about="",
        brand="acme",
        start=BEGIN + 24_000.0,
        end=BEGIN + 54_000.0,
        alarm_by=BEGIN + 27_600.0,
    )
    page = render(READINGS, [alarm(420)], Frame(told=[crisis], delay=60.0))
    assert "acme: the alarm came 21 minutes after the first post." in page
    assert "caught, 21 min" in page
    assert "acme: the crisis raised no alarm." in render(READINGS, [], Frame(told=[crisis]))


def test_a_notice_is_told_and_shown_as_no_crisis() -> None:
    page = render(READINGS, [alarm(420, severity="notice", words="Sale!")])
    assert "Surges that paged nobody" in page
    assert "Posts to read first" not in page


@pytest.mark.parametrize("minutes", [1, 3, 90])
def test_short_histories_make_a_report_too(minutes: int) -> None:
    assert "<svg" in render(READINGS[:minutes], [])


def test_a_long_history_stays_small(tmp_path: Path) -> None:
    brands = ["one", "two", "acme"]
    readings = [reading(minute, brand, minute % 97 // 96 * 40) for minute in range(0, 20_160, 2) for brand in brands]
    path = tmp_path / "report.html"
    write_report(path, readings, [alarm(12_000)])
    assert path.stat().st_size < 1_500_000


def test_times_in_which_a_source_was_not_heard_stand_in_the_report_and_are_no_crises() -> None:
    page = render(READINGS, [silence(), silence("closed")])
    assert "No crisis" in page
    assert "When larum did not hear" in page
    assert "mastodon is heard again" in page
    assert "When larum did not hear" not in render(READINGS, [alarm(405)])
