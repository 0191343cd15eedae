"""A week's digest says what the logs say, and says where they say nothing."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest
from typer.testing import CliRunner

from detectors.sentiment import SentimentModel
from streams.cli import app
from streams.core.actions import Action
from streams.core.crises import CrisisEvent
from streams.core.readings import Reading
from streams.core.times import rfc3339
from streams.modelcard import model_card
from streams.report.digest import Digest, Notice, Silence
from streams.report.digesting import Logs, digest_of
from streams.report.digestpage import headline, lead, lines, render
from streams.report.heard import Bucket, Heard, from_store
from streams.report.weeks import Week, week_of
from streams.report.words import LANGS, Lang
from streams.storage import Store
from tests.streams import made
from tests.streams.cli.test_report import CONFIG
from tests.streams.core.mentions import MONDAY
from tests.streams.notify.made import crisis
from tests.streams.report.made import HOSTILE, MINUTE, SETTINGS, ZONE, seconds, words
from tests.streams.report.test_incident import Text, plain
from tests.streams.samples import silence
from tests.streams.test_journal import watching
from tests.streams.test_report import Loads

HOUR = 3_600.0
WEEK = week_of("2026-W02", ZONE, 0.0)


class Kept(NamedTuple):
    path: Path
    readings: list[Reading]
    events: list[CrisisEvent]

    @property
    def incident(self) -> CrisisEvent:
        return next(one for one in self.events if one.data.severity != "notice")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    folder = tmp_path_factory.mktemp("digest")
    (folder / "larum.toml").write_text(CONFIG)
    with watching(folder / "larum.sqlite", SETTINGS) as (_, going):
        readings = going(0, 500)
    with Store(folder / "larum.sqlite") as store:
        return Kept(folder / "larum.sqlite", readings, store.crises())


def digest(kept: Kept, *actions: Action, week: Week = WEEK, now: float = WEEK.end + 1, more: Any = ()) -> Digest:
    with Store(kept.path) as store:
        logs = Logs([*kept.events, *more], actions, from_store(SETTINGS, store, week))
    return digest_of(SETTINGS, week, logs, now)


def act(kept: Kept, minute: float, kind: Any, **what: Any) -> Action:
    at = seconds(kept.incident.time) + minute * MINUTE
    return Action(id=f"{kind}-{at}", incident=kept.incident.subject, kind=kind, at=at, by="Ola", **what)


def test_posts_are_those_that_were_counted_hour_by_hour(kept: Kept) -> None:
    told = digest(kept)
    [brand] = told.brands
    within = [one for one in kept.readings if WEEK.start <= one.bucket < WEEK.end]
    assert brand.mentions == sum(one.mentions for one in within) > 1_000
    assert (brand.voices, brand.negatives) == (
        sum(one.counted.voices.all for one in within), sum(one.negatives for one in within)
    )  # fmt: skip
    for at, hour in enumerate(brand.hours):
        start = WEEK.start + at * HOUR
        its = [one.mentions for one in within if start <= one.bucket < start + HOUR]
        assert hour == (sum(its) if its else None)
    assert brand.coverage == 1.0
    assert brand.before is None


def test_what_is_not_recorded_is_said_to_be_unknown(kept: Kept) -> None:
    told = digest(kept)
    assert told.recorded == pytest.approx(42 / 168, abs=0.01)
    assert "Only 25% of its hours are recorded" in " ".join(lead(told, words("en")))
    later = digest(kept, week=week_of("2026-W09", ZONE, 0.0), now=MONDAY + 90 * 86_400.0)
    assert later.recorded is None
    assert [one.coverage for one in later.brands] == [None]
    assert "Nothing is recorded" in " ".join(lead(later, words("en")))
    assert "quiet" in headline(later, words("en"))


def test_a_week_that_goes_on_is_told_as_of_now(kept: Kept) -> None:
    now = MONDAY + 20 * HOUR
    told = digest(kept, now=now)
    assert "not over" in " ".join(lead(told, words("en")))
    assert told.incidents == []  # it came later
    assert told.week_cost.days == pytest.approx((now - WEEK.start) / 86_400)


def test_incidents_stand_with_how_quickly_they_were_answered(kept: Kept) -> None:
    told = digest(kept, act(kept, 4, "acknowledged"), act(kept, 100, "stated"), act(kept, 300, "resolved"))
    [one] = told.incidents
    assert (one.acknowledge_minutes, one.acknowledge_late) == (4.0, False)
    assert (one.word_minutes, one.word_late, one.close_minutes) == (100.0, True, 300.0)
    assert told.brands[0].alarms == [one.alarm] == [seconds(kept.incident.time)]
    assert "It was not answered in time." in lead(told, words("en"))
    quick = digest(kept, act(kept, 4, "acknowledged"), act(kept, 20, "stated"))
    assert "It was answered in time." in lead(quick, words("en"))


def test_false_alarms_are_those_that_somebody_called_so_beside_what_is_borne(kept: Kept) -> None:
    assert digest(kept).week_cost.stated.false == 0
    told = digest(kept, act(kept, 9, "resolved", false_alarm=True))
    assert (told.week_cost.pages, told.week_cost.stated.false) == (1, 1)
    assert told.week_cost.stated.borne == pytest.approx(SETTINGS.detection.false_pages_per_month * 7 / 30.44, abs=0.005)
    assert told.month_cost.stated.borne == pytest.approx(
        SETTINGS.detection.false_pages_per_month * 30 / 30.44, abs=0.006
    )
    assert "false" in headline(told, words("en"))
    assert told.week_cost.stated.most == 5.57  # Garwood's upper end for one
    assert "too few to say whether the budget is kept" in str(Text(render(told, words("en"))))


def test_silences_and_notices_of_the_week_are_told_and_no_others(kept: Kept) -> None:
    at = int(WEEK.start + 10 * HOUR)
    surge = made.alarm("orlen", at, "notice", onset=at - 600)
    old = made.alarm("orlen", at - 30 * 86_400, "notice", onset=at - 30 * 86_400 - 600)
    quiet, heard = silence(), silence("closed")
    week = week_of(None, ZONE, seconds(quiet.time) + 7 * 86_400)
    told = digest(kept, more=[surge, old])
    assert [one.at for one in told.notices if one.at == at] == [at]
    assert all(WEEK.start <= one.at < WEEK.end for one in told.notices)
    [one] = digest(kept, week=week, now=week.end, more=[quiet, heard]).silences
    assert one.source == quiet.data.silent_source
    assert one.hours == pytest.approx((seconds(heard.time) - seconds(quiet.data.onset)) / HOUR)
    [still] = digest(kept, week=week, now=week.end, more=[quiet]).silences
    assert still.end is None
    assert still.hours == pytest.approx((week.end - seconds(quiet.data.onset)) / HOUR)


def test_hours_that_were_not_heard_add_up() -> None:
    heard = Heard(WEEK, 300)
    for number in range(24):
        heard.add(Bucket(int(WEEK.start) + 300 * number, 5, 5, 1, 0.25 if number < 12 else 1.0))
        heard.add(Bucket(int(WEEK.start) + 300 * number, 5, 5, 1, 0.25))  # again, after a crash
    assert heard.mentions == 120
    assert heard.deaf_hours == pytest.approx(0.75)
    assert heard.coverage == pytest.approx(0.625)


def test_the_week_before_is_compared_with_only_where_it_is_recorded() -> None:
    heard = Heard(WEEK, 3_600)
    for hour in range(168):
        heard.add(Bucket(int(WEEK.start) - 604_800 + 3_600 * hour, 2, 2, 0, 1.0))
    assert (heard.knows_before, heard.before) == (True, 336)
    assert not Heard(WEEK, 3_600).knows_before


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_loads_nothing_and_says_what_the_digest_says(kept: Kept, lang: Lang) -> None:
    told = digest(kept, act(kept, 4, "acknowledged"), act(kept, 100, "stated"))
    hostile = msgspec.structs.replace(
        told,
        brands=[msgspec.structs.replace(told.brands[0], name=HOSTILE)],
        incidents=[msgspec.structs.replace(told.incidents[0], name=HOSTILE)],
        model=model_card(SentimentModel(), []),
    )
    page = render(hostile, words(lang))
    loads = Loads(page)
    assert loads.fetched == []
    assert not {"script", "img", "link"} & set(loads.tags)
    assert "{{ 7 * 7 }}" in page
    said, w = str(Text(page)), words(lang)
    assert plain(w.number(told.brands[0].mentions)) in said
    assert plain(w.span(100)) in said
    assert w("digest_model.untaught") in said
    assert page.count("<svg") == len(told.brands)


def test_no_word_of_the_page_is_of_the_other_language(kept: Kept) -> None:
    told = digest(kept, act(kept, 4, "acknowledged"))
    told = msgspec.structs.replace(
        told,
        silences=[Silence(source="mastodon", start=WEEK.start, end=None, hours=168.0)],
        notices=[Notice(brand="orlen", name="Orlen", at=WEEK.start, kinds=["volume", "smoulder"])],
        model=model_card(SentimentModel(), []),
    )
    polish, english = (Text(render(told, words(lang))).said for lang in LANGS)
    alike = {word.lower() for text in set(polish) & set(english) for word in re.findall(r"[A-Za-zà-ž]{4,}", text)}
    assert alike <= {"larum", "alarm", "orlen", "mastodon", *re.findall(r"[a-z]{4,}", kept.incident.subject)}


def test_very_many_brands_stay_one_page(kept: Kept) -> None:
    told = digest(kept)
    one = msgspec.structs.replace(told.brands[0], alarms=[])
    many = [msgspec.structs.replace(one, name=f"B{number}", mentions=number) for number in range(1_000)]
    page = render(msgspec.structs.replace(told, brands=many[::-1]), words("en"))
    assert page.count("<svg") == 40
    assert "959 more brands are not shown" in page
    assert "Nobody spoke of 1 brand." in page
    assert len(page) < 500_000


@pytest.mark.parametrize("lang", LANGS)
def test_for_a_terminal_it_is_a_few_lines(kept: Kept, lang: Lang) -> None:
    told = digest(kept, act(kept, 4, "acknowledged"))
    hostile = msgspec.structs.replace(
        told, incidents=[msgspec.structs.replace(told.incidents[0], name="Or\x1b[31mlen\n")]
    )
    said = list(lines(hostile, words(lang)))
    assert len(said) < 15
    assert not any(character in line for line in said for character in "\x1b\n")
    assert words(lang).span(4) in "".join(said)


def larum(kept: Kept, *options: str) -> Any:
    paths = "--config", str(kept.path.parent / "larum.toml"), "--state", str(kept.path)
    return CliRunner().invoke(app, ["digest", *options, *paths])


@pytest.mark.parametrize("options", [("2026-W02",), ("--week", "2026-W02")])
def test_the_command_prints_lines_data_or_a_page(kept: Kept, tmp_path: Path, options: tuple[str, ...]) -> None:
    assert "2026\u2011W02" in larum(kept, *options).stdout
    document = json.loads(larum(kept, *options, "--json").stdout)
    assert document["brands"][0]["mentions"] == digest(kept).brands[0].mentions
    assert document["model"]["labels"] == 0
    out = tmp_path / "week.html"
    assert larum(kept, *options, "--out", str(out), "--lang", "en").exit_code == 0
    assert "<h1>Week 2026\u2011W02: 1 alarm</h1>" in out.read_text()


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (("yesterday",), "'yesterday' is no week; one looks like 2026-W41"),
        (("2026-W60",), "there is no week 2026-W60"),
        (("2999-W02",), "the week 2999-W02 has not begun"),
        (("2026-W02", "--pdf"), "--pdf needs --out"),
    ],
)
def test_what_is_in_the_way_is_told_in_one_sentence(kept: Kept, options: tuple[str, ...], complaint: str) -> None:
    result = larum(kept, *options)
    assert result.exit_code == 2
    assert complaint in " ".join(result.stderr.split())
    assert larum(kept, "--week").exit_code == 0


def test_an_alarm_at_midnight_of_monday_is_of_one_week_and_its_cost_too(kept: Kept) -> None:
    event = crisis(brand="orlen", onset=int(WEEK.end) - 60)
    alarm = msgspec.structs.replace(event, time=rfc3339(WEEK.end))
    logs = Logs([alarm], [Action(id="1", incident=alarm.subject, kind="resolved", at=WEEK.end + 60, by="Ola")], {})
    for week, count in ((WEEK, 0), (week_of("2026-W03", ZONE, 0.0), 1)):
        told = digest_of(SETTINGS, week, logs, WEEK.end + 8 * 86_400.0)
        assert len(told.incidents) == told.week_cost.stated.real == count
