"""A made-up crisis for each receiver: whether it is told, before it matters."""

from __future__ import annotations

import time
from collections.abc import Callable

from streams.core.crises import CrisisData, CrisisEvent, Interval, Step, Term, event
from streams.core.settings import Settings
from streams.core.times import rfc3339
from streams.notify.channel import channel
from streams.notify.errors import DeliveryError
from streams.notify.message import message_of


async def rehearse(settings: Settings, clock: Callable[[], float] = time.time) -> list[tuple[str, str | None]]:
    """Tell each receiver of a crisis that never was, and of its end.

    Returns
    -------
    list of tuple
        Name of each receiver, and what went wrong; None where it took both.
    """
    results: list[tuple[str, str | None]] = []
    for receiver in settings.receivers:
        try:
            async with channel(receiver, clock) as way:
                for number, step in enumerate(steps):
                    made_up = _made_up(step, number, clock())
                    zone, report = settings.detection.timezone, settings.notify.report_url
                    await way.deliver(message_of(made_up, receiver.lang, zone, report))
            results.append((receiver.name, None))
        except DeliveryError as error:
            results.append((receiver.name, str(error)))
    return results


steps: tuple[Step, ...] = ("opened", "closed")


def _made_up(step: Step, number: int, now: float) -> CrisisEvent:
    onset = int(now) // 86_400 * 86_400  # each rehearsal of a day is the same crisis
    data = CrisisData(
        brand="rehearsal",
        severity="warning",
        kinds=["negativity"],
        onset=rfc3339(onset),
        detected_at=rfc3339(now),
        time=rfc3339(now),
        voices=Interval(60.0, 20.0, 9.0, 34.0, 60.0),
        negatives=Interval(42.0, 4.0, 0.0, 11.0, 60.0),
        negativity=Interval(0.7, 0.2, 0.08, 0.35, 60.0),
        mentions={"15m": 30, "1h": 60, "1d": 300},
        independence="organic",
        terms=[Term("rehearsal", 42)],
        first_posts=[],
        telling_posts=[],
        model="none",
        reason="A rehearsal: nothing has happened.",
    )
    return event(step, number, onset, now, data)
