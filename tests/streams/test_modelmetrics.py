"""What a scrape says of the sentiment model, and what the log says when it steps back."""

from __future__ import annotations

import asyncio
import logging
import math

import pytest
from prometheus_client import CollectorRegistry

from detectors.sentiment import SentimentModel
from streams.core.labels import Label
from streams.core.pupil import Pupil
from streams.metrics import Metrics
from streams.modelmetrics import MEASURES, ModelNews
from streams.storage import Store
from streams.tutor import Tutor
from tests.detectors.sentiment.test_performance import posts, teach

LANGUAGES, JUDGES = ("pl", "en"), ("model", "lexicon")


def value(registry: CollectorRegistry, name: str, **labels: str) -> float:
    found = registry.get_sample_value(name, labels)
    assert found is not None, f"there is no {name} {labels}"
    return found


def test_a_scrape_shows_the_model_as_it_stands() -> None:
    registry, model = CollectorRegistry(), SentimentModel()
    Metrics(registry).model.follow(lambda: model)
    for name, _ in MEASURES.values():
        assert all(
            math.isnan(value(registry, name, language=lang, judge=judge)) for lang in LANGUAGES for judge in JUDGES
        )
    teach(model, 100, seed=1)
    for field, (name, _) in MEASURES.items():
        for judge in JUDGES:
            recent = getattr(model.performance["pl"], judge).recent
            assert value(registry, name, language="pl", judge=judge) == getattr(recent, field)
        assert math.isnan(value(registry, name, language="en", judge="model"))
    assert value(registry, "larum_model_labels", language="pl") == 100
    assert value(registry, "larum_model_trust_ratio", language="pl") == model.trust("pl")
    assert value(registry, "larum_model_drifts", language="pl") == model.drifts("pl")
    assert value(registry, "larum_model_stepped_back", language="pl") == 0.0


def test_a_scrape_follows_the_model_that_takes_over() -> None:
    registry, models = CollectorRegistry(), [SentimentModel(), SentimentModel()]
    Metrics(registry).model.follow(lambda: models[0])
    teach(models[1], 30, seed=1)
    assert value(registry, "larum_model_labels", language="pl") == 0
    models.reverse()
    assert value(registry, "larum_model_labels", language="pl") == 30


async def test_a_tutor_exports_its_model_and_says_when_it_steps_back(caplog: pytest.LogCaptureFixture) -> None:
    registry = CollectorRegistry()
    lies = [Label(text=text, negative=not negative, lang="pl") for text, negative in posts(300, 2)]
    truths = [Label(text=f"{text}.", negative=negative, lang="pl") for text, negative in posts(60, 3)]
    with Store(":memory:") as store:
        tutor = Tutor(store, Pupil(SentimentModel()), Metrics(registry))
        tutor.add([*lies, *truths])
        following = asyncio.create_task(tutor.follow())
        async with asyncio.timeout(10):
            while not caplog.records:  # noqa: ASYNC110 - it comes to pass
                await asyncio.sleep(0.01)
        following.cancel()
    assert "steps back" in caplog.text
    assert value(registry, "larum_model_stepped_back", language="pl") == 1.0
    assert value(registry, "larum_model_labels", language="pl") == len({one.key for one in (*lies, *truths)})


def test_stepping_back_is_told_once_as_a_warning_and_shown(caplog: pytest.LogCaptureFixture) -> None:
    registry, model = CollectorRegistry(), SentimentModel()
    Metrics(registry).model.follow(lambda: model)
    news = ModelNews(lambda: model)
    caplog.set_level(logging.INFO, "larum")
    teach(model, 300, seed=2, lying=True)
    news.tell()
    caplog.clear()
    teach(model, 60, seed=3)
    news.tell()
    news.tell()
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "(pl) is worse than its lexicon of late: it steps back" in caplog.text
    assert value(registry, "larum_model_stepped_back", language="pl") == 1.0
    assert value(registry, "larum_model_stepped_back", language="en") == 0.0
