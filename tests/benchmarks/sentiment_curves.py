"""How soon labels help: the area under the ROC curve after so many of them, on posts that were not learned from."""

from __future__ import annotations

import numpy as np

from detectors.sentiment import SentimentModel
from tests.benchmarks.sentiment_contenders import Post
from tests.benchmarks.sentiment_measures import auc, log_loss

LABELS = (0, 10, 25, 50, 100, 200, 500)
GOAL = 200


def curves(posts: list[Post], lang: str, orders: int) -> dict[str, list[dict[str, float]]]:
    """Curves over all posts, or for each brand from nothing learned and after all other brands were."""
    cold = SentimentModel().to_bytes()
    brands = sorted({post.brand for post in posts})
    if len(brands) == 1:
        return {"all posts, from nothing": curve(cold, cold, posts, lang, orders)}
    found = {}
    for brand in brands:
        own, others = [post for post in posts if post.brand == brand], [post for post in posts if post.brand != brand]
        taught = SentimentModel()
        _learn(taught, others, lang)
        found[f"{brand}, from nothing"] = curve(cold, cold, own, lang, orders)
        found[f"{brand}, after the others"] = curve(cold, taught.to_bytes(), own, lang, orders)
    return found


def curve(cold: bytes, start: bytes, posts: list[Post], lang: str, orders: int) -> list[dict[str, float]]:
    """Learn half of the posts from a start, in random orders, and score the other half after so many labels.

    The first point is the cold model, the last has learned all of its half; between them are those of `LABELS` that
    are fewer.
    """
    half = len(posts) // 2
    steps = [labels for labels in LABELS if labels < half] + [half]
    areas, losses = np.zeros((orders, len(steps) + 1)), np.zeros((orders, len(steps) + 1))
    for order in range(orders):
        drawn = [posts[at] for at in np.random.default_rng(order).permutation(len(posts))]
        learned, judged = drawn[:half], drawn[half:]
        areas[order, 0], losses[order, 0] = _judge(SentimentModel.from_bytes(cold), judged, lang)
        model, before = SentimentModel.from_bytes(start), 0
        for at, labels in enumerate(steps, 1):
            _learn(model, learned[before:labels], lang)
            before = labels
            areas[order, at], losses[order, at] = _judge(model, judged, lang)
    gains = areas - areas[:, :1]
    return [
        {
            "labels": float(labels),
            "auc": float(areas[:, at].mean()),
            "deviation": float(areas[:, at].std(ddof=1)),
            "gain": float(gains[:, at].mean()),
            "worst": float(gains[:, at].min()),
            "log_loss": float(losses[:, at].mean()),
        }
        for at, labels in enumerate([0, *steps])
        if at != 1 or start != cold
    ]


def share(points: list[dict[str, float]]) -> float:
    """Part of the way from the first point to the last that was made at `GOAL` labels."""
    first, last = points[0]["auc"], points[-1]["auc"]
    at = next((point["auc"] for point in points[1:] if point["labels"] >= GOAL), last)
    return (at - first) / (last - first)


def _learn(model: SentimentModel, posts: list[Post], lang: str) -> None:
    model.learn_many([post.text for post in posts], [post.negative for post in posts], [lang] * len(posts))


def _judge(model: SentimentModel, posts: list[Post], lang: str) -> tuple[float, float]:
    scores = np.array(
        [score.negative for score in model.predict_many([post.text for post in posts], [lang] * len(posts))]
    )
    labels = np.array([post.negative for post in posts])
    return auc(labels, scores), log_loss(labels, scores)
