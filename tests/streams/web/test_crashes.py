"""What somebody was told is kept is there after kill -9, at whatever moment it comes."""

from __future__ import annotations

from pathlib import Path
from random import Random

from streams.storage import Store
from tests.streams.notify.made import crisis
from tests.streams.web.crashing import PERSONS, lost
from tests.streams.web.entering import tokens

ROUNDS = 2


async def test_no_acknowledged_action_is_lost_beside_a_watch(tmp_path: Path) -> None:
    (tmp_path / "larum.toml").write_text(
        '[[brands]]\nid = "northquill"\nname = "Northquill"\n' + tokens(tmp_path, PERSONS, "respond")
    )
    with Store(tmp_path / "larum.sqlite") as store:
        store.save(events=[crisis()])
    acknowledged, missing = await lost(tmp_path, ROUNDS, Random(8), "watch", "--serve", "--port", "0")
    assert len(acknowledged) > 10 * ROUNDS
    assert not missing
