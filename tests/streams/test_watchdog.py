import threading
import time

import pytest

from streams.health import Health, Verdict
from streams.watchdog import EXIT_CODE, Watchdog


class Ending:
    """Notes with which code the process would have ended."""

    def __init__(self) -> None:
        self.code: int | None = None
        self.called = threading.Event()

    def __call__(self, code: int) -> None:
        self.code = code
        self.called.set()


def test_a_loop_that_stands_still_ends_the_process_with_a_last_word(capsys: pytest.CaptureFixture[str]) -> None:
    ending = Ending()
    dog = Watchdog(lambda: Verdict(True, "no work waits"), 0.05, ending)
    dog.start()
    assert ending.called.wait(10)
    dog.stop()
    assert ending.code == EXIT_CODE
    assert "event loop has stood still" in capsys.readouterr().err


def test_work_that_waits_in_vain_ends_the_process_though_the_loop_runs(capsys: pytest.CaptureFixture[str]) -> None:
    ending = Ending()
    health = Health(0.0, time.monotonic)
    dog = Watchdog(health.verdict, 60.0, ending)
    health.busy(True)
    time.sleep(0.01)
    dog.start()
    assert ending.called.wait(10)
    dog.stop()
    assert "work has waited" in capsys.readouterr().err


def test_a_worker_with_nothing_to_do_is_left_alone() -> None:
    ending = Ending()
    asked = threading.Event()

    def verdict() -> Verdict:
        asked.set()
        return Verdict(True, "no work waits")

    dog = Watchdog(verdict, 4.0, ending)
    dog.start()
    assert asked.wait(10)
    dog.stop()
    assert ending.code is None
