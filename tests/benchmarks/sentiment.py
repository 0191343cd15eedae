"""How well sentiment is told, cold and learning, beside VADER and a plain online bag of words.

    python -m tests.benchmarks.sentiment airline|polish|english --data FILE [--json]

The file is a CSV with columns ``sentiment`` (negative against the rest) and ``text``, in the order of time. *Cold*
scores every post by a model that has learned nothing; *prequential* scores each post before learning its label. Costs
are processor time: *words new* meets every word of the file for the first time, *words known* has met them.
"""

from __future__ import annotations

import argparse
import csv
import json
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from river import linear_model, optim
from scipy.stats import rankdata
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from detectors.sentiment import SentimentModel
from detectors.sentiment.tokens import split

LANGUAGES = {"airline": "en", "polish": "pl", "english": "en"}


class Run(NamedTuple):
    """Probabilities of being negative, one for each post, and what they cost in microseconds a post."""

    probabilities: list[float]
    predict_us: float
    learn_us: float | None = None


class Post(NamedTuple):
    """A labelled post."""

    text: str
    negative: bool


def read(path: Path) -> list[Post]:
    """Read labelled posts in file order."""
    with path.open(encoding="utf-8", newline="") as file:
        return [Post(row["text"], row["sentiment"] == "negative") for row in csv.DictReader(file)]


def cold(model: SentimentModel, posts: list[Post], lang: str) -> Run:
    """Larum with nothing learned, in bulk."""
    texts, langs = [post.text for post in posts], [lang] * len(posts)
    began = time.process_time()
    scored = model.predict_many(texts, langs)
    took = time.process_time() - began
    return Run([score.negative or 0.0 for score in scored], took / len(posts) * 1e6)


def prequential(posts: list[Post], lang: str) -> Run:
    """Larum, each post scored and then learned, one at a time."""
    model = SentimentModel()
    return _one_by_one(
        posts,
        lambda text: model.predict_many([text], [lang])[0].negative or 0.0,
        lambda text, negative: model.learn_one(text, negative, lang),
    )


def vader(posts: list[Post]) -> Run:
    """VADER's compound score, which learns nothing."""
    analyzer = SentimentIntensityAnalyzer()
    began = time.process_time()
    compound = [analyzer.polarity_scores(post.text)["compound"] for post in posts]
    took = time.process_time() - began
    return Run([(1.0 - value) / 2.0 for value in compound], took / len(posts) * 1e6)


def plain(posts: list[Post]) -> Run:
    """River's logistic regression with AdaGrad on lower-case words and pairs of words."""
    model: Any = linear_model.LogisticRegression(optim.AdaGrad(0.1))
    return _one_by_one(
        posts,
        lambda text: float(model.predict_proba_one(_bag(text))[True]),
        lambda text, negative: model.learn_one(_bag(text), negative),
    )


def auc(labels: NDArray[np.bool_], scores: NDArray[np.float64]) -> float:
    """Area under the ROC curve by ranks; ties count half."""
    positives = int(labels.sum())
    negatives = len(labels) - positives
    ranks = rankdata(scores)[labels].sum() - positives * (positives + 1) / 2
    return float(ranks / (positives * negatives))


def report(posts: list[Post], run: Run) -> dict[str, float | None]:
    """Measures of a run over the whole file and its second half."""
    labels = np.array([post.negative for post in posts])
    scores = np.array(run.probabilities)
    half = len(posts) // 2
    return {
        "auc": round(auc(labels, scores), 4),
        "auc_second_half": round(auc(labels[half:], scores[half:]), 4),
        "accuracy": round(float(((scores >= 0.5) == labels).mean()), 4),
        "brier": round(float(((scores - labels) ** 2).mean()), 4),
        "predict_us": round(run.predict_us, 1),
        "learn_us": None if run.learn_us is None else round(run.learn_us, 1),
    }


def _one_by_one(posts: Iterable[Post], predict: Callable[[str], float], learn: Callable[[str, bool], None]) -> Run:
    probabilities = []
    predicting = learning = 0.0
    for post in posts:
        began = time.process_time()
        probabilities.append(predict(post.text))
        between = time.process_time()
        learn(post.text, post.negative)
        predicting += between - began
        learning += time.process_time() - between
    count = len(probabilities)
    return Run(probabilities, predicting / count * 1e6, learning / count * 1e6)


def _bag(text: str) -> dict[str, float]:
    words = [token.lower() for token in split(text) if token[0].isalnum()]
    return dict.fromkeys([*words, *_pairs(words)], 1.0)


def _pairs(words: list[str]) -> Iterator[str]:
    return (f"{first} {second}" for first, second in pairwise(words))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("set", choices=sorted(LANGUAGES), help="what kind of posts the file holds")
    parser.add_argument("--data", type=Path, required=True, help="CSV file with sentiment and text")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    posts = read(arguments.data)
    lang = LANGUAGES[arguments.set]
    untaught = SentimentModel()
    runs = {
        "larum cold, words new": cold(untaught, posts, lang),
        "larum cold, words known": cold(untaught, posts, lang),
        "larum prequential": prequential(posts, lang),
        "VADER": vader(posts),
        "plain prequential": plain(posts),
    }
    table = {name: report(posts, run) for name, run in runs.items()}
    if arguments.json:
        print(json.dumps({"set": arguments.set, "posts": len(posts), "runs": table}))
        return
    print(f"{arguments.set}: {len(posts)} posts, {sum(post.negative for post in posts) / len(posts):.1%} negative")
    for name, measures in table.items():
        print(f"{name:24}", *(f"{key} {value}" for key, value in measures.items() if value is not None), sep="  ")


if __name__ == "__main__":
    main()
