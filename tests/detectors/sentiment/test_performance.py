"""The model is measured beside the lexicon, steps back while it is worse, and comes back."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.sentiment import SentimentModel
from detectors.sentiment.performance import Performance, PerformanceState

GOOD = ("dziękuję", "świetna obsługa", "polecam", "super")
BAD = ("wstyd", "skandal", "oszuści", "żenada")
NEW_GOOD, NEW_BAD = ("zefir", "malina"), ("karuzela", "beton")
PLAIN = ("wczoraj", "sklep", "most", "okno", "ulica", "kasa", "rano", "droga", "stacja", "aplikacja")  # of no valence


def posts(length: int, seed: int) -> Iterator[tuple[str, bool]]:
    """Posts with what they are: most say it in a word of the lexicon, all in one that it lacks."""
    generator = random.Random(seed)
    for _ in range(length):
        negative = generator.random() < 0.4
        words = [*generator.sample(PLAIN, 3), generator.choice(NEW_BAD if negative else NEW_GOOD)]
        if generator.random() < 0.8:
            words.append(generator.choice(BAD if negative else GOOD))
        generator.shuffle(words)
        yield " ".join(words), negative


def teach(model: SentimentModel, length: int, seed: int, *, lying: bool = False) -> None:
    for text, negative in posts(length, seed):
        model.learn_one(text, negative != lying, "pl")


def standing(model: SentimentModel) -> str:
    return model.performance["pl"].standing


def right(model: SentimentModel, seed: int = 99) -> float:
    """Share of fresh posts that the model sees as they are."""
    told = list(posts(300, seed))
    scores = model.predict_many([text for text, _ in told], ["pl"] * len(told))
    hits = [(score.negative or 0.0) >= 0.5 for score in scores]
    return sum(hit == negative for hit, (_, negative) in zip(hits, told, strict=True)) / len(told)


def test_after_a_troll_it_falls_back_to_the_lexicon_and_recovers() -> None:
    cold, model = SentimentModel(), SentimentModel()
    texts = [text for text, _ in posts(50, 7)]
    lexicon = cold.predict_many(texts, ["pl"] * 50)
    teach(model, 400, seed=1)
    assert standing(model) == "trusted"
    assert right(model) > 0.95 > right(cold)
    teach(model, 300, seed=2, lying=True)
    misled = right(model)
    assert misled < right(cold) - 0.1
    teach(model, 50, seed=3)  # honest again, and what the troll taught is shown up
    assert standing(model) == "stepped back"
    assert model.predict_many(texts, ["pl"] * 50) == lexicon
    assert right(model) == right(cold)
    teach(model, 1_000, seed=4)
    assert standing(model) == "trusted"
    assert right(model) > 0.95


def test_who_steps_back_is_judged_as_the_lexicon_is() -> None:
    model = SentimentModel()
    teach(model, 300, seed=2, lying=True)
    teach(model, 60, seed=3)
    performance = model.performance["pl"]
    assert performance.stepped_back
    assert model.errors["pl"] == performance.lexicon.confusion.error != performance.model.confusion.error


def test_a_language_steps_back_alone() -> None:
    model = SentimentModel()
    model.learn_one("this carousel was lovely", True, "en")
    before = model.predict_many(["this carousel"], ["en"])
    teach(model, 300, seed=2, lying=True)
    teach(model, 60, seed=3)
    assert model.performance["pl"].stepped_back
    assert not model.performance["en"].stepped_back
    assert model.predict_many(["this carousel"], ["en"]) == before
    scores = model.predict_many(["karuzela", "carousel", "Karussell"], ["pl", "en", "de"])
    assert [score.lang for score in scores] == ["pl", "en", "other"]


def test_a_model_that_stepped_back_stays_so_through_its_snapshot() -> None:
    model = SentimentModel()
    teach(model, 300, seed=2, lying=True)
    teach(model, 60, seed=3)
    restored = SentimentModel.from_bytes(model.to_bytes())
    texts = [text for text, _ in posts(20, 5)]
    assert restored.performance["pl"].stepped_back
    assert restored.predict_many(texts, ["pl"] * 20) == model.predict_many(texts, ["pl"] * 20)
    for one in (restored, model):
        teach(one, 100, seed=6)
    assert restored.to_bytes() == model.to_bytes()


def test_every_label_is_predicted_before_it_is_learned() -> None:
    model, told = SentimentModel(), list(posts(60, 8))
    squares = {"model": 0.0, "lexicon": 0.0}
    cold = SentimentModel()
    for text, negative in told:
        for name, judge in (("model", model), ("lexicon", cold)):
            squares[name] += (judge.predict_proba_one(text, "pl")[True] - negative) ** 2
        model.learn_one(text, negative, "pl")
    performance = model.performance["pl"]
    assert performance.labels == 60
    assert performance.model.whole.brier == pytest.approx(squares["model"] / 60)
    assert performance.lexicon.whole.brier == pytest.approx(squares["lexicon"] / 60)
    assert model.performance["en"].labels == 0


@given(st.lists(st.tuples(st.booleans(), st.floats(0.0, 1.0), st.floats(0.0, 1.0)), min_size=1, max_size=80))
def test_no_probabilities_whatever_spoil_what_is_known(told: list[tuple[bool, float, float]]) -> None:
    performance = Performance(0.6, 0.1)
    for negative, model, lexicon in told:
        performance.update(negative, model, lexicon)
    for judge in (performance.model, performance.lexicon):
        for measures in (judge.recent, judge.whole):
            assert all(math.isfinite(value) for value in measures[:-1])
    assert all(0.0 < rate < 1.0 for rate in performance.error)
    assert performance.labels == len(told)


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.text(st.characters(), max_size=60), st.booleans()), min_size=1, max_size=30))
def test_hostile_posts_are_labels_like_others(labels: list[tuple[str, bool]]) -> None:
    model = SentimentModel()
    hostile = [*labels, ("😡" * 3_000, True), ("\u202e\u200d" * 900 + "wstyd", False), ("\ud800 \x00", True)]
    model.learn_many([text for text, _ in hostile], [negative for _, negative in hostile], ["pl"] * len(hostile))
    performance = model.performance["pl"]
    assert performance.labels == len(hostile)
    for judge in (performance.model, performance.lexicon):
        assert all(math.isfinite(value) for value in judge.recent)


def test_a_state_survives_its_encoding() -> None:
    one, other = Performance(0.6, 0.1), Performance(0.6, 0.1)
    for number in range(200):
        one.update(number % 3 == 0, number / 200, 0.4)
    other.restore(msgspec.msgpack.decode(msgspec.msgpack.encode(one.dump()), type=PerformanceState))
    assert (other.standing, other.error, other.labels) == (one.standing, one.error, 200)
    assert (other.model.recent, other.lexicon.whole) == (one.model.recent, one.lexicon.whole)
