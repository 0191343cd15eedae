"""The core in a Faust agent as Faust's documentation writes one: an event at a time, with Faust's own settings."""

from __future__ import annotations

from typing import Any

import faust

from streams.broker import faust_options
from tests.benchmarks.contenders.shared import Core, configured


def main() -> None:
    """Run until killed."""
    settings = configured()
    kafka, core = settings.kafka, Core(settings)
    app = faust.App(
        kafka.group,
        store="memory://",
        web_enabled=False,
        topic_disable_leader=True,
        **faust_options(kafka),
    )
    tallies = app.topic(kafka.tallies_topic, value_serializer="raw")

    async def match(stream: Any) -> None:
        async for event in stream.events():
            message = event.message
            for shard, value in core.see(message.partition, message.offset, event.value):
                await tallies.send(value=value, partition=shard)

    app.agent(app.topic(kafka.posts_topic, value_serializer="raw"), name="match")(match)
    faust.Worker(app, loglevel="WARN").execute_from_commandline()


if __name__ == "__main__":
    main()
