from itertools import count
from types import SimpleNamespace
from typing import Any, cast

import pytest

from streams.states import CarriedTable, unwrap, wrap
from streams.transport import BulkApp

PLACES = count()


@pytest.fixture
async def table() -> CarriedTable:
    app = BulkApp("test", Table=CarriedTable, store="memory://")
    return cast("CarriedTable", app.Table("state", key_type=bytes, value_type=bytes, partitions=2))


def written(key: str, offset: int, state: bytes, partition: int = 0) -> Any:
    """A record of the changelog as the recovery hands it over."""
    name, value = f"{partition}/{key}".encode(), wrap(offset, state)
    message = SimpleNamespace(key=name, value=value, partition=partition, offset=next(PLACES))
    return SimpleNamespace(key=name, value=value, message=message)


def held(table: CarriedTable, partition: int = 0) -> dict[str, tuple[int, bytes]]:
    return {name: (offset, state) for at, name, offset, state in table.carried() if at == partition}


def test_an_offset_of_any_size_survives_the_wrapping() -> None:
    for offset in (0, 1, 2**40, 2**63 - 1):
        assert unwrap(wrap(offset, b"\x00state")) == (offset, b"\x00state")


async def test_partitions_are_kept_apart(table: CarriedTable) -> None:
    table.apply_changelog_batch([written("orlen", 3, b"a"), written("orlen", 4, b"b", partition=1)])
    assert held(table, 0) == {"orlen": (3, b"a")}
    assert held(table, 1) == {"orlen": (4, b"b")}


async def test_what_a_worker_writes_that_was_declared_dead_does_not_win(table: CarriedTable) -> None:
    """Its successor had gone on to offset 9 when it wrote, late, what it made of offset 5."""
    table.apply_changelog_batch([written("orlen", 9, b"successor"), written("orlen", 5, b"undead")])
    assert held(table) == {"orlen": (9, b"successor")}
    table.apply_changelog_batch([written("orlen", 7, b"undead again"), written("zabka", 1, b"other")])
    assert held(table) == {"orlen": (9, b"successor"), "zabka": (1, b"other")}


async def test_the_later_of_two_values_for_one_offset_counts(table: CarriedTable) -> None:
    table.apply_changelog_batch([written("orlen", 5, b"first"), written("orlen", 5, b"second")])
    assert held(table) == {"orlen": (5, b"second")}
