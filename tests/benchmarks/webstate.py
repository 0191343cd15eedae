"""What pages and API are measured with: many brands, many past incidents, some that are open, and a day of counts."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec
import numpy as np

from streams import bucketcounts
from streams.core.actions import Action, Kind
from streams.core.actions import encode as encode_action
from streams.core.crises import CrisisEvent, Interval, Severity
from streams.core.ledger import Voices
from streams.core.readings import Counted, Reading
from streams.core.settings import Settings
from streams.core.times import rfc3339
from streams.core.watch import Watch
from streams.journal import Journal, Seen
from streams.journalpage import Page
from streams.storage import Store
from tests.streams.notify.made import crisis
from tests.streams.web.entering import tokens

OPEN = 12  # incidents that are not over
STORY: tuple[Kind, ...] = ("acknowledged", "assessed", "stated", "resolved", "reviewed")  # of each that is
APART = 3_600  # seconds from one past incident to the next
MINUTE, DAY = 60, 86_400

encode = msgspec.msgpack.Encoder().encode


class Size(msgspec.Struct, frozen=True):
    """How much there is."""

    brands: int = 1_000
    incidents: int = 10_000

    def brand(self, number: int) -> str:
        """Name a brand."""
        return f"brand-{number % self.brands:04d}"


def configuration(size: Size, persons: list[str], folder: Path, further: str = "") -> None:
    """Write a configuration, with a token for each person."""
    text = "".join(
        f'[[brands]]\nid = "{size.brand(number)}"\nname = "Wytwórnia {_name(number)}"\n'
        for number in range(size.brands)
    )
    (folder / "larum.toml").write_text(text + tokens(folder, persons, "admin") + further)


def past(size: Size, now: float) -> Iterator[tuple[list[CrisisEvent], list[Action]]]:
    """Give incidents one after the other: events of each crisis, and what people did about it. The last are open."""
    for number in range(size.incidents + OPEN):
        is_open = number >= size.incidents
        onset = int(now) - APART * (size.incidents + OPEN - number)
        first = crisis("opened", 0, "warning", size.brand(7 * number), onset)
        began = onset + 480.0
        events = [_at(first, began), _at(crisis("raised", 1, "critical", size.brand(7 * number), onset), began + 60)]
        if is_open:
            yield events, []
            continue
        events.append(_at(crisis("closed", 2, "critical", size.brand(7 * number), onset), began + 3_000))
        yield (
            events,
            [
                Action(id=f"{first.subject}-{step}", incident=first.subject, kind=kind, at=began + 120 * step, by="ola")
                for step, kind in enumerate(STORY)
            ],
        )


def fill(size: Size, settings: Settings, path: Path, now: float) -> None:
    """Write a state file: all incidents, and a journal of a day, which for the brands of open ones can be replayed."""
    incidents = list(past(size, now))
    rng, last = np.random.default_rng(8), int(now) // MINUTE * MINUTE
    minutes = range(last - DAY, last, MINUTE)
    watched = {events[0].data.brand for events, actions in incidents if not actions}
    with Store(path) as store:
        store.save(events=[event for events, _ in incidents for event in events])
        of_many = {
            count: (encode(Counted(Voices(count, count, 0))), encode(Seen(count, (), 0.5))) for count in range(12)
        }
        for number in range(size.brands):
            if (brand := size.brand(number)) not in watched:
                said = zip(minutes, np.minimum(rng.poisson(0.5, len(minutes)), 11), strict=True)
                rows = [
                    (brand, bucket, counted, seen if count else None)
                    for bucket, count in said
                    for counted, seen in [of_many[int(count)]]
                ]
                store.save(page=Page(rows, [], []))
        few = settings.model_copy(update={"brands": tuple(one for one in settings.brands if one.id in watched)})
        watch = Watch(few)
        journal = Journal(few, store, watch)
        for bucket in minutes:
            for brand in watched:
                voices = int(rng.poisson(3.0 if bucket < last - 7_200 else 12.0))
                counted = Voices(voices, voices, voices // 3)
                journal.note([watch.brands[brand].close_counts(bucket, counted, 1.0, "none")[0]])
        store.save(page=journal.turn())
    done = [(action.id, encode_action(action)) for _, actions in incidents for action in actions]
    with closing(sqlite3.connect(path)) as connection, connection:  # one by one, each waits for the disk
        connection.executemany("INSERT INTO actions (id, action) VALUES (?, ?)", done)


def lines(size: Size, now: float) -> Iterator[bytes]:
    """Give a day of counts of all brands as records of the topic of counts; in most minutes nobody speaks."""
    rng, last = np.random.default_rng(8), int(now) // MINUTE * MINUTE
    for bucket in range(last - DAY, last, MINUTE):
        said = rng.poisson(0.2, size.brands)
        yield from bucketcounts.encode(
            Reading(
                brand=size.brand(number), bucket=bucket, mentions=int(said[number]), negatives=0,
                voices=Interval(int(said[number]), 0.2, 0.0, 3.0), negativity=None, volume_surprise=0.2,
                negativity_surprise=0.1, severity=Severity.CALM, counted=Counted(Voices(int(said[number]), 0, 0)),
            )
            for number in map(int, np.flatnonzero(said))
        )  # fmt: skip


def _at(event: CrisisEvent, moment: float) -> CrisisEvent:
    return msgspec.structs.replace(event, time=rfc3339(moment))


def _name(number: int) -> str:
    return "".join(chr(ord("A") + int(digit)) for digit in f"{number:04d}") + "ex"
