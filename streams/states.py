"""State that knows how far its input has been read: a Faust table whose values carry the offset they include."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import faust
from faust.types import EventT

SLICE = 1_000  # values written again at a time
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

    Compaction knows nothing of that, and keeps the later one. So the true values are written again as soon as anybody
    else's writing is noticed: by an owner whose next record is not where it has to be in the changelog, and by whoever
    restores it. The topic's ``min.compaction.lag.ms`` gives them the time.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.restored = 0  # records of state that were read since the start
        self._ends: dict[int, int] = {}  # where the changelog of each partition ends if nobody else writes to it
        self._read: dict[int, dict[bytes, int]] = {}  # offsets in the order of the changelog, while it is restored
        self._overwritten: set[int] = set()
        self._turn = asyncio.Lock()

    async def put(self, partition: int, offset: int, states: Mapping[str, bytes]) -> None:
        """Write states of one partition that include its input up to `offset`; return when they are safe."""
        named = {f"{partition}/{name}".encode(): wrap(offset, state) for name, state in states.items()}
        async with self._turn:
            self.data.update(named)
            self._read.pop(partition, None)
            end = await self._write(partition, named)
            if end != self._ends[partition] or partition in self._overwritten:
                self._overwritten.discard(partition)
                await self._mend(partition)

    def carried(self) -> Iterator[tuple[int, str, int, bytes]]:
        """Yield partition, name, offset and state of all that is held."""
        for key, value in self.data.items():
            partition, _, name = key.partition(b"/")
            yield int(partition), name.decode(), *unwrap(value)

    def apply_changelog_batch(self, batch: Iterable[EventT[Any]]) -> None:
        """Restore from the changelog, passing over values that are older than what is already there."""
        newest: dict[bytes, int] = {}
        kept: list[EventT[Any]] = []
        for event in batch:
            key, value = event.message.key, event.message.value
            if key is None or value is None:  # none of ours: `put` always writes both
                continue
            offset, _ = unwrap(value)
            self._note(event.message.partition, event.message.offset, key, offset)
            if key not in newest:
                newest[key] = unwrap(self.data[key])[0] if key in self.data else -1
            if offset >= newest[key]:
                newest[key] = offset
                kept.append(event)
        self.restored += len(kept)
        super().apply_changelog_batch(kept)

    def _note(self, partition: int, place: int, key: bytes, offset: int) -> None:
        """Note where the changelog ends, and whether an older value stands in it behind a newer one."""
        if place < self._ends.get(partition, 0):  # it is read once more
            self._read.pop(partition, None)
        self._ends[partition] = place + 1
        read = self._read.setdefault(partition, {})
        if offset < read.get(key, -1):
            self._overwritten.add(partition)
        else:
            read[key] = offset

    async def _write(self, partition: int, values: Mapping[bytes, bytes]) -> int:
        """Append to the changelog; return where it ends behind that."""
        sent = []
        for key, value in values.items():
            self._ends[partition] = self._ends.get(partition, 0) + 1
            sent.append(await self.app.producer.send(self.changelog_topic_name, key, value, partition, None, None))
        return max(written.offset for written in await asyncio.gather(*sent)) + 1

    async def _mend(self, partition: int) -> None:
        """Write the true values of a partition again."""
        self.log.warning("State of partition %d was overwritten by a worker given up: written again", partition)
        prefix = f"{partition}/".encode()
        keys = [key for key in self.data if key.startswith(prefix)]
        for start in range(0, len(keys), SLICE):
            values = {key: self.data[key] for key in keys[start : start + SLICE]}
            self._ends[partition] = await self._write(partition, values)
