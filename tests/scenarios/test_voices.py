"""Amplification alone pages nobody: neither edited copies, nor one loud author, nor reposts of one text."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from streams.core.pipeline import Pipeline
from streams.core.posts import Post
from tests.scenarios.story import SETTINGS, Story, at, crises, pages
from tests.streams.models import Keyword

FLOOD = at(3, 20)
COPY = "Zorzanka to skandal i wstyd, znalazłam mysz w sałatce i nikt nie chce ze mną rozmawiać od tygodnia, numer"


def copied(number: int) -> tuple[str, str]:
    return f"{COPY} sprawy{number}", f"bot{number}"


def loud(number: int) -> tuple[str, str]:
    return f"Zorzanka wstyd{' bardzo' * (number % 7)} powód{number} żal{number * 7}", "one and the same"


def reposted(number: int) -> tuple[str, str]:
    return COPY, f"account{number}"


@pytest.mark.parametrize("post", [copied, loud, reposted])
def test_amplification_alone_pages_nobody(post: Callable[[int], tuple[str, str]]) -> None:
    pipeline = Pipeline(SETTINGS, Keyword())
    story, events = Story(2.0, days=4), []
    for hour in range(96):
        posts = [(one, "") for minute in range(60) for one in story.minute(at(0, hour, minute))]
        if at(0, hour) == FLOOD:
            for number in range(500):
                text, author = post(number)
                when = FLOOD + timedelta(seconds=3 * number)
                one = Post(id=f"flood{number}", source="x", author=author, text=text, lang="pl", created_at=when)
                posts.append((one, ""))
            posts.sort(key=lambda pair: pair[0].timestamp)
        events += pipeline.take(posts).events
    assert pages(crises(events + pipeline.finish().events)) == []
