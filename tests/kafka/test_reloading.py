"""A brand that is put into the configuration is alarmed on by workers that go on running."""

from __future__ import annotations

from pathlib import Path

from detectors.sentiment import SentimentModel
from streams.core.pipeline import Pipeline
from streams.core.posts import decode
from tests.kafka import helpers, story
from tests.kafka.workers import Stage, stage_settings, toml


async def test_a_new_brand_is_alarmed_on_without_a_restart(bootstrap_servers: str, name: str, tmp_path: Path) -> None:
    # Nobody is to be taken for idle while the file changes: what comes to it later would be late.
    settings = stage_settings(bootstrap_servers, name, idle_seconds=25.0)
    fewer = settings.model_copy(update={"brands": settings.brands[1:]})
    posts, stage = story.posts(), Stage(tmp_path, fewer)
    before, after = posts[:100], posts[100:]
    pipeline = Pipeline(fewer, SentimentModel())
    pipeline.take([(decode(post), "") for post in before])
    pipeline.configure(settings)
    expected = [*pipeline.take([(decode(post), "") for post in after]).events, *pipeline.finish().events]
    assert {event.data.brand for event in expected} == {story.BRANDS[0]}

    async def all_read() -> bool:
        committed = await helpers.committed(stage.servers, stage.kafka.group, stage.kafka.posts_topic)
        return sum(committed.values()) == len(before)

    async def both_told() -> bool:
        return stage.log.read_text().count(f"configuration taken up: new {story.BRANDS[0]}") == 2

    async def both_refused() -> bool:
        return stage.log.read_text().count("is not in order, so the old one goes on") == 2

    await stage.prepare(before)
    with stage.worker() as first, stage.worker() as second:
        await stage.ready(2, first, second)
        await stage.until(all_read, first, second)
        stage.config.write_text(toml(settings).replace("idle_seconds", "idle_second"))
        await stage.until(both_refused, first, second)
        stage.config.write_text(toml(settings))
        await stage.until(both_told, first, second)
        await stage.prepare(after)
        await stage.tells(expected, first, second)
        await stage.stop(first)
        await stage.stop(second)
