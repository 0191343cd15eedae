"""A process seen from outside: its processor time and memory, as Linux tells of it, and where it may run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.request import urlopen

import numpy as np

SAMPLE_SECONDS = 0.05
STAGE = r'^larum_processing_seconds_sum{stage="(\w+)"} (\S+)$'
_TICKS = os.sysconf("SC_CLK_TCK")


class OutOfRaceError(RuntimeError):
    """A process has ended, or does nothing; the message has its last words."""


class Sample(NamedTuple):
    """By the clock (epoch seconds): processor seconds so far, and resident bytes."""

    at: float
    cpu: float
    memory: int


class Watched:
    """A process and what it has used up, sampled while it runs."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self.process = process
        self.log = log
        self.samples: list[Sample] = []
        self._thread = threading.Thread(target=self._follow, daemon=True)
        self._thread.start()

    def cpu(self, at: float) -> float:
        """Processor seconds it had used at a time (epoch seconds), all its threads together."""
        return float(np.interp(at, [one.at for one in self.samples], [one.cpu for one in self.samples]))

    def peak(self) -> float:
        """Megabytes of memory it has had at most."""
        return max((one.memory for one in self.samples), default=0) / 1e6

    def stages(self) -> dict[str, float]:
        """Seconds that a worker of larum has spent in each stage, by its own metrics."""
        port = re.search(r"metrics and health on http://[^:]+:(\d+)", self.log.read_text(errors="replace"))
        if port is None:
            return {}
        with urlopen(f"http://127.0.0.1:{port[1]}/metrics", timeout=60) as answer:
            text = answer.read().decode()
        return {stage: float(seconds) for stage, seconds in re.findall(STAGE, text, re.MULTILINE)}

    def words(self) -> str:
        """Give what it has written lately."""
        return self.log.read_text(errors="replace")[-3_000:]

    def check(self) -> None:
        """Raise if it has ended."""
        if self.process.poll() is not None:
            raise OutOfRaceError(f"ended with {self.process.returncode}: {self.words()}")

    def _follow(self) -> None:
        folder, page = Path("/proc", str(self.process.pid)), os.sysconf("SC_PAGE_SIZE")
        while self.process.poll() is None:
            try:
                used = (folder / "stat").read_text().rpartition(")")[2].split()
                memory = int((folder / "statm").read_text().split()[1]) * page
            except OSError:  # ended meanwhile
                return
            self.samples.append(Sample(time.time(), (int(used[11]) + int(used[12])) / _TICKS, memory))
            time.sleep(SAMPLE_SECONDS)


def pinned(command: Sequence[str], core: int | None) -> list[str]:
    """Let a command run on one processor only, where there are several and Linux' taskset is there."""
    taskset = shutil.which("taskset")
    if core is None or taskset is None or (os.cpu_count() or 1) <= core:
        return list(command)
    return [taskset, "-c", str(core), *command]


@contextmanager
def watched(command: Sequence[str], log: Path) -> Iterator[Watched]:
    """Run a command; if it still runs at the end, it is killed."""
    with log.open("ab") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out)
    try:
        yield Watched(process, log)
    finally:
        process.kill()
        process.wait()
