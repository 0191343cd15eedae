"""Is an action ever lost that somebody was told is kept? A process is killed again and again in the midst of its work.

    python -m tests.benchmarks.kept [--rounds 20] [--seed 8] [--kafka] [--json]

Four people act as fast as they may; a `larum watch --serve`, or with --kafka a `larum web` beside a broker, is ended by
SIGKILL at a moment left to chance within a second and a half, and started again. In the end, all is asked for.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from contextlib import ExitStack
from pathlib import Path
from random import Random

import msgspec

from streams.config import load
from streams.core.crises import encode
from streams.storage import Store
from streams.topics import ensure
from tests.kafka import helpers
from tests.kafka.broker import running as broker_running
from tests.streams.notify.made import crisis
from tests.streams.web.crashing import PERSONS, lost
from tests.streams.web.entering import tokens

BRAND = '[[brands]]\nid = "northquill"\nname = "Northquill"\n'


class Outcome(msgspec.Struct):
    """How often a process was killed, how many actions were acknowledged, and how many of those are not there."""

    beside: str
    rounds: int
    acknowledged: int
    lost: int


async def beside_watch(folder: Path, rounds: int, random: Random) -> Outcome:
    """Kill a `larum watch --serve`."""
    (folder / "larum.toml").write_text(BRAND + tokens(folder, PERSONS, "respond"))
    with Store(folder / "larum.sqlite") as store:
        store.save(events=[crisis()])
    acknowledged, missing = await lost(folder, rounds, random, "watch", "--serve", "--port", "0")
    return Outcome("watch", rounds, len(acknowledged), len(missing))


async def beside_kafka(folder: Path, rounds: int, random: Random) -> Outcome:
    """Kill a `larum web`."""
    with ExitStack() as stack:
        servers = stack.enter_context(broker_running()).bootstrap_servers
        (folder / "larum.toml").write_text(
            f'{BRAND}{tokens(folder, PERSONS, "respond")}[kafka]\nbootstrap_servers = "{servers}"\n'
        )
        kafka = load(folder / "larum.toml", {}).kafka
        await ensure(kafka)
        await helpers.fill(servers, kafka.crises_topic, [(0, encode(crisis()))])
        acknowledged, missing = await lost(folder, rounds, random, "web", "--port", "0")
    return Outcome("kafka", rounds, len(acknowledged), len(missing))


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=8)
    parser.add_argument("--kafka", action="store_true", help="beside a broker")
    parser.add_argument("--json", action="store_true", help="print JSON")
    asked = parser.parse_args()
    way = beside_kafka if asked.kafka else beside_watch
    with tempfile.TemporaryDirectory(prefix="larum-kept-") as folder:
        outcome = asyncio.run(way(Path(folder), asked.rounds, Random(asked.seed)))
    if asked.json:
        print(msgspec.json.encode(outcome).decode())
    else:
        print(f"{outcome.rounds} kills, {outcome.acknowledged:,} actions acknowledged, {outcome.lost} lost")


if __name__ == "__main__":
    main()
