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
    async with parts(bootstrap_servers, name, tmp_path, scrape_seconds=1, keep_firing="5s") as stage:
        course = await run(stage, away_seconds=3.0, settle_seconds=6.0, wait_for_absence=False)
    assert course.resolved == {"direct": 1, "rules": 1, "hook": 1}
    assert course.pages["hook"] == course.severities
    for way in ("direct", "rules"):  # what is raised at once is one page
        assert 1 <= course.pages[way] <= course.severities
    assert course.paged_direct <= 15.0
    assert course.hook <= 15.0
