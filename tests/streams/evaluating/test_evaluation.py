"""An evaluation counts right, keeps the judges apart, and is shown on a page that is safe and true to it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.sentiment import SentimentModel
from streams.evaluating import Evaluation, Labelled, evaluate, labelled, render
from streams.evaluating.curves import POINTS, calibration, roc
from streams.evaluating.evaluation import LEARNING, LEXICON, TAUGHT
from streams.evaluating.worst import MOST
from tests.data import data
from tests.detectors.sentiment.test_performance import posts, teach
from tests.streams.test_report import HOSTILE, Loads


def rows(length: int = 300, seed: int = 1) -> list[Labelled]:
    """Posts with their labels, every twentieth of them a mistake."""
    return [
        Labelled(text, negative != (number % 20 == 0), "pl", f"posts.csv:{number}")
        for number, (text, negative) in enumerate(posts(length, seed), 2)
    ]


FRESH = rows()[1:]  # of those below, what the model was not taught


def taught() -> SentimentModel:
    model = SentimentModel()
    teach(model, 300, seed=7)
    return model


@pytest.fixture(scope="module")
def told() -> Evaluation:
    german = Labelled("Das ist nicht gut und ich bin sehr traurig", True, "de", "posts.csv:999")
    english = Labelled("worst airline ever, my bag is lost", True, "en", "posts.csv:998")
    return evaluate("posts.csv", [*rows(), german, english], 0.5, taught(), frozenset([rows()[0].text]))


def test_each_judge_is_counted_as_it_spoke(told: Evaluation) -> None:
    cold, model = SentimentModel(), taught()
    assert [judge.name for judge in told.judges] == [LEXICON, TAUGHT, LEARNING]
    assert (told.posts, told.unscored, told.known) == (300, 1, 1)
    for judge, by in zip(told.judges, (cold, model), strict=False):
        scores = by.predict_many([row.text for row in FRESH], ["pl"] * 299)
        right = [((score.negative or 0.0) >= 0.5) == row.negative for score, row in zip(scores, FRESH, strict=True)]
        assert judge.languages["pl"].measures.accuracy == sum(right) / 299
        assert (judge.version, judge.languages["pl"].posts, judge.languages["en"].posts) == (by.version, 299, 1)
        counts = judge.whole.confusion
        assert counts.found + counts.missed + counts.false_alarms + counts.rejected == 300
    assert model.version == taught().version  # judging taught it nothing


def test_learning_is_prequential(told: Evaluation) -> None:
    model, right = SentimentModel(), 0
    for row in FRESH:
        right += (model.predict_proba_one(row.text, "pl")[True] >= 0.5) == row.negative
        model.learn_one(row.text, row.negative, "pl")
    assert told.judges[2].languages["pl"].measures.accuracy == right / 299
    assert [step.labels for step in told.learning["pl"]][-1] >= 297
    assert "en" not in told.learning  # of one label there is no course


def test_the_gravest_errors_are_explained_as_they_were_made(told: Evaluation) -> None:
    assert 0 < len(told.worst) <= MOST
    gravity = [abs(wrong.told - wrong.negative) for wrong in told.worst]
    assert gravity == sorted(gravity, reverse=True)
    for wrong in told.worst:
        assert wrong.reasons.negative == pytest.approx(wrong.told, abs=1e-4)
        assert (wrong.told >= 0.5) != wrong.negative


def test_without_a_taught_model_the_learning_one_is_what_it_is_about() -> None:
    untaught = evaluate("posts.csv", rows(60), 0.5)
    assert [judge.name for judge in untaught.judges] == [LEXICON, LEARNING]
    assert "Learning as it goes" in render(untaught)


def test_posts_that_were_all_taught_are_refused() -> None:
    with pytest.raises(ValueError, match="all of these posts were taught"):
        evaluate("posts.csv", rows(9), 0.5, taught(), frozenset(row.text for row in rows(9)))


def test_posts_of_unscored_languages_alone_are_refused() -> None:
    with pytest.raises(ValueError, match="Polish or English"):
        evaluate("posts.csv", [Labelled("Guten Tag", False, "de", "posts.csv:2")], 0.5)


def test_the_page_loads_nothing_and_escapes_what_posts_say() -> None:
    hostile = [Labelled(f"{HOSTILE} wstyd skandal oszuści", False, "pl", f"{HOSTILE}:{line}") for line in range(9)]
    page = render(evaluate(HOSTILE, [*hostile, *rows(60)], 0.5))
    loads = Loads(page)
    assert loads.fetched == []
    assert "script" not in loads.tags
    assert "img" not in loads.tags
    assert "evil.example" in page
    assert "49" not in page.split("evil.example")[1][:40]  # a template in a post is but words


def test_the_page_shows_curves_numbers_and_coloured_words(told: Evaluation) -> None:
    page = render(told)
    assert page.count('role="img"') == 4  # ROC curve, calibration, and the course at two sizes
    assert f"{told.judges[1].whole.measures.auc:.3f}" in page
    assert f"{told.judges[1].whole.measures.accuracy:.1%}" in page
    assert '<span class="more" style="--strength:' in page
    assert "1 more post it had been taught" in page
    assert "1 more post is in" in page
    assert "NaN" not in page


def test_a_page_of_one_kind_of_posts_alone_shows_no_area() -> None:
    page = render(evaluate("posts.csv", [row for row in rows(60) if row.negative], 0.5))
    assert "nan" not in page.lower().replace("tenant", "")


@given(st.lists(st.tuples(st.booleans(), st.floats(0.0, 1.0)), min_size=1, max_size=600))
def test_curves_run_as_they_should(told: Sequence[tuple[bool, float]]) -> None:
    came, probabilities = np.array([one for one, _ in told]), np.array([other for _, other in told])
    curve = roc(came, probabilities)
    if came.all() or not came.any():
        assert curve == []
    else:
        assert (curve[0], curve[-1]) == ((0.0, 0.0), (1.0, 1.0))
        assert len(curve) <= POINTS
        assert all(one[0] <= other[0] and one[1] <= other[1] for one, other in pairwise(curve))
    bins = calibration(came, probabilities)
    assert sum(count for *_, count in bins) == len(told)
    assert all(0.0 <= mean <= 1.0 and 0.0 <= share <= 1.0 for mean, share, _ in bins)


def test_on_real_tweets_the_model_that_learns_is_better_than_the_lexicon() -> None:
    told = evaluate("dev.csv", list(labelled(data("airline/dev.csv")))[:3_000], 0.5)
    lexicon, learning = (judge.whole.measures for judge in told.judges)
    assert learning.brier < lexicon.brier
    assert learning.auc > lexicon.auc
    assert not math.isnan(learning.calibration_error)
