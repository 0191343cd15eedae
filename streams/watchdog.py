"""A thread that ends a process which has stopped working, with a clear last word, so that it gets restarted."""

from __future__ import annotations

import faulthandler
import os
import sys
import threading
import time
from collections.abc import Callable

from streams.health import Verdict

EXIT_CODE = 70  # EX_SOFTWARE


class Watchdog:
    """Ends the process when the event loop stands still, or when work waits and none of it gets done.

    A silent stall is the worst that can happen to an alarm: nothing comes, and nobody knows. A thread of its own
    notices it even where the loop is blocked.

    Parameters
    ----------
    verdict
        Whether work gets done.
    limit
        Seconds that the loop may go without a beat.
    end
        Ends the process.
    """

    def __init__(self, verdict: Callable[[], Verdict], limit: float, end: Callable[[int], object] = os._exit) -> None:
        self._verdict = verdict
        self._limit = limit
        self._end = end
        self._beaten = time.monotonic()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="larum-watchdog", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self.beat()
        self._thread.start()

    def beat(self) -> None:
        """Say that the event loop runs; call it about every second."""
        self._beaten = time.monotonic()

    def stop(self) -> None:
        """Cease to watch."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()

    def _watch(self) -> None:
        while not self._stopped.wait(min(1.0, self._limit / 4)):
            silent = time.monotonic() - self._beaten
            verdict = self._verdict()
            if silent > self._limit:
                return self._last_word(f"the event loop has stood still for {silent:.0f} s")
            if not verdict.ok:
                return self._last_word(verdict.reason)
        return None

    def _last_word(self, reason: str) -> None:
        sys.stderr.write(f"larum: stuck, so this process ends to be started again: {reason}. Where each thread is:\n")
        faulthandler.dump_traceback(file=sys.__stderr__ or sys.stderr)
        self._end(EXIT_CODE)
