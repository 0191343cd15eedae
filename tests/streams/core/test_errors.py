"""What the model says of its errors is kept by the watch, and reaches the detector of tone."""

from __future__ import annotations

import pytest

from tests.streams.core.test_watch import history, judged, watch


def test_what_the_model_said_of_its_errors_holds_until_it_says_something_else() -> None:
    one = watch()
    for each in judged(history(100)):
        one.take(each)
    learned = one.brands["orlen"].state.sentinel.senses.tone.ordinary
    assert learned.late is not None
    assert learned.late.error.sensitivity == pytest.approx(0.8, abs=0.05)
    assert learned.learned is not None
    assert learned.learned.error.sensitivity == pytest.approx(0.7, abs=0.05)
