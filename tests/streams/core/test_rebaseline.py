"""An order to take the present level for the normal one: obeyed at its minute, once, whatever the batching."""

from __future__ import annotations

import msgspec

from streams.core.crises import CrisisEvent
from streams.core.pipeline import Pipeline
from streams.core.posts import Post
from streams.core.settings import Brand, Settings
from tests.streams.core.mentions import MONDAY
from tests.streams.models import Keyword

SETTINGS = Settings(brands=(Brand(id="orlen", name="Orlen"), Brand(id="zabka", name="Żabka")))
RISE = MONDAY + 4 * 86_400
ORDER = RISE + 3 * 3_600 + 30
END = RISE + 9 * 3_600


def order(at: float) -> tuple[Post, str]:
    return Post(id=f"order {at}", source="larum", kind="rebaseline", text="orlen", created_at=float(at)), "order"


def history(*orders: tuple[Post, str]) -> list[tuple[Post, str]]:
    """Four days with a post every other minute; then eight a minute, two of three angry, and so it stays."""
    times = [(MONDAY + 120.0 * number, "Orlen jest") for number in range(4 * 720)]
    angry = int((END - RISE) / 7.5)
    times += [(RISE + 7.5 * number, "Orlen wstyd" if number % 3 else "Orlen jest") for number in range(angry)]
    posts = [
        (
            Post(
                id=str(number),
                source="x",
                text=f"{text} {number:b}".translate({48: "a", 49: "b"}),
                created_at=float(at),
            ),
            "",
        )
        for number, (at, text) in enumerate(times)
    ]
    return sorted([*posts, *orders], key=lambda pair: pair[0].timestamp)


def run(posts: list[tuple[Post, str]], size: int = 1_000) -> list[CrisisEvent]:
    pipeline = Pipeline(SETTINGS, Keyword())
    events: list[CrisisEvent] = []
    for start in range(0, len(posts), size):
        events += pipeline.take(posts[start : start + size]).events
    events += pipeline.finish().events
    return [event for event in events if event.data.brand == "orlen"]


def test_it_closes_the_crisis_at_its_minute_and_what_stays_is_normal() -> None:
    left = run(history())
    assert "closed" not in [event.step for event in left]
    ordered = run(history(order(ORDER)))
    *before, closed = ordered
    assert before[0].step == "opened"
    assert (closed.step, closed.time) == ("closed", "2026-01-09T03:01:00Z")


def test_batches_and_repeats_change_nothing() -> None:
    once = run(history(order(ORDER)))
    assert run(history(order(ORDER), order(ORDER)), size=777) == once
    again = history(order(ORDER))
    late = [*again[:-500], order(ORDER), *again[-500:]]  # delivered again, an hour later
    assert run(late, size=313) == once


def test_a_restart_remembers_what_was_ordered() -> None:
    pipeline = Pipeline(SETTINGS, Keyword())
    watch = pipeline.watch.brands["orlen"]
    watch.rebaseline(MONDAY)
    copy = Pipeline(SETTINGS, Keyword()).watch.brands["orlen"]
    copy.load(watch.dump())
    assert msgspec.to_builtins(copy.state) == msgspec.to_builtins(watch.state)
    assert copy.state.rebaselines == [MONDAY]
