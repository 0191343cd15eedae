"""Whether what workers said of the posts is what was sent, no more and no less."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from streams import bucketcounts
from streams.bucketcounts import BucketCount
from streams.core.crises import CrisisEvent
from streams.core.crises import decode as decode_event
from streams.core.settings import Settings
from streams.core.tallies import decode as decode_tallies
from streams.core.watch import CLOCK
from streams.states import unwrap
from streams.topics import changelog
from tests.kafka import helpers, story

SHOWN = 5  # faults of one kind that are told one by one


class Findings(msgspec.Struct):
    """What is wrong, and how often what is right was said again."""

    wrong: list[str]
    counts_again: int
    events_again: int


async def judge(
    settings: Settings,
    sent: Counter[tuple[str, str]],
    crises: Sequence[CrisisEvent],
    further: Sequence[CrisisEvent] = (),
) -> Findings:
    """Hold what the topics say against the posts that were sent, and against the crises they come to.

    `further` are the steps that are told as well once the inputs have been at their end for long enough.
    """
    kafka = settings.kafka
    counts = [
        count
        for record in await helpers.read(kafka.bootstrap_servers, kafka.counts_topic)
        for count in bucketcounts.decode(record.value or b"")
    ]
    events = [
        decode_event(record.value or b"") for record in await helpers.read(kafka.bootstrap_servers, kafka.crises_topic)
    ]
    dead = await helpers.read(kafka.bootstrap_servers, kafka.dead_topic)
    wrong = [
        *_counts(counts, sent),
        *_events(events, crises, further),
        *[f"dead letter: {(record.value or b'')[:80]!r}" for record in dead[:SHOWN]],
        *await _offsets(settings),
    ]
    once = len({(count.brand, count.bucket) for count in counts}), len({event.id for event in events})
    return Findings(wrong, len(counts) - once[0], len(events) - once[1])


def _counts(counts: Sequence[BucketCount], sent: Mapping[tuple[str, str], int]) -> list[str]:
    once: dict[tuple[str, str], BucketCount] = {}
    wrong = [
        f"counted in two ways: {one} and {once[one.brand, one.bucket]}"
        for one in counts
        if once.setdefault((one.brand, one.bucket), one) != one
    ][:SHOWN]
    counted = {key: one.mentions for key, one in once.items()}
    lost = {key: (counted.get(key, 0), due) for key, due in sent.items() if counted.get(key, 0) < due}
    many = {key: (number, sent.get(key, 0)) for key, number in counted.items() if number > sent.get(key, 0)}
    for title, differing in (("lost", lost), ("counted twice", many)):
        if differing:
            posts = sum(abs(number - due) for number, due in differing.values())
            some = "; ".join(f"{key}: {number} of {due}" for key, (number, due) in sorted(differing.items())[:SHOWN])
            wrong.append(f"{posts} posts {title}: {some}")
    return wrong


def _events(
    events: Sequence[CrisisEvent], expected: Sequence[CrisisEvent], further: Sequence[CrisisEvent]
) -> list[str]:
    once: dict[str, CrisisEvent] = {}
    wrong = [f"an id with two contents: {one.id}" for one in events if once.setdefault(one.id, one) != one][:SHOWN]
    due = [event.id for event in (*expected, *further)]
    if len(once) < len(expected) or list(once) != due[: len(once)]:
        wrong.append(f"crises told: {list(once)}, expected: {[event.id for event in expected]}")
    wrong += [
        f"event {event.id} differs from the embedded run's"
        for event in (*expected, *further)
        if event.id in once and story.plain(once[event.id]) != story.plain(event)
    ][:SHOWN]
    return wrong


async def _offsets(settings: Settings) -> list[str]:
    """Find inputs that are not committed to their end, and shards whose state is not where their commit is."""
    kafka = settings.kafka
    wrong = []
    for topic in (kafka.posts_topic, kafka.tallies_topic):
        done = await helpers.committed(kafka.bootstrap_servers, kafka.group, topic)
        records = await helpers.read(kafka.bootstrap_servers, topic)
        left = [record for record in records if record.offset >= done.get(record.partition, 0)]
        if topic == kafka.tallies_topic:  # the last words of inputs at rest may come when nobody reads any more
            left = [record for record in left if decode_tallies(record.value or b"").tallies]
        if left:
            wrong.append(f"{topic} is committed to {done}, and {len(left)} of {len(records)} records are left")
    clocks: dict[int, int] = {}
    for record in await helpers.read(kafka.bootstrap_servers, changelog(kafka)):
        if record.key == f"{record.partition}/{CLOCK}".encode() and record.value:
            clocks[record.partition] = max(clocks.get(record.partition, 0), unwrap(record.value)[0] + 1)
    if clocks != done:
        wrong.append(f"the state includes {clocks}, the commits say {done}")
    return wrong
