"""Whatever is sent to the API, as its own description allows and as it does not, it answers as it says there."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.streams.web.entering import BOSS, OLA, READER
from tests.streams.web.fuzzing import fuzz, fuzzed_server

# The same requests each time; `python -m tests.benchmarks.fuzz` goes on for longer, and elsewhere in each run.
WHOLE = ("--seed", "8", "--phases", "examples,coverage,fuzzing", "--max-examples", "6")
SHORT = ("--seed", "8", "--phases", "fuzzing", "--max-examples", "4")
WHO = ((BOSS, WHOLE, 200), (OLA, SHORT, 30), (READER, SHORT, 30), (None, SHORT, 30))


def test_every_answer_is_as_described_whoever_asks_for_whatever(tmp_path: Path) -> None:
    with fuzzed_server(tmp_path) as port, ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda one: fuzz(port, one[0], tmp_path, *one[1]), WHO))
    for (who, _, least), one in zip(WHO, found, strict=True):
        assert one.passed, f"as {who}:\n{one.told}"
        assert one.cases > least, f"as {who}:\n{one.told}"
