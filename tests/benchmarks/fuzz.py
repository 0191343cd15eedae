"""Fuzz the API from the description that it serves, as each role and as nobody, and count what was asked.

    python -m tests.benchmarks.fuzz --seconds 60

Every run goes elsewhere; what it finds is printed with the seed that finds it again.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from tests.streams.web.entering import BOSS, OLA, READER
from tests.streams.web.fuzzing import fuzz, fuzzed_server


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=60, help="As each of the four.")
    seconds = parser.parse_args().seconds
    failed = False
    for who in (BOSS, OLA, READER, None):
        with tempfile.TemporaryDirectory() as folder, fuzzed_server(Path(folder)) as port:
            found = fuzz(port, who, Path(folder), "--max-time", str(seconds))
        print(json.dumps({"role": who.role if who else "nobody", "requests": found.cases, "passed": found.passed}))
        if not found.passed:
            failed = True
            print(found.told, file=sys.stderr)
    sys.exit(failed)


if __name__ == "__main__":
    main()
