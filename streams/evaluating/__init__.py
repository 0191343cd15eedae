"""How good the sentiment model is on labelled posts: cold, as taught, and as it learns; in numbers and on a page."""

from streams.evaluating.evaluation import Evaluation, evaluate
from streams.evaluating.page import render
from streams.evaluating.rows import Labelled, labelled

__all__ = ["Evaluation", "Labelled", "evaluate", "labelled", "render"]
