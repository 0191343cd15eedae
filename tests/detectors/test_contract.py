"""Every detector keeps the contract: list it once in `DETECTORS`."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from river import base
from river.checks import common

from detectors.burst import BurstDetector
from detectors.checks import ALL, Factory
from detectors.negativity import NegativityDetector

DETECTORS: list[Factory] = [BurstDetector, NegativityDetector]

RIVER = [
    common.check_repr,
    common.check_str,
    common.check_tags,
    common.check_clone_same_class,
    common.check_clone_is_idempotent,
    common.check_init_has_default_params_for_tests,
    common.check_init_default_params_are_not_mutable,
    common.check_doc,
    common.check_clone_changes_memory_addresses,
    common.check_pickling_supports_roundtrip,
    common.check_repr_roundtrips_clone,
    common.check_clone_with_new_params_applies,
    common.check_get_params_matches_signature,
]


@pytest.mark.parametrize("make", DETECTORS)
@pytest.mark.parametrize("check", ALL, ids=lambda check: check.__name__)
def test_detector_keeps_the_contract(check: Callable[[Factory], None], make: Factory) -> None:
    check(make)


@pytest.mark.parametrize("make", DETECTORS)
@pytest.mark.parametrize("check", RIVER, ids=lambda check: check.__name__)
def test_detector_is_a_river_estimator(check: Callable[[base.Base], None], make: Callable[[], base.Base]) -> None:
    check(make())
