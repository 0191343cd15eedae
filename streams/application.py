"""The Faust application of a worker, with larum's settings."""

from __future__ import annotations

from collections.abc import Callable

from streams.broker import faust_options
from streams.core.settings import Kafka
from streams.states import CarriedTable
from streams.topics import LARGE
from streams.transport import BulkApp, PositionOf

COMMIT_SECONDS = 1.0
FETCH_BYTES = 1 << 20  # of a partition at a time, compressed; a larger record comes alone


def application(kafka: Kafka, position: PositionOf, failed: Callable[[BaseException], object]) -> BulkApp:
    """Make the application.

    Parameters
    ----------
    kafka
        How to reach the broker, and the names of topics and group.
    position
        Tells where an input has to be read on after a recovery.
    failed
        Is told when an agent fails.
    """
    return BulkApp(
        kafka.group,
        bulk=(kafka.posts_topic, kafka.tallies_topic),
        held=(kafka.posts_topic,),
        position=position,
        failed=failed,
        Table=CarriedTable,
        store="memory://",
        web_enabled=False,
        topic_disable_leader=True,
        topic_allow_declare=False,  # `larum topics` makes them: a worker needs no right to
        stream_wait_empty=True,
        table_standby_replicas=0,  # in memory they save nothing: whoever is promoted reads all of it again
        broker_session_timeout=kafka.session_timeout_seconds,
        broker_heartbeat_interval=kafka.heartbeat_seconds,
        broker_commit_interval=COMMIT_SECONDS,
        broker_max_poll_records=kafka.fetch_records,
        consumer_max_fetch_size=FETCH_BYTES,
        producer_max_request_size=LARGE,
        **faust_options(kafka),
    )
