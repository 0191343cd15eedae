"""From a post to a pager with all parts real, some of which are killed meanwhile: one page, one end."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.monitoring.alarm.course import run
from tests.monitoring.alarm.parts import parts

pytestmark = pytest.mark.monitoring


async def test_a_crisis_pages_once_and_soon_by_every_way_whatever_is_killed(
    bootstrap_servers: str, name: str, tmp_path: Path
) -> None:
    async with parts(bootstrap_servers, name, tmp_path, scrape_seconds=1, keep_firing="20s") as stage:
        course = await run(stage, away_seconds=5.0, wait_for_absence=False)
    ways = ("direct", "rules", "hook")
    assert course.pages == dict.fromkeys(ways, course.severities)
    assert course.resolved == dict.fromkeys(ways, 1)
    assert course.paged_direct <= 15.0
    assert course.hook <= 15.0
