"""What the model learns from real labels; the files are development data, beside the repository."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from detectors.sentiment import SentimentModel
from tests.benchmarks.sentiment import LANGUAGES, read
from tests.benchmarks.sentiment_contenders import Post
from tests.benchmarks.sentiment_curves import curve
from tests.benchmarks.sentiment_measures import measures
from tests.data import data

FILES = {"airline": "airline/dev.csv", "polish": "polish/tweets_dev.csv", "english": "english/tweets_dev.csv"}
GOALS = {"airline": (0.92, 0.92), "polish": (0.77, 0.79), "english": (0.82, 0.82)}


def told(posts: list[Post], lang: str) -> tuple[dict[str, float], dict[str, float]]:
    """Measures of the model cold, and learning from each post after scoring it."""
    model = SentimentModel()
    texts, labels, langs = [post.text for post in posts], [post.negative for post in posts], [lang] * len(posts)
    cold = [score.negative for score in model.predict_many(texts, langs)]
    return tuple(measures(labels, one) for one in (cold, model.learn_many(texts, labels, langs)))  # type: ignore[arg-type, return-value]


@pytest.mark.parametrize("name", FILES)
def test_learning_beats_the_lexicon_in_rank_and_in_being_believed(name: str) -> None:
    cold, learning = told(read(data(FILES[name])), LANGUAGES[name])
    whole, second = GOALS[name]
    assert learning["auc"] > whole
    assert learning["auc_second_half"] > second
    assert learning["auc"] > cold["auc"]
    assert learning["brier"] < cold["brier"]
    assert learning["log_loss"] < cold["log_loss"]
    assert learning["calibration"] < 0.05


@pytest.mark.parametrize("name", FILES)
def test_few_labels_never_do_harm_beyond_chance(name: str) -> None:
    cold = SentimentModel().to_bytes()
    points = curve(cold, cold, read(data(FILES[name]))[:2_000], LANGUAGES[name], orders=4)
    for point in points[1:]:
        assert point["gain"] > -0.004, point
    assert points[-1]["gain"] > 0.005


def test_what_one_brand_taught_is_soon_made_good_on_posts_of_another_kind() -> None:
    airline, topics = read(data(FILES["airline"])), read(data(FILES["english"]))
    model = SentimentModel()
    model.learn_many([post.text for post in airline], [post.negative for post in airline], ["en"] * len(airline))
    cold, _ = told(topics, "en")
    taught = measures(
        [post.negative for post in topics],
        model.learn_many([post.text for post in topics], [post.negative for post in topics], ["en"] * len(topics)),  # type: ignore[arg-type]
    )
    assert taught["auc"] > cold["auc"] - 0.01
    assert taught["brier"] < cold["brier"]
    assert taught["calibration"] < 0.05


def test_what_labels_mean_may_change_and_is_learned_anew() -> None:
    posts = read(data(FILES["airline"]))
    drawn = [posts[at] for at in np.random.default_rng(5).permutation(len(posts))][:3_500]
    labels = [post.negative != (at >= 2_000) for at, post in enumerate(drawn)]
    model = SentimentModel()
    before = model.learn_many([post.text for post in drawn], labels, ["en"] * len(drawn))
    assert model.drifts("en") == 1
    late = measures(labels[3_000:], before[3_000:])  # type: ignore[arg-type]
    assert late["brier"] < 0.22
    unchanged = SentimentModel()
    unchanged.learn_many([post.text for post in drawn], [post.negative for post in drawn], ["en"] * len(drawn))
    assert unchanged.drifts("en") == 0


def test_a_file_without_a_column_is_named_with_it(tmp_path: Path) -> None:
    file = tmp_path / "posts.csv"
    file.write_text("label,text\nnegative,dno\n", encoding="utf-8")
    with pytest.raises(SystemExit, match=r"posts\.csv: no column 'sentiment'; there are: label, text"):
        read(file)
    file.write_text("sentiment,text\nneutral,a\nneutral,b\n", encoding="utf-8")
    with pytest.raises(SystemExit, match=r"posts\.csv: the second half"):
        read(file)
