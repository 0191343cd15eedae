"""Mentions and tallies for tests."""

from __future__ import annotations

from streams.core.tallies import VERSION, Excerpt, Mention, Tally, TallyBatch

MONDAY = 1_767_571_200  # 2026-01-05T00:00:00Z


def mention(number: int, time: float, *, negative: float | None = 0.1, text: int | None = None) -> Mention:
    return Mention(
        post=number,
        time=time,
        text=number if text is None else text,
        author=number,
        negative=negative,
        source="x",
        lang="en",
        excerpt=Excerpt(str(number), f"post number {number}"),
    )


def batch(
    watermark: float,
    *tallies: Tally,
    number: int = 0,
    inputs: int = 1,
    idle: bool = False,
    deleted: tuple[int, ...] = (),
) -> TallyBatch:
    return TallyBatch(VERSION, number, inputs, watermark, idle, list(tallies), list(deleted))


def tally(*mentions: Mention, brand: str = "orlen", width: int = 60) -> Tally:
    return Tally(brand, int(mentions[0].time // width) * width, list(mentions))
