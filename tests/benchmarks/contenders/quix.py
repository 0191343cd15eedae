"""The core in a Quix Streams application: a function that is applied to each message and may expand to tallies."""

from __future__ import annotations

from typing import Any

from quixstreams import Application, message_context

from tests.benchmarks.contenders.shared import Core, configured


def main() -> None:
    """Run until killed."""
    settings = configured()
    kafka, core = settings.kafka, Core(settings)
    app = Application(
        kafka.bootstrap_servers,
        consumer_group=kafka.group,
        auto_offset_reset="earliest",
        auto_create_topics=False,
        commit_interval=1.0,
        producer_extra_config={"enable.idempotence": True},
        loglevel="WARNING",
    )
    posts = app.topic(kafka.posts_topic, value_deserializer="bytes")
    tallies = app.topic(kafka.tallies_topic, value_serializer="bytes")

    def match(value: Any) -> list[bytes]:
        message = message_context()
        return [tally for _, tally in core.see(message.partition, message.offset, value)]

    app.dataframe(posts).apply(match, expand=True).to_topic(tallies)
    app.run()


if __name__ == "__main__":
    main()
