"""The page: everything that an evaluation shows, rendered by one template."""

from __future__ import annotations

from typing import NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from detectors.sentiment.reasons import Reason
from streams.evaluating import plots
from streams.evaluating.evaluation import LEXICON, TAUGHT, Evaluation, Judge
from streams.modelcard import number

LANGUAGES = {"pl": "Polish", "en": "English"}
ABOUT = {
    LEXICON: "the lexicon alone: nothing learned",
    TAUGHT: "the model as it was taught elsewhere; it learns nothing here",
    "learning": "a model that begins cold, judges each post and then learns its label",
}
FAINTEST, STRONGEST = 0.05, 3.0  # log odds at which a word begins to have colour, and has all of it


class Course(NamedTuple):
    """The course of learning in one language, at two sizes."""

    name: str
    wide: Markup
    narrow: Markup


def render(evaluation: Evaluation) -> str:
    """Render an evaluation.

    Returns
    -------
    str
        HTML that loads nothing from anywhere and runs no script. Words of posts are escaped.
    """
    results = {judge.name: judge.whole for judge in evaluation.judges}
    return _template.render(
        evaluation=evaluation,
        headline=headline(evaluation),
        figures=_figures(evaluation),
        about=ABOUT,
        names=LANGUAGES,
        roc=plots.roc(results),
        calibration=plots.calibration(results),
        courses=[
            Course(LANGUAGES[lang], *(plots.course(steps, size) for size in (plots.COURSE_WIDE, plots.COURSE_NARROW)))
            for lang, steps in evaluation.learning.items()
        ],
        languages=sorted(evaluation.judges[0].languages),
        strength=strength,
        number=number,
    )


def headline(evaluation: Evaluation) -> str:
    """Say the main thing in one sentence."""
    lexicon, best = evaluation.judges[0], told(evaluation)
    verb = "The taught model is" if best.name == TAUGHT else "Learning as it goes, the model is"
    right, cold = best.whole.measures.accuracy, lexicon.whole.measures.accuracy
    return f"{verb} right on {right:.1%} of the posts; the lexicon alone on {cold:.1%}."


def told(evaluation: Evaluation) -> Judge:
    """Give the judge that the page is about: the model as taught, where there is one, or the one that learns."""
    return next((judge for judge in evaluation.judges if judge.name == TAUGHT), evaluation.judges[-1])


def strength(reason: Reason) -> float:
    """Say how strongly a word is to be coloured, from -1 (against a negative post) to 1.

    Examples
    --------
    >>> strength(Reason(token="wstyd", lexicon=2.0, learned=4.0)), strength(Reason(token="kawa", learned=-0.01))
    (1.0, 0.0)
    """
    total = reason.total
    return 0.0 if abs(total) < FAINTEST else round(max(-1.0, min(1.0, total / STRONGEST)), 2)


def _figures(evaluation: Evaluation) -> list[tuple[str, str]]:
    """Give the few numbers that stand at the top."""
    measures = told(evaluation).whole.measures
    return [
        (f"{evaluation.posts:,}", "labelled posts"),
        (f"{measures.positives:.0%}", "of them negative"),
        (number(measures.auc, ".3f"), "area under the ROC curve"),
        (f"{measures.calibration_error:.1%}", "calibration error"),
    ]


_template = Environment(
    loader=PackageLoader("streams"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
).get_template("evaluation.html.j2")
