"""The way to one receiver: in order, again until taken, set aside when refused."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence

import pytest
from prometheus_client import CollectorRegistry

from streams.core.crises import CrisisEvent
from streams.core.receivers import Slack
from streams.notify.channel import Silent
from streams.notify.errors import DeliveryError, RefusedError
from streams.notify.lane import Lane, wanted
from streams.notify.message import Message
from streams.notify.tally import Tally
from tests.streams.notify.made import crisis
from tests.streams.samples import silence


class Story:
    """Events in a list, as a source."""

    def __init__(self, events: Sequence[CrisisEvent], told: Sequence[CrisisEvent] = ()) -> None:
        self._events, self._told = events, told
        self.finished: list[str] = []
        self.ended = asyncio.Event()

    async def told(self) -> Sequence[CrisisEvent]:
        return self._told

    async def events(self) -> AsyncIterator[CrisisEvent]:
        for event in self._events:
            yield event
        self.ended.set()

    async def done(self, event: CrisisEvent) -> None:
        self.finished.append(event.id)


class Moody(Silent):
    """A channel that fails as it is told to, and then takes what comes."""

    def __init__(self, *moods: DeliveryError | None) -> None:
        self._moods = list(moods)
        self.taken: list[str] = []
        self.open: list[str] = []

    def restore(self, messages: Iterable[Message]) -> None:
        self.open = [message.event.id for message in messages]

    async def deliver(self, message: Message) -> None:
        if self._moods and (mood := self._moods.pop(0)):
            raise mood
        self.taken.append(message.event.id)


async def told(story: Story, channel: Moody, settings: Slack | None = None) -> tuple[list[float], list[str], Tally]:
    """Run a lane to the end of its story; give the waits, what was buried, and the tally."""
    waits: list[float] = []
    buried: list[str] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    async def bury(event: CrisisEvent, receiver: str, reason: str) -> None:
        buried.append(f"{receiver}: {event.id}: {reason}")

    tally = Tally(CollectorRegistry(), ["chat"])
    lane = Lane(settings or chat(), channel, story, tally, bury, sleep=sleep)
    running = asyncio.ensure_future(lane.run())
    await story.ended.wait()
    running.cancel()
    await asyncio.wait([running])
    return waits, buried, tally


def chat(**options: object) -> Slack:
    return Slack.model_validate({"name": "chat", "kind": "slack", "url": "https://hooks.example/x", **options})


STEPS = [crisis("opened", 0), crisis("raised", 1), crisis("closed", 2)]
IDS = [step.id for step in STEPS]


async def test_steps_are_told_in_order_and_each_is_done_when_it_was_taken() -> None:
    story, channel = Story(STEPS), Moody()
    await told(story, channel)
    assert channel.taken == story.finished == IDS


async def test_what_fails_is_told_again_later_and_later_and_what_follows_waits() -> None:
    story, channel = Story(STEPS), Moody(*[DeliveryError("away")] * 9)
    waits, buried, _ = await told(story, channel)
    assert channel.taken == IDS
    assert not buried
    assert len(waits) == 9
    assert 0.5 <= waits[0] <= 1.0
    assert all(30.0 <= wait <= 60.0 for wait in waits[7:])


async def test_a_receiver_that_asks_for_time_gets_it() -> None:
    waits, _, _ = await told(Story(STEPS), Moody(DeliveryError("slowly", 90.0)))
    assert waits == [90.0]


async def test_what_is_refused_is_set_aside_and_the_next_is_told() -> None:
    story, channel = Story(STEPS), Moody(RefusedError("no such channel"))
    _, buried, _ = await told(story, channel)
    assert buried == [f"chat: {IDS[0]}: no such channel"]
    assert channel.taken == IDS[1:]
    assert story.finished == IDS


async def test_metrics_say_who_takes_nothing() -> None:
    registry = CollectorRegistry()
    tally = Tally(registry, ["chat"])
    tally.failed("chat")
    since = registry.get_sample_value("larum_notifications_failing_since_timestamp_seconds", {"receiver": "chat"})
    assert since is not None
    assert since > 1.7e9
    tally.delivered("chat")
    assert registry.get_sample_value("larum_notifications_failing_since_timestamp_seconds", {"receiver": "chat"}) == 0
    for outcome in ("delivered", "failed"):
        labels = {"receiver": "chat", "outcome": outcome}
        assert registry.get_sample_value("larum_notifications_total", labels) == 1


async def test_open_crises_are_gone_on_with_after_a_restart() -> None:
    story, channel = Story([], told=[STEPS[1]]), Moody()
    await told(story, channel)
    assert channel.open == [IDS[1]]
    assert not channel.taken


@pytest.mark.parametrize(
    ("event", "options", "expected"),
    [
        (crisis(severity="notice"), {}, False),
        (crisis(severity="notice"), {"min_severity": "notice"}, True),
        (crisis("updated", 4), {}, False),
        (crisis("updated", 4), {"updates": True}, True),
        (crisis("closed", 4), {}, True),
        (crisis(brand="velaro"), {"brands": ["northquill"]}, False),
        (crisis(brand="northquill"), {"brands": ["northquill"]}, True),
        (silence(), {"brands": ["northquill"]}, True),
    ],
)
def test_who_is_told_of_what(event: CrisisEvent, options: dict[str, object], expected: bool) -> None:
    assert wanted(event, chat(**options)) is expected


async def test_nothing_is_told_that_nobody_wants_and_it_is_done_all_the_same() -> None:
    story, channel = Story([crisis(severity="notice"), *STEPS]), Moody()
    await told(story, channel)
    assert channel.taken == IDS
    assert len(story.finished) == 4
