from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.sentiment import SentimentModel
from detectors.sentiment.features import CHUNK

LABELS = [
    ("Ta infolinia to karuzela, nikt nie odbiera", True),
    ("Kawa na stacji jak zawsze ciepła", False),
    ("My parcel came with the lid open", True),
    ("Same counter, same clerk, all good", False),
    ("Karuzela trwa trzeci dzień 😡", True),
]
POSTS = [
    "Znowu karuzela",
    "thank you so much!",
    "Dramat, oddajcie pieniądze",
    "Ich bin ein Berliner und das ist gut",
    "!!!",
    "",
]


def trained(labels: Sequence[tuple[str, bool]] = LABELS) -> SentimentModel:
    model = SentimentModel()
    for text, negative in labels:
        model.learn_one(text, negative)
    return model


@pytest.fixture(scope="module")
def cold() -> SentimentModel:
    return SentimentModel()


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Skandal! Oszukali mnie, żądam zwrotu pieniędzy", "pl"),
        ("oszusci i zlodzieje, nigdy wiecej", "pl"),
        ("Nie polecam, obsługa beznadziejna", "pl"),
        ("worst airline ever, stuck for hours and my bag is lost", "en"),
        ("This is not good at all, I want a refund", "en"),
    ],
)
def test_cold_model_calls_complaints_negative(cold: SentimentModel, text: str, lang: str) -> None:
    score = cold.predict_many([text], [None])[0]
    assert score.lang == lang
    assert score.negative is not None
    assert score.negative > 0.5


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Dziękuję, świetna obsługa, polecam!", "pl"),
        ("Nie zawiodłem się, wszystko bez zarzutu :)", "pl"),
        ("Jutro otwieramy o dziewiątej", "pl"),
        ("thank you, great flight and lovely crew", "en"),
        ("not bad at all, happy with it", "en"),
        ("The store opens at nine tomorrow", "en"),
    ],
)
def test_cold_model_leaves_praise_and_news_alone(cold: SentimentModel, text: str, lang: str) -> None:
    score = cold.predict_many([text], [None])[0]
    assert score.lang == lang
    assert score.negative is not None
    assert score.negative < 0.5


def test_the_source_is_trusted_and_other_languages_are_not_guessed_at(cold: SentimentModel) -> None:
    texts = ["fatal", "fatal", "fatal", "Das ist nicht gut und ich bin sehr traurig", "12345"]
    scores = cold.predict_many(texts, ["pl", "en-GB", "de", None, None])
    assert [score.lang for score in scores] == ["pl", "en", "other", "other", "und"]
    assert [score.negative is None for score in scores] == [False, False, True, True, True]


def test_a_post_scores_the_same_alone_and_in_company() -> None:
    model = trained()
    texts = POSTS * 100
    together = model.predict_many(texts, [None] * len(texts))
    alone = [model.predict_many([text], [None])[0] for text in POSTS]
    assert together == alone * 100


def test_learning_one_language_leaves_the_other_as_it_was() -> None:
    english = [text for text in POSTS if text.isascii()]
    model = SentimentModel()
    before = model.predict_many(english, ["en"] * len(english))
    for text, negative in LABELS:
        model.learn_one(text, negative, "pl")
    assert model.predict_many(english, ["en"] * len(english)) == before


def test_labels_of_unscored_languages_teach_nothing() -> None:
    model = SentimentModel()
    before = model.version, model.to_bytes()
    model.learn_one("Das ist schlecht", True, "de")
    assert (model.version, model.to_bytes()) == before


def test_labels_in_bulk_are_learned_as_one_after_the_other() -> None:
    labels = [(text, negative, None) for text, negative in LABELS] + [("Das ist schlecht", True, "de")]
    labels = [labels[at * 7 % len(labels)] for at in range(CHUNK + 40)]
    together, alone = SentimentModel(), SentimentModel()
    told = together.learn_many(*zip(*labels, strict=True))
    for (text, negative, lang), probability in zip(labels, told, strict=True):
        assert alone.predict_many([text], [lang])[0].negative == probability
        alone.learn_one(text, negative, lang)
    assert together.to_bytes() == alone.to_bytes()
    assert [text for (text, _, _), one in zip(labels, told, strict=True) if one is None].count("Das ist schlecht") > 40


def test_labels_in_bulk_may_be_none_at_all() -> None:
    model = SentimentModel()
    assert model.learn_many([], [], []) == []
    assert model.labels == 0


def test_learned_words_add_up_to_what_a_label_taught() -> None:
    model = trained()
    features = model._extractor.extract(["Znowu karuzela na infolinii!"], ["pl"])
    dense, tokens = model._learner.shares(features)
    (margin,) = model._learner.margins(features)
    assert dense.sum() + tokens.sum() == pytest.approx(margin)
    assert tokens.sum() == pytest.approx(model._learner.learned(features)[0])
    cold, nothing = model._learner.shares(features, cold=True)
    assert cold.sum() == pytest.approx(SentimentModel()._learner.margins(features)[0])
    assert not nothing.any()


def test_the_version_names_the_labels_in_their_order() -> None:
    assert trained().version == trained().version
    assert trained().version != trained(LABELS[::-1]).version
    assert trained().version != trained([(text, not negative) for text, negative in LABELS]).version


def test_other_processes_come_to_the_same_bits() -> None:
    script = (
        "from tests.detectors.sentiment.test_model import POSTS, trained\n"
        "model = trained()\n"
        "print(model.version, [score.negative for score in model.predict_many(POSTS, [None] * len(POSTS))])\n"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", script], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(st.text(), st.booleans(), st.sampled_from(["pl", "en", None])), max_size=20))
def test_whatever_it_is_told_it_stays_a_probability_and_survives_its_snapshot(
    labels: list[tuple[str, bool, str | None]],
) -> None:
    model = SentimentModel()
    for text, negative, lang in labels:
        model.learn_one(text, negative, lang)
    texts = [text for text, _, _ in labels] + POSTS
    scores = model.predict_many(texts, ["en"] * len(texts))
    assert all(score.negative is not None and 0.0 < score.negative < 1.0 for score in scores)
    restored = SentimentModel.from_bytes(model.to_bytes())
    assert restored.version == model.version
    assert restored.predict_many(texts, ["en"] * len(texts)) == scores
    assert restored.to_bytes() == model.to_bytes()


def test_a_model_contradicted_trusts_its_words_less() -> None:
    model = trained([("karuzela na infolinii", True)] * 50)
    before, other = model.trust("pl"), model.trust("en")
    model.learn_one("karuzela na infolinii", False, "pl")
    assert model.trust("pl") < before
    assert model.trust("en") == other


def test_a_model_taught_sense_comes_to_trust_its_words() -> None:
    model = SentimentModel()
    start = model.trust("pl")
    for _ in range(50):
        model.learn_one("karuzela na infolinii", True, "pl")
        model.learn_one("kawa na stacji", False, "pl")
    assert model.trust("pl") > start


def test_it_knows_how_it_errs_from_predictions_made_before_it_learned() -> None:
    model = SentimentModel()
    before = model.errors
    model.learn_one("Wstyd i skandal, nigdy więcej!", False, "pl")
    assert model.errors["pl"].false_alarms > before["pl"].false_alarms
    assert model.errors["pl"].sensitivity == before["pl"].sensitivity
    assert model.errors["en"] == before["en"]
    model.learn_one("Das ist schlecht", True, "de")
    assert set(model.errors) == {"pl", "en"}


def test_the_threshold_decides_what_is_an_error() -> None:
    strict, lax = SentimentModel(threshold=0.95), SentimentModel(threshold=0.05)
    for model in (strict, lax):
        model.learn_one("wstyd", True, "pl")
    assert strict.errors["pl"].sensitivity < lax.errors["pl"].sensitivity


def test_its_error_and_threshold_survive_its_snapshot() -> None:
    model = SentimentModel(threshold=0.7)
    for text, negative in LABELS:
        model.learn_one(text, negative)
    restored = SentimentModel.from_bytes(model.to_bytes())
    assert (restored.errors, restored.threshold) == (model.errors, 0.7)
