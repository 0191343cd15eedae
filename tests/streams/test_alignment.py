"""Partitions that are read at unequal speed: none runs away, and none waits for ever."""

from __future__ import annotations

import math
from random import Random

from hypothesis import example, given, settings
from hypothesis import strategies as st

from streams.alignment import Alignment, Stand

BUCKET = 60.0


class Group:
    """Workers with a partition each and one more, who hear of the others by a log that each reads at his own pace.

    As in the tallies topic, of a watermark no more is told than the bucket in which it is.
    """

    def __init__(self, batches: list[list[float]], drift: float, random: Random) -> None:
        self.random = random
        self.left = [list(batch) for batch in batches]
        self.come = [Stand(-math.inf, awake=True) for _ in batches]
        self.log: list[tuple[int, Stand]] = []
        workers = max(1, len(batches) // 2)
        self.owner = [partition % workers for partition in range(len(batches))]
        self.read = [0] * workers
        self.heard: list[dict[int, Stand]] = [{} for _ in range(workers)]
        self.alignments = [Alignment(drift, len(batches)) for _ in range(workers)]
        self.furthest = 0.0  # ahead of the slowest, before a batch was read that was not held

    def held(self, worker: int) -> frozenset[int]:
        own = {one: come for one, come in enumerate(self.come) if self.owner[one] == worker and one in self.begun()}
        return self.alignments[worker].ahead(own, self.heard[worker])

    def begun(self) -> set[int]:
        return {one for one, come in enumerate(self.come) if come != Stand(-math.inf, awake=True)}

    def knows(self, partition: int, other: int) -> bool:
        """Whether the worker of a partition has heard of another: one that begins far behind all others is news."""
        worker = self.owner[partition]
        return self.owner[other] == worker or other in self.heard[worker]

    def hear(self, worker: int, records: int) -> None:
        for number, come in self.log[self.read[worker] : self.read[worker] + records]:
            self.heard[worker][number] = come
        self.read[worker] = min(len(self.log), self.read[worker] + records)

    def work(self, partition: int) -> None:
        """Read a batch, if there is one that is not held, or come to rest at the end."""
        if partition in self.held(self.owner[partition]):
            return
        before = self.come[partition].watermark
        if self.left[partition]:
            awake = [
                one.watermark for number, one in enumerate(self.come) if one.awake and self.knows(partition, number)
            ]
            if before > -math.inf and -math.inf not in awake and self.come[partition].awake:
                self.furthest = max(self.furthest, before - min(awake))
            self.come[partition] = Stand(max(before, self.left[partition].pop(0)), awake=True)
        else:
            self.come[partition] = self.come[partition]._replace(awake=False)
        watermark, awake_now = self.come[partition]
        told = watermark // BUCKET * BUCKET if math.isfinite(watermark) else watermark
        self.log.append((partition, Stand(told, awake_now)))


FAR_BEHIND = [[23_107.0, 24_228.7, 56_654.3], [7_451.3, 10_398.0, 30_156.1], [], [], [1.1, 19_159.3, 60_298.7]]


histories = st.lists(st.lists(st.floats(0, 100_000), max_size=12).map(sorted), min_size=1, max_size=5)


@settings(deadline=None, max_examples=60)
@example(FAR_BEHIND, 7_370.0, Random(1))
@given(histories, st.floats(BUCKET, 20_000), st.randoms(use_true_random=False))
def test_all_is_read_and_none_runs_further_ahead_than_it_may(
    batches: list[list[float]], drift: float, random: Random
) -> None:
    group = Group([list(batch) for batch in batches], drift, random)
    for _ in range(400):
        group.work(random.randrange(len(batches)))
        worker = random.randrange(len(group.heard))
        group.hear(worker, random.randrange(4))
    for _ in range(sum(map(len, batches)) + len(batches)):  # and then all at once, as long as there is something left
        for worker in range(len(group.heard)):
            group.hear(worker, len(group.log))
        for partition in range(len(batches)):
            group.work(partition)
    assert not any(group.left)
    assert group.furthest <= drift


def test_while_one_has_not_been_heard_of_the_others_stay_where_they_began() -> None:
    alignment = Alignment(3_600.0, inputs=3)
    began = {0: Stand(12_000.0, awake=True), 1: Stand(10_000.0, awake=True)}
    later = {0: Stand(13_601.0, awake=True), 1: Stand(13_600.0, awake=True)}
    assert not alignment.ahead(began, {})
    assert alignment.ahead(later, {}) == {0}
    assert not alignment.ahead(later, {2: Stand(-math.inf, awake=False)})


def test_of_its_own_partitions_a_worker_knows_better_than_it_has_heard() -> None:
    alignment = Alignment(3_600.0, inputs=2)
    stale = {0: Stand(0.0, awake=True), 1: Stand(0.0, awake=True)}
    own = {0: Stand(9_000.0, awake=True), 1: Stand(8_000.0, awake=True)}
    assert not alignment.ahead(own, stale)
    assert alignment.ahead({0: own[0]}, stale) == {0}


def test_what_rests_is_not_held_for_it_has_to_say_so_when_it_wakes() -> None:
    """Else the others, not waiting for it, could close the bucket of the post with which it wakes."""
    alignment = Alignment(3_600.0, inputs=2)
    assert not alignment.ahead({0: Stand(90_000.0, awake=False), 1: Stand(0.0, awake=True)}, {})
    assert alignment.ahead({0: Stand(90_000.0, awake=True), 1: Stand(0.0, awake=True)}, {}) == {0}
