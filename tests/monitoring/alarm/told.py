"""A story that is handed in to Kafka as it was written: a crisis between calm hours."""

from __future__ import annotations

import asyncio
import time
from itertools import count

import msgspec

from streams.core.settings import Settings
from tests.kafka import story
from tests.kafka.faults.feed import Feeder

MINUTE = 60.0
BETWEEN_SECONDS = 0.2
CHATTER = 10  # posts that name no brand, each time
CALM_MINUTES, CRISIS_MINUTES, STORY_MINUTES = 300, 20, 600


class Story:
    """The posts of a story that began hours ago by its own time, and how far they have been handed in.

    Parameters
    ----------
    settings
        Topic and broker.
    """

    def __init__(self, settings: Settings) -> None:
        self._feeder = Feeder(settings)
        begin = time.time() - STORY_MINUTES * MINUTE
        told = story.posts(STORY_MINUTES, range(CALM_MINUTES, CALM_MINUTES + CRISIS_MINUTES))
        self._posts = [_moved(post, begin - story.START) for post in told]
        self._crisis_begins = begin + CALM_MINUTES * MINUTE
        self._handed = 0
        self.shift = 0.0  # seconds from a post's own time until it was handed in

    async def hand_in_calm(self) -> None:
        """Hand in what comes before the crisis, all at once."""
        await self._hand_in(self._crisis_begins)

    async def live(self) -> None:
        """Hand in the crisis, and what comes after it, as fast as it was written."""
        self.shift = time.time() - self._crisis_begins
        for number in count():
            now = time.time() - self.shift
            await self._hand_in(now)
            await self._feeder.send([_aside(f"{number}-{one}", now) for one in range(CHATTER)])
            await asyncio.sleep(BETWEEN_SECONDS)

    async def hand_in_rest(self) -> None:
        """Hand in the rest, all at once."""
        await self._hand_in(time.time())

    async def close(self) -> None:
        """Let go of the broker."""
        await self._feeder.close()

    async def _hand_in(self, until: float) -> None:
        due = [post for at, post in self._posts[self._handed :] if at < until]
        await self._feeder.send(due)
        self._handed += len(due)


def _aside(name: str, at: float) -> bytes:
    """Make a post that names no brand, as most of what is collected."""
    return msgspec.json.encode(
        {"id": f"aside-{name}", "source": "story", "text": "good evening", "created_at": at, "lang": "en"}
    )


def _moved(post: bytes, seconds: float) -> tuple[float, bytes]:
    said = msgspec.json.decode(post)
    said["created_at"] += seconds
    return said["created_at"], msgspec.json.encode(said)
