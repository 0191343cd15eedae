"""A model that learns from labels hears more of the same anger: that is no crisis, and a real one is found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import numpy as np
import pytest

from detectors.errors import Error
from detectors.sentiment import SentimentModel
from detectors.sentiment.model import Scored
from streams.core.crises import CrisisEvent
from streams.core.pipeline import Pipeline
from streams.core.posts import Post
from streams.core.settings import Settings
from tests.scenarios.told import at, pages
from tests.scenarios.usual import BRAND, START

RATE = 3.0  # posts a minute
ANGRY = 0.3  # of all posts; of these the lexicons know every second one
WORDS = {True: ("wstyd", "karuzela"), False: ("sklep", "dworzec", "ulica")}
TAUGHT, END = at(1, 10), at(2, 12)


class Silent:
    """A sentiment model that does not tell how it errs."""

    errors: Mapping[str, Error] = {}

    def __init__(self, model: SentimentModel) -> None:
        self.model = model

    @property
    def version(self) -> str:
        return self.model.version

    def predict_many(self, texts: Sequence[str], langs: Sequence[str | None]) -> list[Scored]:
        return self.model.predict_many(texts, langs)


class Town:
    """People who talk of the brand, a part of them angry."""

    def __init__(self) -> None:
        self.generator = np.random.default_rng(3)
        self.number = 0

    def say(self, angry: float) -> tuple[str, bool]:
        generator = self.generator
        negative = bool(generator.random() < angry)
        tail = "".join(generator.choice(list("abcdefghijklmnoprstuwz"), 8))
        return f"Zorzanka {generator.choice(WORDS[negative])} {tail}", negative

    def minute(self, moment: datetime, crisis: datetime | None) -> list[tuple[Post, str]]:
        angry = 0.85 if crisis and moment >= crisis else ANGRY
        posts = []
        for _ in range(self.generator.poisson(RATE)):
            self.number += 1
            author = str(self.number)
            text, _ = self.say(angry)
            posts.append((Post(id=author, source="x", author=author, text=text, lang="pl", created_at=moment), ""))
        return posts


def told(model: SentimentModel, scorer: SentimentModel | Silent, crisis: datetime | None = None) -> list[CrisisEvent]:
    """Two days and a half of ordinary talk, on the second of which the model is taught with what people say there."""
    town, pipeline, events, moment = Town(), Pipeline(Settings(brands=(BRAND,)), scorer), [], START
    while moment < END:
        if moment == TAUGHT:
            for _ in range(400):
                model.learn_one(*town.say(ANGRY), "pl")
        events += pipeline.take(town.minute(moment, crisis)).events
        moment += timedelta(minutes=1)
    return events + pipeline.finish().events


def test_the_labels_change_what_the_model_hears() -> None:
    model, town = SentimentModel(), Town()
    before = model.errors["pl"]
    for _ in range(400):
        model.learn_one(*town.say(ANGRY), "pl")
    after = model.errors["pl"]
    assert after.sensitivity > before.sensitivity + 0.2
    assert after.sensitivity_variance < before.sensitivity_variance / 3.0


def test_a_model_that_is_taught_pages_nobody() -> None:
    model = SentimentModel()
    assert pages(told(model, model)) == []


def test_it_would_page_if_it_did_not_tell_how_it_errs() -> None:
    model = SentimentModel()
    assert pages(told(model, Silent(model))) != []


@pytest.mark.parametrize("hours", [2, 12])
def test_a_crisis_after_the_lesson_is_found(hours: int) -> None:
    model, crisis = SentimentModel(), TAUGHT + timedelta(hours=hours)
    (page, *_) = pages(told(model, model, crisis))
    assert timedelta() < datetime.fromisoformat(page.time) - crisis <= timedelta(hours=1)
    assert "negativity" in page.data.kinds
    assert page.data.negativity.expected == pytest.approx(ANGRY, abs=0.15)
    assert page.data.negativity.observed > 0.6
