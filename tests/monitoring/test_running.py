"""A real Prometheus that scrapes larum as an operator runs it, without a broker."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.monitoring.programs import DEPLOY, promtool
from tests.monitoring.prometheus import prometheus
from tests.monitoring.watching import running_watch

pytestmark = pytest.mark.monitoring

NOON = 1_767_350_400
LATER = NOON + 600


@pytest.fixture
async def watching(tmp_path: Path) -> AsyncIterator[str]:
    """Run `larum watch` on a file in which nothing is written; gives the host and port it listens on."""
    (tmp_path / "posts.jsonl").touch()
    async with running_watch(tmp_path, DEPLOY / "brands.toml") as address:
        yield address


async def test_a_query_returns_what_was_posted(watching: str, tmp_path: Path) -> None:
    texts = 5 * ["Orlen znowu podnosi ceny"] + 3 * ["Byłem w Żabce"] + 2 * ["Nic ciekawego"]
    posts = [
        {"id": str(number), "source": "test", "text": f"{text} {number}", "created_at": NOON, "lang": "pl"}
        for number, text in enumerate(texts)
    ]
    posts.append({"id": "later", "source": "test", "text": "Zakupy na Allegro", "created_at": LATER})
    async with aiohttp.ClientSession() as session, prometheus(tmp_path, [watching]) as scraping:
        async with session.post(f"http://{watching}/posts", json=posts) as response:
            assert await response.json() == {"accepted": len(posts), "rejected": 0, "rejections": []}
        await scraping.until("larum_posts_total", lambda answer: [sample.value for sample in answer] == [len(posts)])
        mentions = await scraping.query("sum by (brand, language) (larum_mentions_total)")
        async with session.get(f"http://{watching}/metrics") as exposition:
            assert promtool("check", "metrics", text=await exposition.text()) == ""
        async with session.get(f"http://{watching}/healthz") as health:
            assert (await health.json())["ok"]
    counted = {(sample.labels["brand"], sample.labels["language"]): sample.value for sample in mentions}
    assert counted["orlen", "pl"] == 5
    assert counted["zabka", "pl"] == 3
