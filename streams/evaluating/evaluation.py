"""How good the sentiment model is on labelled posts: cold, as it was taught, and learning as it goes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec
import numpy as np

from detectors.confusion import Confusion, ConfusionState
from detectors.prequential import Measures, Prequential
from detectors.sentiment import SentimentModel
from detectors.sentiment.performance import Performance
from streams.evaluating.curves import calibration, roc
from streams.evaluating.rows import Labelled
from streams.evaluating.worst import Worst, Wrong

LEXICON, TAUGHT, LEARNING = "lexicon", "as taught", "learning"
POINTS = 120  # of the course of learning
FEWEST = 50  # labels; of fewer, a course tells of chance


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """How well one judge did on some posts.

    Parameters
    ----------
    posts
        How many.
    measures
        Of its probabilities.
    confusion
        How often it was right and wrong at the threshold.
    roc
        The ROC curve: false alarms against what is found, both as shares, as the threshold falls.
    calibration
        For each tenth of probability with posts in it: the mean probability, the share that was negative, how many.
    """

    posts: int
    measures: Measures
    confusion: ConfusionState
    roc: list[tuple[float, float]]
    calibration: list[tuple[float, float, int]]


class Judge(msgspec.Struct, frozen=True, kw_only=True):
    """How well one judge did, over all and by language."""

    name: str
    version: str
    whole: Result
    languages: dict[str, Result]


class Step(NamedTuple):
    """How right model and lexicon were of late, after so many labels."""

    labels: int
    model: float
    lexicon: float


class Evaluation(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="larum.evaluation"):
    """How good the sentiment model is on labelled posts.

    Parameters
    ----------
    file
        Where they are from.
    posts, unscored, known
        How many were judged, and how many were left out: being in a language that is not scored, or because the model
        had been taught them, so that they would tell nothing.
    threshold
        Probability from which a post counts as negative.
    judges
        The lexicon alone; the model as it was taught, where it was; and a model that learns each post after judging it.
    learning
        The course of that, by language.
    worst
        The gravest errors, and why: of the model as taught or, without one, of the learning one.
    """

    file: str
    posts: int
    unscored: int
    known: int
    threshold: float
    judges: list[Judge]
    learning: dict[str, list[Step]]
    worst: list[Wrong]


def evaluate(
    file: str, rows: Sequence[Labelled], threshold: float, taught: SentimentModel | None = None,
    lessons: frozenset[str] = frozenset(),
) -> Evaluation:  # fmt: skip
    """Judge labelled posts.

    Parameters
    ----------
    file
        Where they are from.
    rows
        The posts, in order of time.
    threshold
        Probability from which a post counts as negative.
    taught
        A model that has learned elsewhere, if there is one.
    lessons
        The texts that it learned from; nobody is judged by them.

    Raises
    ------
    ValueError
        All posts were taught, or none is in a language that is scored.
    """
    cold, all_of_them = SentimentModel(threshold=threshold), len(rows)
    rows = [row for row in rows if row.text not in lessons]
    if all_of_them and not rows:
        raise ValueError("all of these posts were taught to the model: they tell nothing of it")
    texts, langs = [row.text for row in rows], [row.lang for row in rows]
    scores = cold.predict_many(texts, langs)
    judged = [row for row, score in zip(rows, scores, strict=True) if score.negative is not None]
    if not judged:
        raise ValueError("no post is in a language that is scored, Polish or English")
    tags = [score.lang for score in scores if score.negative is not None]
    worst = Worst(threshold)
    probabilities = {LEXICON: [score.negative for score in scores if score.negative is not None]}
    versions = {LEXICON: cold.version}
    if taught is not None:
        probabilities[TAUGHT] = _taught(taught, judged, tags, worst)
        versions[TAUGHT] = taught.version
    learner, course = SentimentModel(threshold=threshold), dict[str, list[Step]]()
    probabilities[LEARNING] = _learning(learner, judged, tags, None if taught else worst, course)
    versions[LEARNING] = learner.version
    return Evaluation(
        file=file,
        posts=len(judged),
        unscored=len(rows) - len(judged),
        known=all_of_them - len(rows),
        threshold=threshold,
        judges=[_judge(name, versions[name], judged, tags, told, threshold) for name, told in probabilities.items()],
        learning={lang: steps for lang, steps in course.items() if steps[-1].labels >= FEWEST},
        worst=worst.found,
    )


def _taught(model: SentimentModel, rows: Sequence[Labelled], tags: Sequence[str], worst: Worst) -> list[float]:
    scores = model.predict_many([row.text for row in rows], tags)
    told = [0.5 if score.negative is None else score.negative for score in scores]
    for row, tag, probability in zip(rows, tags, told, strict=True):
        worst.take(row, tag, probability, model.explain)
    return told


def _learning(
    model: SentimentModel,
    rows: Sequence[Labelled],
    tags: Sequence[str],
    worst: Worst | None,
    course: dict[str, list[Step]],
) -> list[float]:
    """Judge each post, then learn it; note now and then how it goes."""
    told, pace = [], max(1, len(rows) // POINTS)
    for number, (row, tag) in enumerate(zip(rows, tags, strict=True), 1):
        told.append(model.predict_proba_one(row.text, tag)[True])
        if worst is not None:
            worst.take(row, tag, told[-1], model.explain)
        model.learn_one(row.text, row.negative, tag)
        if number % pace == 0:
            _note(course, model.performance)
    return told


def _note(course: dict[str, list[Step]], performances: Mapping[str, Performance]) -> None:
    for lang, performance in performances.items():
        last = course[lang][-1].labels if lang in course else 0
        if performance.labels > last:
            model, lexicon = performance.model.recent.accuracy, performance.lexicon.recent.accuracy
            course.setdefault(lang, []).append(Step(performance.labels, round(model, 4), round(lexicon, 4)))


def _judge(
    name: str, version: str, rows: Sequence[Labelled], tags: Sequence[str], told: Sequence[float], threshold: float
) -> Judge:
    came = [row.negative for row in rows]
    languages = {}
    for lang in sorted(set(tags)):
        own = [at for at, tag in enumerate(tags) if tag == lang]
        languages[lang] = _result([came[at] for at in own], [told[at] for at in own], threshold)
    return Judge(name=name, version=version, whole=_result(came, told, threshold), languages=languages)


def _result(came: Sequence[bool], told: Sequence[float], threshold: float) -> Result:
    measured = Prequential(Confusion(half_life=math.inf), threshold)
    for answer, probability in zip(came, told, strict=True):
        measured.update(answer, probability)
    answers, probabilities = np.array(came, np.bool_), np.array(told)
    return Result(
        posts=len(came),
        measures=measured.whole,
        confusion=measured.confusion.dump(),
        roc=roc(answers, probabilities),
        calibration=calibration(answers, probabilities),
    )
