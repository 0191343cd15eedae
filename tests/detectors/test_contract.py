"""Every detector keeps the contract: list it once in `DETECTORS`."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from river import base
from river.checks import common

from detectors.burst import BurstDetector
from detectors.checks import ALL, Factory
from detectors.errors import Error, Judge
from detectors.harm import HarmDetector
from detectors.negativity import NegativityDetector
from detectors.observations import Count, Features
from detectors.tone import Tone


class Judged(NegativityDetector):
    """A detector of tone that is told how a poor model errs, now on this language and now on that one."""

    ERRORS = (Error(0.6, 0.1, 0.002, 0.003), Error(0.85, 0.15, 0.004, 0.001))

    def find_one(self, x: Features, y: Count) -> Tone:
        return super().find_one(self._told(x), y)

    def learn_one(self, x: Features, y: Count) -> None:
        super().learn_one(self._told(x), y)

    def skip_one(self, x: Features, y: Count) -> None:
        super().skip_one(self._told(x), y)

    def doubt_one(self, x: Features, y: Count) -> None:
        super().doubt_one(self._told(x), y)

    def _told(self, x: Features) -> Features:
        return {**x, "judge": Judge(self.ERRORS[int(x["mentions"]) % 2], self.ERRORS[0])}


DETECTORS: list[Factory] = [BurstDetector, NegativityDetector, HarmDetector]

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


@pytest.mark.parametrize("make", [*DETECTORS, Judged])
@pytest.mark.parametrize("check", ALL, ids=lambda check: check.__name__)
def test_detector_keeps_the_contract(check: Callable[[Factory], None], make: Factory) -> None:
    check(make)


@pytest.mark.parametrize("make", DETECTORS)
@pytest.mark.parametrize("check", RIVER, ids=lambda check: check.__name__)
def test_detector_is_a_river_estimator(check: Callable[[base.Base], None], make: Callable[[], base.Base]) -> None:
    check(make())
