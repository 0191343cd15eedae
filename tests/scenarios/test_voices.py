"""Amplification alone pages nobody: neither edited copies, nor one loud author, nor reposts of one text. Voices do."""

from __future__ import annotations

from typing import Any

import pytest

from tests.scenarios.collector import RETRACTED
from tests.scenarios.story import Story, Write
from tests.scenarios.told import at, crises, delays, minutes_after, pages
from tests.scenarios.usual import complaint

COPY = "Zorzanka to skandal i wstyd, znalazłam mysz w sałatce i nikt nie chce ze mną rozmawiać od tygodnia, numer"


def same(number: int) -> dict[str, Any]:
    return {"text": "Zorzanka to skandal i wstyd, bojkot!", "author": f"bot{number}"}


def copied(number: int) -> dict[str, Any]:
    return {"text": f"{COPY} sprawy{number}", "author": f"bot{number}"}


def loud(number: int) -> dict[str, Any]:
    return {"text": complaint(number), "author": "one and the same"}


def reposted(number: int) -> dict[str, Any]:
    return {"text": f"RT @gwiazda: {COPY}", "author": f"fan{number}", "repost_of": "star", "reach": 500}


def starred(number: int) -> dict[str, Any]:
    """Say once what two million people read, and then as often as fans repeat it."""
    return {**reposted(number), **({"text": COPY, "author": "gwiazda", "reach": 2_000_000} if not number else {})}


def replied(number: int) -> dict[str, Any]:
    return {"text": complaint(number), "author": f"fan{number}", "reply_to": "star"}


def marked(number: int) -> dict[str, Any]:
    """Repost what nobody has seen, cut short somewhere, told by its mark alone."""
    return {"text": f"RT @ktos: {COPY[: 100 - number % 20]}…", "author": f"fan{number}"}


def twenty(number: int) -> dict[str, Any]:
    """Let twenty accounts write in turn, no two texts alike."""
    return {"text": complaint(number), "author": f"loud{number % 20}"}


@pytest.mark.parametrize("rate", [0.2, 2.0])
def test_one_text_five_hundred_times_is_no_crisis(rate: float) -> None:
    assert pages(Story(rate).flood(at(3, 20), 30, 500, same).tell()) == []


@pytest.mark.parametrize("write", [copied, loud, reposted, starred, marked])
def test_amplification_alone_pages_nobody(write: Write) -> None:
    assert pages(crises(Story(2.0).flood(at(3, 20), 25, 500, write).tell())) == []


def test_what_twenty_accounts_say_thirty_times_comes_to_what_they_say_once() -> None:
    """Twenty angry people within a minute may be a crisis; that they go on and on adds nothing to it."""
    told = [
        [(page.time, page.data.severity) for page in pages(crises(Story(2.0).flood(at(3, 20), *its, twenty).tell()))]
        for its in ((30, 600), (1, 20))
    ]
    assert told[0] == told[1]


def test_a_true_crisis_under_a_flood_of_copies_is_told_as_amplified_with_its_numbers() -> None:
    quiet, flooded = (Story(2.0).add(at(3, 20), 180, 10.0, 0.9) for _ in range(2))
    (page,), events = pages(quiet.tell()), flooded.flood(at(3, 20), 25, 500, copied).tell()
    (drowned,) = pages(events)
    assert abs(minutes_after(at(3, 20), page) - minutes_after(at(3, 20), drowned)) <= 10
    assert [page.data.independence, drowned.data.independence] == ["organic", "amplified"]
    assert page.data.crowd is not None
    assert page.data.crowd.repeated < 0.05
    crowd = max((event.data.crowd for event in events if event.data.crowd), key=lambda crowd: crowd.repeated)
    assert crowd.repeated >= 0.5
    assert crowd.largest_family is not None
    assert crowd.largest_family.posts >= 0.4 * crowd.posts
    assert (crowd.largest_family.excerpt or "").startswith("Zorzanka to skandal i wstyd")


@pytest.mark.parametrize("rate", [0.2, 2.0])
def test_what_a_star_says_is_a_crisis_once_a_hundred_people_answer_in_anger(rate: float) -> None:
    story = Story(rate).flood(at(3, 20), 2, 1, starred).flood(at(3, 20, 2), 30, 100, replied)
    assert [0 < delay <= 30 for delay in delays(at(3, 20), story.tell())] == [True]


def test_what_a_star_says_is_none_if_a_hundred_people_answer_as_ever() -> None:
    story = Story(2.0).flood(at(3, 20), 30, 500, starred).add(at(3, 20), 30, 100 / 30, 0.2)
    assert pages(story.tell()) == []


def test_bots_beside_a_crisis_do_not_hide_it() -> None:
    story = Story(2.0).flood(at(3, 14), 60, 1_000, copied).add(at(3, 14), 180, 8.0, 0.85)
    assert [0 < delay <= 20 for delay in delays(at(3, 14), story.tell())] == [True]


def test_posts_that_were_deleted_are_no_longer_shown_and_end_no_crisis() -> None:
    events = Story(2.0).add(at(3, 12), 240, 8.0, 0.85).retract(at(3, 12), at=at(3, 13)).tell()
    assert len(pages(events)) == 1
    shown = [
        (event.time, post.id)
        for event in events
        for post in (*event.data.first_posts, *event.data.telling_posts)
        if post.id.endswith(RETRACTED) and "2026-10-08T12" < post.created_at < "2026-10-08T13"
    ]
    assert shown
    assert all(time <= "2026-10-08T13:02" for time, _ in shown)
