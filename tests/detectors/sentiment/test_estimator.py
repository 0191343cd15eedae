"""Model and features as river estimators: river's own single checks, over a stream of ours, not one it downloads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from river import linear_model
from river.base import Estimator
from river.checks import clf, common

from detectors.sentiment import SentimentModel
from detectors.sentiment.features import Extractor
from tests.detectors.sentiment.test_model import LABELS

ALONE = [
    common.check_repr,
    common.check_str,
    common.check_tags,
    common.check_clone_same_class,
    common.check_clone_is_idempotent,
    common.check_clone_changes_memory_addresses,
    common.check_init_has_default_params_for_tests,
    common.check_init_default_params_are_not_mutable,
    common.check_doc,
    common.check_mutate_can_be_idempotent,
    common.check_repr_roundtrips_clone,
    common.check_clone_with_new_params_applies,
    common.check_get_params_matches_signature,
]
OVER_A_STREAM = [
    common.check_learn_one,
    common.check_predict_one_pure,
    common.check_predict_one_before_any_learn,
    common.check_clone_is_independent,
    clf.check_predict_proba_one,
    clf.check_predict_proba_one_binary,
    clf.check_classifier_tracks_seen_labels,
]


@pytest.mark.parametrize("make", [SentimentModel, Extractor])
@pytest.mark.parametrize("check", ALONE, ids=lambda check: check.__name__)
def test_estimator(check: Callable[..., Any], make: Callable[[], Estimator]) -> None:
    check(make())


@pytest.mark.parametrize("check", OVER_A_STREAM, ids=lambda check: check.__name__)
def test_estimator_over_a_stream(check: Callable[..., Any]) -> None:
    check(SentimentModel(), LABELS * 3)


@pytest.mark.parametrize("check", [common.check_transform_one, common.check_clone_is_independent])
def test_features_over_a_stream(check: Callable[..., Any]) -> None:
    check(Extractor(), LABELS * 3)


@pytest.mark.parametrize("check", OVER_A_STREAM, ids=lambda check: check.__name__)
def test_features_in_a_pipeline_of_river(check: Callable[..., Any]) -> None:
    check(Extractor() | linear_model.LogisticRegression(), LABELS * 3)
