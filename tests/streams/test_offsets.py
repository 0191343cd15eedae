from hypothesis import given
from hypothesis import strategies as st

from streams.offsets import Door, Ledger


@st.composite
def deliveries(draw: st.DrawFn) -> tuple[list[int], list[int]]:
    """Offsets as a broker may number them, with holes, and the same in the order they are acknowledged."""
    steps = draw(st.lists(st.integers(1, 5), max_size=30))
    offsets = [sum(steps[: end + 1]) for end in range(len(steps))]
    return offsets, draw(st.permutations(offsets))


@given(deliveries())
def test_the_position_stands_before_the_first_offset_that_is_not_acknowledged(
    case: tuple[list[int], list[int]],
) -> None:
    offsets, acknowledged = case
    ledger = Ledger[str]()
    ledger.start("p", 0)
    for offset in offsets:
        ledger.take("p", offset)
    done: set[int] = set()
    for offset in acknowledged:
        ledger.acknowledge("p", [offset])
        done.add(offset)
        prefix = [taken for place, taken in enumerate(offsets) if set(offsets[: place + 1]) <= done]
        assert ledger.position("p") == (prefix[-1] + 1 if prefix else 0)


def test_what_was_dropped_before_an_agent_took_it_up_does_not_hold_up_the_commits() -> None:
    ledger = Ledger[str]()
    ledger.start("p", 0)
    ledger.take("p", 0)
    ledger.take("p", 5)  # 1 to 4 were fetched, and cleared from a queue
    ledger.acknowledge("p", [0, 5])
    assert ledger.position("p") == 6


def test_an_acknowledgement_of_a_former_assignment_counts_for_nothing() -> None:
    ledger = Ledger[str]()
    ledger.take("p", 7)
    ledger.forget(["p"])
    ledger.acknowledge("p", [7])
    assert ledger.position("p") is None
    assert ledger.partitions() == []


@given(st.integers(0, 20), st.lists(st.tuples(st.integers(0, 60), st.integers(1, 10), st.integers(1, 10)), max_size=10))
def test_the_door_lets_in_every_offset_once_and_in_turn_whatever_else_arrives(
    start: int, fetches: list[tuple[int, int, int]]
) -> None:
    """A stray batch, fetched before the last seek, may come at any time but right after a seek."""
    door = Door[str]()
    door.set({"p": start})
    entered: list[int] = []

    def offer(batch: range) -> None:
        due = door.due("p") or 0
        fresh = [offset for offset in batch if offset >= due]
        if fresh and door.admits("p", fresh[0]):
            entered.extend(fresh)
            door.passed("p", fresh[-1])

    for stray, strays, count in fetches:
        offer(range(stray, stray + strays))
        due = door.due("p") or 0
        offer(range(due, due + count))
    assert entered == list(range(start, start + len(entered)))
    assert len(entered) >= sum(count for *_, count in fetches)


def test_nothing_enters_while_the_door_is_closed() -> None:
    door = Door[str]()
    assert not door.admits("p", 0)
    door.set({"p": 0})
    door.close(["p"])
    assert not door.admits("p", 0)
    assert not door.admits("p", 0)
    door.passed("p", 7)
    assert door.due("p") is None
