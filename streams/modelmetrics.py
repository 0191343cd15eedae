"""Metrics of the sentiment model: how good it is by language, beside its lexicon alone, and which of them scores."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import partial
from typing import Protocol

from prometheus_client import Gauge

from detectors.contest import Standing
from detectors.prequential import Prequential
from detectors.sentiment.performance import JUDGES, Performance
from streams.definitions import Definitions

log = logging.getLogger("larum")

MEASURES = {
    "accuracy": ("larum_model_accuracy_ratio", "Share of the recent labels that were predicted right."),
    "log_loss": ("larum_model_log_loss", "Mean log loss over the recent labels, in nats."),
    "brier": ("larum_model_brier_score", "Mean square error of the probabilities of the recent labels."),
    "calibration_error": (
        "larum_model_calibration_error_ratio",
        "By how much probabilities and what came true differ on average, over the recent labels.",
    ),
    "auc": ("larum_model_auc_ratio", "Area under the ROC curve over the recent labels."),
}
NEWS: dict[Standing, str] = {
    "learning": "the sentiment model (%s) is made anew and has to show what it is worth; it scores meanwhile",
    "trusted": "the sentiment model (%s) has shown itself no worse than its lexicon and is trusted",
    "stepped back": "the sentiment model (%s) is worse than its lexicon of late: it steps back and the lexicon scores",
}


class Model(Protocol):
    """What is shown of a sentiment model."""

    @property
    def performance(self) -> Mapping[str, Performance]:
        """How good it is, by language."""

    def trust(self, lang: str, /) -> float:
        """How far its learned words count in a language."""

    def drifts(self, lang: str, /) -> int:
        """How often the meaning of a language's labels was found to have changed."""


class ModelMetrics:
    """What Prometheus is told of a sentiment model, as it stands whenever it is asked.

    Parameters
    ----------
    definitions
        Of the `streams.metrics.Metrics` that holds this.
    """

    def __init__(self, definitions: Definitions) -> None:
        new = definitions.new
        self._labels = new(
            Gauge, "larum_model_labels", "Labels that the sentiment model has learned; those taken back are forgotten.",
            "language",
        )  # fmt: skip
        self._measures = {field: new(Gauge, *named, "language", "judge") for field, named in MEASURES.items()}
        self._trust = new(
            Gauge, "larum_model_trust_ratio", "How far learned words count beside the lexicon, from 0 to 1.", "language"
        )
        self._drifts = new(
            Gauge, "larum_model_drifts", "How often the meaning of labels was found to have changed.", "language"
        )
        self._stepped_back = new(
            Gauge, "larum_model_stepped_back",
            "1 while the model is worse than its lexicon alone of late, so that the lexicon scores.", "language",
        )  # fmt: skip

    def follow(self, model: Callable[[], Model]) -> None:
        """Export what there is to say of a model; `model` gives the one that scores when it is called."""
        for lang in model().performance:
            self._labels.labels(lang).set_function(partial(_labels, model, lang))
            self._trust.labels(lang).set_function(partial(_trust, model, lang))
            self._drifts.labels(lang).set_function(partial(_drifts, model, lang))
            self._stepped_back.labels(lang).set_function(partial(_stepped_back, model, lang))
            for judge in JUDGES:
                for field, gauge in self._measures.items():
                    gauge.labels(lang, judge).set_function(partial(_measure, model, lang, judge, field))


class ModelNews:
    """Says in the log when a model comes to be trusted, and when it steps back.

    Parameters
    ----------
    model
        Gives the one that scores.
    """

    def __init__(self, model: Callable[[], Model]) -> None:
        self._model = model
        self._known = {lang: performance.standing for lang, performance in model().performance.items()}

    def tell(self) -> None:
        """Say what is new since last asked."""
        for lang, performance in self._model().performance.items():
            standing = performance.standing
            if standing != self._known[lang]:
                self._known[lang] = standing
                log.log(logging.WARNING if standing == "stepped back" else logging.INFO, NEWS[standing], lang)


def _labels(model: Callable[[], Model], lang: str) -> float:
    return model().performance[lang].labels


def _trust(model: Callable[[], Model], lang: str) -> float:
    return model().trust(lang)


def _drifts(model: Callable[[], Model], lang: str) -> float:
    return model().drifts(lang)


def _stepped_back(model: Callable[[], Model], lang: str) -> float:
    return model().performance[lang].standing == "stepped back"


def _measure(model: Callable[[], Model], lang: str, judge: str, field: str) -> float:
    measured: Prequential = getattr(model().performance[lang], judge)
    return float(getattr(measured.recent, field))
