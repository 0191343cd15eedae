"""Reports beside Kafka, on a real broker: an incident and a week, from the topics alone."""

from __future__ import annotations

from uuid import uuid4

import pytest

from detectors.sentiment import SentimentModel
from streams.core.actions import Action
from streams.core.actions import encode as encode_action
from streams.core.crises import encode
from streams.core.duties import Duties
from streams.core.pipeline import Pipeline
from streams.core.posts import decode
from streams.core.settings import Settings
from streams.core.watch import Outcome
from streams.report.accounting import account_of
from streams.report.digesting import Logs, digest_of
from streams.report.gathering import from_topics
from streams.report.heard import from_topic
from streams.report.incident import render
from streams.report.weeks import week_of
from streams.response.desk import done
from streams.tail import held
from streams.topics import ensure
from tests.kafka import helpers, story
from tests.kafka.test_course import write
from tests.kafka.workers import stage_settings
from tests.streams.report.made import seconds, words

NOW = story.START + 300 * 60.0


@pytest.fixture
async def told(bootstrap_servers: str, name: str) -> tuple[Settings, Outcome]:
    settings = stage_settings(bootstrap_servers, name)
    await ensure(settings.kafka)
    outcome = Pipeline(settings, SentimentModel()).take([(decode(post), "") for post in story.posts()])
    await helpers.fill(bootstrap_servers, settings.kafka.crises_topic, [(0, encode(one)) for one in outcome.events])
    await write(settings, outcome.readings)
    return settings, outcome


async def test_an_incident_and_its_week_are_told_from_the_topics(told: tuple[Settings, Outcome]) -> None:
    settings, outcome = told
    kafka, brand = settings.kafka, story.BRANDS[0]
    subject = next(one.subject for one in outcome.events if one.data.severity != "notice")
    first = next(one for one in outcome.events if one.subject == subject and one.data.severity != "notice")
    action = Action(id=uuid4().hex, incident=subject, kind="acknowledged", at=seconds(first.time) + 240.0, by="Ola")
    await helpers.fill(kafka.bootstrap_servers, kafka.incidents_topic, [(0, encode_action(action))])

    case = await from_topics(settings, subject[:8], NOW)
    account = account_of(case, Duties(settings), "Northquill", NOW)
    assert account.source == "counts"
    assert account.answer("acknowledge").minutes == 4.0
    assert [one.voices for one in account.sights] == [
        one.data.voices for one in outcome.events if one.subject == subject
    ]
    assert account.counted is not None
    assert account.counted.mentions == sum(
        one.mentions for one in outcome.readings if one.brand == brand and account.onset <= one.bucket
    )
    assert "Told by the counts in Kafka" in render(account, case.course, words("en"))

    week = week_of("2026-W01", words("en").zone, NOW)
    heard = await from_topic(settings, week)
    digest = digest_of(settings, week, Logs(await held(kafka), await done(kafka), heard), NOW)
    for one in digest.brands:
        assert one.mentions == sum(reading.mentions for reading in outcome.readings if reading.brand == one.brand)
    [incident] = digest.incidents
    assert (incident.brand, incident.acknowledge_minutes) == (brand, 4.0)
    assert digest.model is None
