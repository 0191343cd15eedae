"""What the contenders have in common: the configuration, and the core a post at a time."""

from __future__ import annotations

import os
import sys
from collections import Counter
from pathlib import Path

from detectors.sentiment import SentimentModel
from streams.config import load
from streams.core.match import Match
from streams.core.settings import Settings
from streams.core.tallies import encode
from streams.records import read

FLUSH = 2_000  # posts of a partition after which its tallies are sent


def configured() -> Settings:
    """Read the configuration whose file the command line names."""
    return load(Path(sys.argv[1]), os.environ)


class OneByOne:
    """The core of larum, called for each record, as code in a framework that hands over one at a time does."""

    def __init__(self, settings: Settings) -> None:
        self._kafka = settings.kafka
        model, count = SentimentModel(threshold=settings.sentiment.threshold), settings.kafka.partitions
        self._matches = [Match(settings, model, number, count, count) for number in range(count)]
        self._posts: Counter[int] = Counter()

    def see(self, partition: int, offset: int, value: bytes) -> list[tuple[int, bytes]]:
        """Take one record in; give the tallies that are due to be sent, each with its partition."""
        match = self._matches[partition]
        found = read(self._kafka.posts_topic, partition, [(offset, value)], float("inf"))
        if found.refused:
            raise RuntimeError(f"not a post: {found.refused[0].reason}")
        match.take(found.posts, found.origins)
        before, count = self._posts[partition] // FLUSH, len(found.posts.posts)
        self._posts[partition] += count
        if self._posts[partition] // FLUSH == before:
            return []
        return [(shard, encode(batch)) for shard, batch in enumerate(match.batches())]
