"""``larum worker``: one worker of the Kafka runtime."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from streams.cli.common import DEFAULT_CONFIG, Config, configuration, errors, fail

if TYPE_CHECKING:
    from streams.core.settings import Settings


def command(
    config: Config = DEFAULT_CONFIG,
    metrics_port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port of /metrics and /healthz instead of server.port; 0: any.")
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Tell what Faust and the client do.")] = False,
) -> None:
    """Match and watch posts from Kafka, together with any other workers of the same group.

    Needs the topics that `larum topics` makes. Brands, budgets and floors that change in the configuration are taken up
    while it runs. Ends with code 70 when it is stuck or fails, so that whatever started it starts it again. Example:

    `larum worker --config larum.toml --metrics-port 9100`
    """
    from streams.broker import BrokerSettingsError
    from streams.loop import Loop
    from streams.topics import TopicError
    from streams.watchdog import EXIT_CODE
    from streams.worker import WorkerError

    settings = configuration(config)
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", level=logging.WARNING)
    logging.getLogger("larum").setLevel(logging.INFO)
    if verbose:
        logging.getLogger().setLevel(logging.INFO)
    port = settings.server.port if metrics_port is None else metrics_port
    try:
        with asyncio.Runner(loop_factory=Loop) as runner:
            runner.run(run(settings, port, config))
    except (TopicError, BrokerSettingsError, OSError) as error:
        fail(str(error))
    except WorkerError as error:
        errors.print(f"larum: {error}", style="bold red", markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(code=EXIT_CODE) from error


async def run(settings: Settings, port: int, config: Path) -> None:
    """Run a worker until the process is told to end; its configuration is followed. With a token it takes labels."""
    from detectors.sentiment import SentimentModel
    from streams.core.labels import decode
    from streams.health import Health
    from streams.intake import Intake
    from streams.metrics import Metrics, process_registry
    from streams.reloading import ConfigurationFile
    from streams.server import create_app, serve
    from streams.watchdog import Watchdog
    from streams.worker import Worker, log

    registry = process_registry()
    health = Health(settings.server.stall_seconds, time.monotonic)
    watchdog = Watchdog(health.verdict, settings.server.stall_seconds)
    metrics, model = Metrics(registry), SentimentModel(threshold=settings.sentiment.threshold)
    file = ConfigurationFile(config, os.environ, settings, metrics.operations)
    worker = Worker(settings, model, metrics, health, watchdog, file)
    token = settings.server.token  # without one whoever reads metrics could teach
    labels = Intake(decode, worker.teacher.accept, token.get_secret_value()) if token else None
    gc.collect()
    gc.freeze()  # brands' names stay: to walk over those of 100,000 brands again takes each full collection 0.4 s
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    server = await serve(create_app(registry, health, labels=labels), settings.server.host, port)
    log.info("metrics and health on http://%s:%d", server.host, server.port)
    watchdog.start()
    try:
        await worker.run(stop)
    finally:
        watchdog.stop()
        await server.stop()
