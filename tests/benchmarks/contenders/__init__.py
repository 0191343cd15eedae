"""Who races whom on Kafka: each a program of its own that is given a configuration file of larum's.

All do the same job with the same core: decode, match, score, tally, produce the tallies, commit. They differ in what
carries the posts to the core, and in whether posts are matched one by one or, gathered, many at a time. ``nothing``
does no job at all: it is how fast aiokafka hands records over.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.contenders.shared import GATHERED
from tests.kafka.workers import LARUM


class Contender(NamedTuple):
    """One of them.

    Parameters
    ----------
    says
        What it is, for the table.
    command
        That starts it; the name of the configuration file is appended, and then `options`.
    package
        That must be installed.
    part
        One of so many posts of the firehose is enough for it: it takes that much longer than the others.
    """

    says: str
    command: tuple[str, ...]
    package: str = "streams"
    part: int = 1
    options: tuple[str, ...] = ()

    @property
    def is_here(self) -> bool:
        """Whether its package is installed."""
        return importlib.util.find_spec(self.package) is not None

    def on(self, config: Path) -> list[str]:
        """Give the whole command for a configuration."""
        return [*self.command, str(config), *self.options]


def _module(name: str) -> tuple[str, ...]:
    return (sys.executable, "-m", f"{__name__}.{name}")


CONTENDERS = {
    "larum": Contender("larum worker, match and watch", (*LARUM, "worker", "--metrics-port", "0", "--config")),
    "faust": Contender("Faust agent, an event at a time", _module("naive"), part=10),
    "quix": Contender("Quix Streams, a message at a time", _module("quix"), "quixstreams"),
    "quix-gathered": Contender("Quix Streams, gathered", _module("quix"), "quixstreams", options=(GATHERED,)),
    "bytewax": Contender("Bytewax, a message at a time", _module("bytewaxed"), "bytewax"),
    "bytewax-gathered": Contender("Bytewax, gathered", _module("bytewaxed"), "bytewax", options=(GATHERED,)),
    "loop": Contender("aiokafka loop, larum's match", _module("loop")),
    "nothing": Contender("aiokafka loop, nothing done", _module("nothing")),
}
