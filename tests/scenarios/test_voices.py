"""Amplification alone pages nobody: neither edited copies, nor a few loud accounts, nor reposts of one angry post."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest

from streams.core.crises import CrisisEvent
from streams.core.pipeline import Pipeline
from streams.core.posts import Post
from tests.scenarios.story import SETTINGS, Story, at, crises, pages
from tests.streams.models import Keyword

FLOOD = at(3, 20)
TEXT = (
    "Zorzanka to skandal i wstyd, znalazłam mysz w sałatce i nikt nie chce ze mną rozmawiać od tygodnia, sprawa numer"
)


def written(number: int, text: str, author: str, repost_of: str | None = None, start: datetime = FLOOD) -> Post:
    when = start + timedelta(seconds=3 * number)
    name, source = f"flood{number}", "x"
    return Post(id=name, source=source, author=author, text=text, lang="pl", created_at=when, repost_of=repost_of)


def copies() -> list[Post]:
    """One text from five hundred accounts, in each a word of its own."""
    return [written(number, f"{TEXT} {_word(number)}", f"bot{number}") for number in range(500)]


def loud(*, in_turn: bool = False) -> list[Post]:
    """Twenty accounts with thirty texts each, no two alike: one account after the other, or all in turn."""
    accounts = [number % 20 if in_turn else number // 30 for number in range(600)]
    return [
        written(number, f"Zorzanka wstyd {_word(number)}", f"loud{account}") for number, account in enumerate(accounts)
    ]


def reposts() -> list[Post]:
    """An angry post, and five hundred reposts of it."""
    first = written(0, TEXT, "first")
    return [first, *(written(number, TEXT, f"fan{number}", first.id) for number in range(1, 501))]


def marked() -> list[Post]:
    """Five hundred reposts of a post that nobody has seen, some cut short, told by their mark alone."""
    return [written(number, f"RT @ktos: {TEXT[: 115 - number % 20]}…", f"fan{number}") for number in range(500)]


def tell(story: Story, posts: list[Post], days: int = 4) -> list[CrisisEvent]:
    """Tell a story into which posts are put, hour by hour."""
    pipeline, events = Pipeline(SETTINGS, Keyword()), list[CrisisEvent]()
    for hour in range(24 * days):
        start, end = (at(0, turn).timestamp() for turn in (hour, hour + 1))
        said = [*_hour(story, hour), *(post for post in posts if start <= post.timestamp < end)]
        events += pipeline.take([(post, "") for post in sorted(said, key=lambda post: post.timestamp)]).events
    return crises(events + pipeline.finish().events)


def _hour(story: Story, hour: int) -> Iterator[Post]:
    for minute in range(60):
        yield from story.minute(at(0, hour, minute))


def _word(number: int) -> str:
    return "".join("bdfgklmnrs"[int(digit)] + "aeiouy"[int(digit) % 6] for digit in f"{number * 7919 % 10_000:04}")


@pytest.mark.parametrize(
    ("posts", "rate"),
    [(copies, 0.2), (copies, 2.0), (loud, 2.0), (reposts, 0.2), (reposts, 2.0), (marked, 0.2), (marked, 2.0)],
)
def test_amplification_alone_pages_nobody(posts: Callable[[], list[Post]], rate: float) -> None:
    assert pages(tell(Story(rate, days=4), posts())) == []


def test_what_twenty_accounts_say_thirty_times_comes_to_what_they_say_once() -> None:
    """Twenty angry people within a minute are a crisis; that they go on and on adds nothing to it."""
    again, once = loud(in_turn=True), loud(in_turn=True)[:20]
    told = [
        [(page.time, page.data.severity) for page in pages(tell(Story(2.0, days=4), said))] for said in (again, once)
    ]
    assert told[0] == told[1]


def test_a_true_crisis_is_told_as_one_and_as_amplified_while_copies_flood_it() -> None:
    start = at(3, 20)
    quiet = tell(Story(2.0, days=4).add(start, 180, 10.0, 0.9), [])
    flooded = tell(Story(2.0, days=4).add(start, 180, 10.0, 0.9), copies())
    (page,), (drowned,) = pages(quiet), pages(flooded)
    assert abs(datetime.fromisoformat(page.time) - datetime.fromisoformat(drowned.time)) <= timedelta(minutes=10)
    assert [page.data.independence, drowned.data.independence] == ["organic", "amplified"]
    assert page.data.crowd is not None
    assert page.data.crowd.repeated < 0.05
    assert page.data.crowd.authors == page.data.crowd.posts
    crowd = max((event.data.crowd for event in flooded if event.data.crowd), key=lambda crowd: crowd.repeated)
    assert crowd.repeated >= 0.5
    assert crowd.largest_family is not None
    assert crowd.largest_family.posts >= 0.4 * crowd.posts
    assert (crowd.largest_family.excerpt or "").startswith("Zorzanka to skandal i wstyd")
