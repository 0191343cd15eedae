"""Larum, cold and learning, and those it is measured beside: each a run over the same posts in the same order."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import Any, NamedTuple

from river import linear_model, optim
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from detectors.sentiment import SentimentModel
from detectors.sentiment.tokens import split

EVEN = 0.5


class Run(NamedTuple):
    """Probabilities of being negative, one for each post, and what they cost in microseconds a post."""

    probabilities: list[float]
    predict_us: float
    learn_us: float | None = None


class Post(NamedTuple):
    """A labelled post, and the brand it is about where that is known."""

    text: str
    negative: bool
    brand: str = ""


def contenders(posts: list[Post], lang: str) -> tuple[dict[str, Run], list[str]]:
    """Run all; say which are not installed."""
    untaught = SentimentModel()
    runs = {
        "larum cold, words new": cold(untaught, posts, lang),
        "larum cold, words known": cold(untaught, posts, lang),
        "larum prequential": prequential(posts, lang),
        "larum prequential, one at a time": one_at_a_time(posts, lang),
        "VADER": vader(posts),
        "river, words and pairs": plain(posts),
    }
    try:
        runs["scikit-learn, hashing + SGD"] = hashing(posts)
    except ModuleNotFoundError:
        return runs, ["scikit-learn is not installed and is left out: it comes with the extra 'bench'"]
    return runs, []


def cold(model: SentimentModel, posts: list[Post], lang: str) -> Run:
    """Larum with nothing learned, in bulk."""
    texts, langs = [post.text for post in posts], [lang] * len(posts)
    began = time.process_time()
    scored = model.predict_many(texts, langs)
    return Run([score.negative or 0.0 for score in scored], _each(began, posts))


def prequential(posts: list[Post], lang: str) -> Run:
    """Larum in bulk, each post scored before its label is learned; then all scored once more, for what that costs."""
    model = SentimentModel()
    texts, labels, langs = [post.text for post in posts], [post.negative for post in posts], [lang] * len(posts)
    model.predict_many(texts, langs)
    began = time.process_time()
    told = model.learn_many(texts, labels, langs)
    learn_us = _each(began, posts)
    began = time.process_time()
    model.predict_many(texts, langs)
    return Run([probability or 0.0 for probability in told], _each(began, posts), learn_us)


def one_at_a_time(posts: list[Post], lang: str) -> Run:
    """Larum, each post scored and then learned by calls of its own."""
    model = SentimentModel()
    model.predict_many([post.text for post in posts], [lang] * len(posts))
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
    return Run([(1.0 - value) / 2.0 for value in compound], _each(began, posts))


def plain(posts: list[Post]) -> Run:
    """River's logistic regression with AdaGrad on lower-case words and pairs of words."""
    model: Any = linear_model.LogisticRegression(optim.AdaGrad(0.1))
    return _one_by_one(
        posts,
        lambda text: float(model.predict_proba_one(_bag(text))[True]),
        lambda text, negative: model.learn_one(_bag(text), negative),
    )


def hashing(posts: list[Post]) -> Run:
    """Scikit-learn's hashed words and pairs, and logistic regression by stochastic gradient descent."""
    from sklearn.feature_extraction.text import HashingVectorizer  # noqa: PLC0415  # only with the extra
    from sklearn.linear_model import SGDClassifier  # noqa: PLC0415

    vectorizer = HashingVectorizer(ngram_range=(1, 2), n_features=1 << 16)
    model = SGDClassifier(loss="log_loss", random_state=0)

    def predict(text: str) -> float:
        return float(model.predict_proba(vectorizer.transform([text]))[0, 1]) if hasattr(model, "coef_") else EVEN

    def learn(text: str, negative: bool) -> None:
        model.partial_fit(vectorizer.transform([text]), [negative], classes=[False, True])

    return _one_by_one(posts, predict, learn)


def _each(began: float, posts: list[Post]) -> float:
    return (time.process_time() - began) / len(posts) * 1e6


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
