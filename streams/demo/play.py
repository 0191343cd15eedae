"""Play a simulation through the embedded runtime, step by step, at a pace that people can follow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from time import monotonic, sleep
from typing import NamedTuple

from streams.core.watch import Outcome
from streams.demo.script import END, HOUR, MINUTE, START
from streams.demo.simulation import simulate
from streams.embedded import Embedded
from streams.told import Told

CALM_STEP = 10 * MINUTE
SECONDS = {"crisis": 7.0, "other": 1.0, "calm": 18.0}
"""How long, on the screen, a crisis, any other thing that happens and all the time between them ought to take."""


class Step(NamedTuple):
    """What came of one step: the simulated time at its end, its posts, and the outcome."""

    clock: float
    posts: int
    outcome: Outcome


class Pace:
    """How much simulated time a step takes, and how much real time it is given.

    Parameters
    ----------
    told
        What happens: the clock goes minute by minute around it.
    speed
        Factor on the pace; infinite to wait for nothing.
    """

    def __init__(self, told: Sequence[Told], speed: float = 1.0) -> None:
        self._speed = speed
        self._spans = [
            (one.start - HOUR / 2, one.start + (3 * HOUR if one.crisis else HOUR), "crisis" if one.crisis else "other")
            for one in told
        ]
        slow = sum(end - start for start, end, _ in self._spans)
        calm_steps = (END.timestamp() - START.timestamp() - slow) / CALM_STEP
        self._calm = SECONDS["calm"] / calm_steps

    def end_of_step(self, time: float) -> float:
        """Say when the step that holds this moment ends."""
        width = CALM_STEP if self._span(time) is None else MINUTE
        return (time // width + 1) * width

    def seconds(self, time: float) -> float:
        """Say how long the step that ends at `time` ought to take on the screen."""
        span = self._span(time)
        if span is None:
            return self._calm / self._speed
        start, end, kind = span
        return SECONDS[kind] / ((end - start) / MINUTE) / self._speed

    def _span(self, time: float) -> tuple[float, float, str] | None:
        return next((span for span in self._spans if span[0] <= time < span[1]), None)


class NoDeadLetters:
    """Takes no dead letters: a simulated post that cannot be read is a fault of the simulation."""

    def add(self, reason: str, origin: str, record: bytes) -> None:
        """Refuse.

        Raises
        ------
        ValueError
            Always.
        """
        raise ValueError(f"{origin}: {reason}: {record!r}")


def play(seed: int, runtime: Embedded, pace: Pace) -> Iterator[Step]:
    """Play the simulation of a seed.

    Yields
    ------
    Step
        After each step, when its share of real time is over.
    """
    began = monotonic()
    for end, posts in groupby(simulate(seed), key=lambda post: pace.end_of_step(post.timestamp)):
        batch = [(post, f"simulation:{post.id}") for post in posts]
        outcome = runtime.take_posts(batch)
        yield Step(end, len(batch), outcome)
        sleep(max(0.0, pace.seconds(end) - (monotonic() - began)))
        began = monotonic()
    yield Step(END.timestamp(), 0, runtime.finish())
