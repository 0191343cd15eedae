"""``larum notify``: crises from Kafka to everybody who is to be told."""

from __future__ import annotations

import asyncio
import logging
import signal
import time
from typing import TYPE_CHECKING, Annotated

import typer

from streams.cli.beside import beside
from streams.cli.common import DEFAULT_CONFIG, Config, configuration, errors, fail

if TYPE_CHECKING:
    from streams.core.settings import Settings


def command(
    config: Config = DEFAULT_CONFIG,
    metrics_port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port of /metrics and /healthz instead of server.port; 0: any.")
    ] = None,
    rehearse: Annotated[
        bool, typer.Option("--rehearse", help="Tell each receiver of a made-up crisis and of its end, then end.")
    ] = False,
) -> None:
    """Tell the [[receivers]] of the configuration of every crisis that comes out of Kafka.

    Each receiver has a consumer group, so that one that is away keeps nobody waiting, and a restart goes on where it
    stopped. `larum watch` tells its receivers itself. Example:

    `larum notify --rehearse`
    """
    from aiokafka.errors import KafkaError

    from streams.broker import BrokerSettingsError

    settings = configuration(config, receivers=True)
    if not settings.receivers:
        fail(f"{config}: there is nobody to tell: no [[receivers]] table")
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", level=logging.WARNING)
    logging.getLogger("larum").setLevel(logging.INFO)
    if rehearse:
        _rehearse(settings)
        return
    try:
        asyncio.run(_run(settings, settings.server.port if metrics_port is None else metrics_port))
    except (asyncio.CancelledError, KeyboardInterrupt):
        errors.print("larum: stopped; a restart continues here.", highlight=False)
    except (BrokerSettingsError, OSError) as error:
        fail(str(error))
    except KafkaError as error:
        fail(f"the broker does not let larum go on: {type(error).__name__}; a restart continues here")


async def _run(settings: Settings, port: int) -> None:
    from streams.health import Health
    from streams.metrics import process_registry
    from streams.notify.burying import burying
    from streams.notify.orders import into_topic
    from streams.notify.running import Notifier, require
    from streams.notify.tally import Tally
    from streams.response.dues import Dues
    from streams.response.following import Follower
    from streams.response.verdicts import hand_on
    from streams.server import create_app, serve
    from streams.web.board import Board

    names = [receiver.name for receiver in settings.receivers]
    await require(settings.kafka, names)
    registry = process_registry()
    health = Health(settings.server.stall_seconds, time.monotonic)
    tally = Tally(registry, names)
    server = await serve(create_app(registry, health), settings.server.host, port)
    errors.print(
        f"larum: telling {len(settings.receivers)} receivers, http://{server.host}:{server.port}/metrics",
        highlight=False,
    )
    if this := asyncio.current_task():
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, this.cancel)
    health.ready()
    try:
        async with burying(settings.kafka) as bury:
            board = Board(settings)
            works = Notifier(settings, tally, bury, health).from_topic(), Follower(board, Dues(registry)).from_topics()
            async with beside(*works, hand_on(board.incidents, into_topic(settings.kafka), time.time)):
                await asyncio.Event().wait()  # they go on for ever
    finally:
        await server.stop()


def _rehearse(settings: Settings) -> None:
    from streams.notify.rehearsal import rehearse

    failed = 0
    for name, reason in asyncio.run(rehearse(settings)):
        failed += reason is not None
        errors.print(f"larum: {name}: {reason or 'told'}", markup=False, highlight=False, soft_wrap=True)
    if failed:
        raise typer.Exit(code=1)
