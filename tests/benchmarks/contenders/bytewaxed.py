"""The core in a Bytewax dataflow: a flat map over messages; recovery keeps the offsets, once a second, in SQLite."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import bytewax.operators as op
from bytewax.connectors.kafka import KafkaSinkMessage
from bytewax.connectors.kafka import operators as kafka_op
from bytewax.dataflow import Dataflow
from bytewax.recovery import RecoveryConfig, init_db_dir
from bytewax.run import cli_main

from tests.benchmarks.contenders.shared import Core, configured


def main() -> None:
    """Run until killed."""
    settings = configured()
    kafka, core = settings.kafka, Core(settings)
    brokers = kafka.bootstrap_servers.split(",")

    def match(message: Any) -> list[Any]:
        found = core.see(message.partition, message.offset, message.value)
        return [KafkaSinkMessage(None, tally, partition=shard) for shard, tally in found]

    flow = Dataflow("match")
    posts = kafka_op.input("posts", flow, brokers=brokers, topics=[kafka.posts_topic])
    op.inspect("errors", posts.errs, _fail)
    tallies = op.flat_map("match", posts.oks, match)
    kafka_op.output("tallies", tallies, brokers=brokers, topic=kafka.tallies_topic)
    with tempfile.TemporaryDirectory() as folder:
        init_db_dir(Path(folder), 1)
        cli_main(flow, epoch_interval=timedelta(seconds=1), recovery_config=RecoveryConfig(folder))


def _fail(step: str, error: Any) -> None:
    raise RuntimeError(f"{step}: {error}")


if __name__ == "__main__":
    main()
