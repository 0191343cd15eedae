"""How many actions and seconds does it take to answer a crisis, by the page alone and by the command line alone?

    python -m tests.benchmarks.walk [--times 3] [--json]

The demo's Friday crisis, from the alarm to the closed and reviewed incident: by a real `larum watch --serve` in
Chromium on a screen of 320 by 640 pixels, and by the commands. Taps and fields filled in are counted, each as one; the
seconds are a machine's, which does not read: those up to the acknowledgement are what larum adds to a person's own.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table

from tests.web.browser import browser
from tests.web.walk import Walk, by_commands, by_page, story


def main() -> None:
    """Walk both ways so many times."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    walks: dict[str, list[Walk]] = {"page": [], "commands": []}
    with tempfile.TemporaryDirectory() as place, browser() as window:
        begun = Path(place) / "begun"
        begun.mkdir()
        story(begun)
        for number in range(asked.times):
            for way, by in (("page", lambda folder: by_page(folder, window)), ("commands", by_commands)):
                walks[way].append(by(Path(shutil.copytree(begun, begun.with_name(f"{way}-{number}")))))
    if asked.json:
        for walk in (*walks["page"], *walks["commands"]):
            print(msgspec.json.encode(walk).decode())
        return
    table = Table("way", "actions to acknowledge", "seconds to acknowledge", "actions in all", "seconds in all")
    for way, ones in walks.items():
        first = [one.seconds_to_acknowledge for one in ones]
        seconds = f"{statistics.median(first):.2f} ({min(first):.2f} to {max(first):.2f})"
        whole = f"{statistics.median(one.seconds for one in ones):.1f}"
        table.add_row(way, f"{ones[0].actions_to_acknowledge}", seconds, f"{ones[0].actions}", whole)
    Console().print(table)


if __name__ == "__main__":
    main()
