"""``larum watch``: live posts in, crises out, in one process without a broker."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import stat
import sys
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import msgspec
import typer

from streams.cli.common import DEFAULT_CONFIG, Config, Json, Labels, SourceName, configuration, errors, fail
from streams.cli.lessons import taught
from streams.core.settings import Settings

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

    from streams.deadletters import DeadLetters
    from streams.health import Health
    from streams.live import Live
    from streams.notify.running import Notifier
    from streams.response.following import Follower
    from streams.storage import Store


REST_SECONDS = 15.0  # for receivers to be told of what a pipe came to; what is left is told by the next watch


class Options(NamedTuple):
    """What the command line asks for."""

    sources: list[SourceName]
    follow: Path | None
    state: Path
    dead: Path
    port: int
    labels: Path | None
    as_json: bool
    config: Path

    @property
    def piped(self) -> bool:
        """Whether posts come from standard input: from a pipe or a file, not from a terminal or /dev/null."""
        if self.sources or self.follow:
            return False
        mode = os.fstat(sys.stdin.fileno()).st_mode
        return stat.S_ISFIFO(mode) or stat.S_ISREG(mode) or stat.S_ISSOCK(mode)


def command(
    config: Config = DEFAULT_CONFIG,
    source: Annotated[list[SourceName] | None, typer.Option(help="Read a live source. Repeat it for several.")] = None,
    follow: Annotated[Path | None, typer.Option(help="Follow a growing JSON Lines file, like 'tail -F'.")] = None,
    state: Annotated[Path, typer.Option(help="Where a restart continues from (SQLite).")] = Path("larum.sqlite"),
    dead: Annotated[Path, typer.Option(help="What cannot be read is kept here.")] = Path("larum-dead.jsonl"),
    port: Annotated[int | None, typer.Option(help="Port of /metrics, POST /posts and the like; 0: any.")] = None,
    labels: Labels = None,
    as_json: Json = False,
) -> None:
    """Watch posts as they come: from standard input, a followed file, a live source, or HTTP POST /posts.

    `POST /labels` teaches the sentiment model meanwhile; what was said lasts beyond a restart.

    Posts that are piped in are watched to their end; otherwise the watch goes on until it is interrupted, and takes up
    brands, budgets and floors that change in the configuration. Example:

    `larum watch --source bluesky`
    """
    settings = configuration(config, receivers=True)
    logging.basicConfig(format="%(name)s: %(message)s", level=logging.WARNING)
    logging.getLogger("larum").setLevel(logging.INFO)
    port = settings.server.port if port is None else port
    options = Options(source or [], follow, state, dead, port, labels, as_json, config)
    try:
        asyncio.run(_watch(settings, options))
    except (asyncio.CancelledError, KeyboardInterrupt):
        errors.print("larum: stopped; a restart continues here.", highlight=False)


async def _watch(settings: Settings, options: Options) -> None:
    from streams.deadletters import DeadLetters
    from streams.storage import StorageError, Store

    letters = DeadLetters(options.dead)
    try:
        with Store(options.state) as store:
            async with _serving(settings, options, letters, store) as live:
                if options.piped:
                    await live.read_standard_input()
                else:
                    await _read(live, settings, options, letters, store)
    except StorageError as error:
        fail(str(error))


@asynccontextmanager
async def _serving(settings: Settings, options: Options, letters: DeadLetters, store: Store) -> AsyncIterator[Live]:
    """Build the runtime on what the store holds, open the port, let the clock tick; at the end commit and close."""
    from streams.core.labels import decode as decode_label
    from streams.core.posts import decode as decode_post
    from streams.embedded import Embedded
    from streams.health import Health
    from streams.intake import Intake
    from streams.live import Live
    from streams.metrics import Metrics, process_registry
    from streams.printing import Printer
    from streams.reloading import ConfigurationFile
    from streams.response.verdicts import hand_on
    from streams.server import create_app, serve

    registry = process_registry()
    metrics = Metrics(registry)
    health = Health(settings.server.stall_seconds, time.monotonic)
    tutor = taught(settings, options.labels, store, metrics)
    runtime = Embedded(settings, tutor.pupil, letters, metrics, store)
    notifier, follower = _response(settings, registry, letters, health)
    file = ConfigurationFile(options.config, os.environ, settings, metrics.operations, receivers=True)
    hearers = (Printer(as_json=options.as_json), follower.incidents.see, notifier.hear)
    live = Live(runtime, health, metrics, time.time, hearers, file, settings.notify.canary_seconds)
    token = settings.server.token.get_secret_value() if settings.server.token else None
    posts, labels = Intake(decode_post, live.accept, token), Intake(decode_label, tutor.accept, token)
    host = settings.server.host
    try:
        server = await serve(create_app(registry, health, posts, labels), host, options.port)
    except OSError as error:
        fail(f"cannot listen on {host}:{options.port}: {error.strerror}")
    errors.print(
        f"larum: watching {len(settings.brands)} brands, http://{server.host}:{server.port}/metrics", highlight=False
    )
    this = asyncio.current_task()
    if this:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, this.cancel)
    health.ready()
    metrics.operations.set_ready(True)
    try:
        people = follower.from_store(store), hand_on(follower.incidents, live.obey, time.time)
        async with _beside(live.tick(), tutor.follow(), notifier.from_store(store), *people):
            yield live
            await notifier.rest(store, REST_SECONDS)
    finally:
        live.commit()
        tutor.keep()
        await server.stop()


def _response(
    settings: Settings, registry: CollectorRegistry, letters: DeadLetters, health: Health
) -> tuple[Notifier, Follower]:
    """Give who tells people, and who knows what they have to do."""
    from streams.notify.burying import into
    from streams.notify.running import Notifier
    from streams.notify.tally import Tally
    from streams.response.dues import Dues
    from streams.response.following import Follower

    tally = Tally(registry, [receiver.name for receiver in settings.receivers])
    return Notifier(settings, tally, into(letters), health), Follower(settings, Dues(registry))


@asynccontextmanager
async def _beside(*works: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Let works go on beside what is done within; what fails in either ends both, and is raised as it is."""
    try:
        async with asyncio.TaskGroup() as group:
            jobs = [group.create_task(work) for work in works]
            yield
            for job in jobs:
                job.cancel()
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from None


async def _read(live: Live, settings: Settings, options: Options, letters: DeadLetters, store: Store) -> None:
    """Read all sources at once; without any, posts come over HTTP alone."""
    from streams.readers import Position
    from streams.sources.bluesky import Bluesky
    from streams.sources.jetstream import Jetstream

    async with asyncio.TaskGroup() as feeds:
        for name in options.sources:
            source = Bluesky(letters, Jetstream(settings.bluesky.hosts))
            feeds.create_task(live.feed(name, source.batches(store.cursor(name))))
        if options.follow:
            cursor = store.cursor(live.cursor_of(options.follow))
            position = msgspec.json.decode(cursor, type=Position) if cursor else None
            feeds.create_task(live.follow(options.follow, position))
        if not options.sources and not options.follow:
            await asyncio.Event().wait()
