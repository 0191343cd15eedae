"""Which crisis was open at a moment, and by which of its steps it is told."""

from __future__ import annotations

import msgspec
import pytest

from streams.cli.reasons import open_at
from streams.core.crises import CrisisEvent, event
from tests.streams.made import alarm


def closed(onset: int, at: int) -> CrisisEvent:
    opened = alarm("orlen", at, onset=onset)
    return event("closed", 9, onset, at, msgspec.structs.replace(opened.data))


FIRST, RAISED, END = alarm("orlen", 1_000, onset=900), alarm("orlen", 1_300, onset=900, number=2), closed(900, 2_000)
SECOND = alarm("orlen", 5_000, onset=4_900)


@pytest.mark.parametrize(
    ("moment", "told"),
    [
        (800.0, None),
        (950.0, FIRST),  # it had begun, and was told later
        (1_100.0, FIRST),
        (1_300.0, RAISED),
        (1_999.0, RAISED),
        (2_000.0, None),
        (4_950.0, SECOND),
        (9_000.0, SECOND),
    ],
)
def test_the_last_step_before_a_moment_tells_of_its_crisis(moment: float, told: CrisisEvent | None) -> None:
    assert open_at([FIRST, RAISED, END, SECOND], moment) == told
