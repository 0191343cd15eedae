"""What a consumer must know of its offsets: what may enter, what an agent has taken up, and how far to commit."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Iterable, Mapping
from typing import Generic, TypeVar

Partition = TypeVar("Partition", bound=Hashable)


class Ledger(Generic[Partition]):
    """Offsets that were taken up and acknowledged, by partition, and how far it is safe to commit.

    An offset enters when an agent takes it up, not when it is fetched: what is dropped on the way in a rebalance is
    fetched again after it, and must not hold up the commits for ever.

    Examples
    --------
    >>> ledger = Ledger[str]()
    >>> ledger.start("posts/0", 7)
    >>> for offset in (7, 8, 11):
    ...     ledger.take("posts/0", offset)
    >>> ledger.acknowledge("posts/0", [8])
    >>> ledger.position("posts/0")
    7
    >>> ledger.acknowledge("posts/0", [7])
    >>> ledger.position("posts/0")
    9
    """

    def __init__(self) -> None:
        self._taken: dict[Partition, OrderedDict[int, bool]] = {}
        self._position: dict[Partition, int] = {}

    def start(self, partition: Partition, position: int) -> None:
        """Begin anew at a position: everything below it is done, nothing is under way."""
        self._taken[partition] = OrderedDict()
        self._position[partition] = position

    def take(self, partition: Partition, offset: int) -> None:
        """Note that an agent has begun with an offset."""
        self._taken.setdefault(partition, OrderedDict())[offset] = False

    def acknowledge(self, partition: Partition, offsets: Iterable[int]) -> None:
        """Note that agents are done with offsets, in any order; what was never taken up counts for nothing."""
        taken = self._taken.get(partition, OrderedDict())
        for offset in offsets:
            if offset in taken:
                taken[offset] = True
        while taken and taken[first := next(iter(taken))]:
            del taken[first]
            self._position[partition] = first + 1

    def position(self, partition: Partition) -> int | None:
        """Return the offset below which everything taken up has been acknowledged, or None before anything was."""
        return self._position.get(partition)

    def forget(self, partitions: Iterable[Partition]) -> None:
        """Drop what is known of partitions that were given away."""
        for partition in partitions:
            self._taken.pop(partition, None)
            self._position.pop(partition, None)

    def partitions(self) -> list[Partition]:
        """Return the partitions of which a position is known."""
        return list(self._position)


class Door(Generic[Partition]):
    """Lets each partition's records in strictly in turn, once, from the position that was last set.

    A record fetched before a rebalance can arrive after the seek that followed it. Rather than trust that it will not,
    a batch that does not begin at the offset that is due is refused, and the caller seeks back to what is due. A batch
    with the same hole after that seek shows that the hole is the broker's own: compaction, retention, transactions.

    Examples
    --------
    >>> door = Door[str]()
    >>> door.admits("posts/0", 5)
    False
    >>> door.set({"posts/0": 5})
    >>> door.admits("posts/0", 5)
    True
    >>> door.passed("posts/0", 9)
    >>> door.due("posts/0")
    10
    >>> door.admits("posts/0", 12), door.admits("posts/0", 12)
    (False, True)
    """

    def __init__(self) -> None:
        self._due: dict[Partition, int] = {}
        self._refused: dict[Partition, int] = {}

    def set(self, positions: Mapping[Partition, int]) -> None:
        """Open the door for partitions at these positions."""
        self._due.update(positions)
        for partition in positions:
            self._refused.pop(partition, None)

    def close(self, partitions: Iterable[Partition]) -> None:
        """Let nothing in from partitions until a position is set again."""
        for partition in partitions:
            self._due.pop(partition, None)
            self._refused.pop(partition, None)

    def due(self, partition: Partition) -> int | None:
        """Return the offset that is next to enter, or None where the door is closed."""
        return self._due.get(partition)

    def admits(self, partition: Partition, first: int) -> bool:
        """Tell whether a batch whose first offset not yet seen is `first` may enter now."""
        due = self._due.get(partition)
        if due is None:
            return False
        if first == due or self._refused.get(partition) == first:
            return True
        self._refused[partition] = first
        return False

    def passed(self, partition: Partition, last: int) -> None:
        """Note that everything up to offset `last` has entered; where the door was closed meanwhile, it stays so."""
        if partition in self._due:
            self._due[partition] = last + 1
            self._refused.pop(partition, None)
