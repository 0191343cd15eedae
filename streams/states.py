"""State that knows how far its input has been read: a Faust table whose values carry the offset they include."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import faust
from faust.types import EventT

WIDTH = 8  # bytes of the offset before each value


def wrap(offset: int, state: bytes) -> bytes:
    """Put the offset of the last input record that a state includes before it.

    Examples
    --------
    >>> unwrap(wrap(7, b"state"))
    (7, b'state')
    """
    return offset.to_bytes(WIDTH, "big") + state


def unwrap(value: bytes) -> tuple[int, bytes]:
    """Take offset and state apart again."""
    return int.from_bytes(value[:WIDTH], "big"), value[WIDTH:]


class CarriedTable(faust.Table):  # type: ignore[type-arg]
    """A table for state that is partitioned like its input and carries the input's offsets.

    Keys are bytes, ``partition/name``; values are bytes as `wrap` makes them. Of two values the one with the larger
    offset is the true one, whichever was written later: a worker that was declared dead while it lived may write after
    its successor.
    """

    restored = 0  # records of state that were read since the start

    async def put(self, partition: int, offset: int, states: Mapping[str, bytes]) -> None:
        """Write states of one partition that include its input up to `offset`; return when they are safe."""
        sent = []
        for name, state in states.items():
            key, value = f"{partition}/{name}".encode(), wrap(offset, state)
            self.data[key] = value
            sent.append(await self.app.producer.send(self.changelog_topic_name, key, value, partition, None, None))
        await asyncio.gather(*sent)

    def carried(self) -> Iterator[tuple[int, str, int, bytes]]:
        """Yield partition, name, offset and state of all that is held."""
        for key, value in self.data.items():
            partition, _, name = key.partition(b"/")
            yield int(partition), name.decode(), *unwrap(value)

    def apply_changelog_batch(self, batch: Iterable[EventT[Any]]) -> None:
        """Restore from the changelog, passing over values that are older than what is already there."""
        newest: dict[bytes, int] = {}
        kept = []
        for event in batch:
            key, value = event.message.key, event.message.value
            if key is None or value is None:  # none of ours: `put` always writes both
                continue
            offset, _ = unwrap(value)
            if key not in newest:
                newest[key] = unwrap(self.data[key])[0] if key in self.data else -1
            if offset >= newest[key]:
                newest[key] = offset
                kept.append(event)
        self.restored += len(kept)
        super().apply_changelog_batch(kept)
