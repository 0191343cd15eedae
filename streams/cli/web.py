"""``larum web``: pages and API for those who respond, beside Kafka."""

from __future__ import annotations

import asyncio
import logging
import signal
import time
from typing import TYPE_CHECKING, Annotated

import typer

from streams.cli.common import DEFAULT_CONFIG, Config, configuration, errors, fail

if TYPE_CHECKING:
    from streams.core.settings import Settings

log = logging.getLogger("larum")


def command(
    config: Config = DEFAULT_CONFIG,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port instead of server.port, for /metrics, too; 0: any.")
    ] = None,
) -> None:
    """Serve the pages and the API for those who respond, beside Kafka; `larum watch --serve` serves its own.

    What is shown comes out of the topics of crises, incidents and counts, read outside of any group, and what people do
    goes into the topic of incidents: any number of these may run. While the broker is away, they say so, show what they
    know, and try again. Example:

    `larum web --port 8323`
    """
    from streams.broker import BrokerSettingsError
    from streams.web.people import NobodyError

    settings = configuration(config, tokens=True)
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", level=logging.WARNING)
    logging.getLogger("larum").setLevel(logging.INFO)
    try:
        asyncio.run(_run(settings, settings.server.port if port is None else port))
    except (asyncio.CancelledError, KeyboardInterrupt):
        errors.print("larum: stopped.", highlight=False)
    except (BrokerSettingsError, NobodyError, OSError) as error:
        fail(str(error))


async def _run(settings: Settings, port: int) -> None:
    from streams.health import Health
    from streams.metrics import process_registry
    from streams.response.appending import Appender
    from streams.response.desk import into_topic, require
    from streams.response.dues import Dues
    from streams.response.following import Follower
    from streams.response.sight import Sight
    from streams.rights import AwayError
    from streams.server import create_app, serve
    from streams.web.archive import Topics
    from streams.web.auditlogs import TopicLog
    from streams.web.board import Board
    from streams.web.whole import add_web

    try:
        await require(settings.kafka)
    except AwayError as error:
        log.warning("%s; pages say so, and larum tries again", error)
    registry, health = process_registry(), Health(settings.server.stall_seconds, time.monotonic)
    kafka = settings.kafka
    actions, audit = Appender(kafka, kafka.incidents_topic), Appender(kafka, kafka.audit_topic)
    board = Board(settings, into_topic(actions))
    app = create_app(registry, health)
    way_in = add_web(app, board, registry, TopicLog(kafka, audit.append), Topics())
    server = await serve(app, settings.server.host, port)
    errors.print(f"larum: the pages are at http://{server.host}:{server.port}{way_in}", highlight=False, soft_wrap=True)
    if this := asyncio.current_task():
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, this.cancel)
    try:
        await Follower(board, Dues(registry)).from_topics(Sight(health))
    finally:
        await server.stop()
        await actions.close()
        await audit.close()
