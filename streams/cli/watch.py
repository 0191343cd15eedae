"""``larum watch``: live posts in, crises out, in one process without a broker."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import stat
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import msgspec
import typer

from streams.cli.beside import beside
from streams.cli.common import DEFAULT_CONFIG, Config, Json, Labels, SourceName, configuration, errors, fail
from streams.cli.lessons import taught
from streams.core.settings import Settings

if TYPE_CHECKING:
    from aiohttp.web import Application
    from prometheus_client import CollectorRegistry

    from streams.deadletters import DeadLetters
    from streams.health import Health
    from streams.live import Live
    from streams.notify.running import Notifier
    from streams.response.following import Follower
    from streams.server import Server
    from streams.storage import Store
    from streams.web.board import Board


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
    pages: bool

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
    pages: Annotated[
        bool, typer.Option("--serve", help="Serve the pages and the API for those who respond, on the same port.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Watch posts as they come: from standard input, a followed file, a live source, or HTTP POST /posts.

    `POST /labels` teaches the sentiment model meanwhile; what was said lasts beyond a restart.

    Posts that are piped in are watched to their end; otherwise the watch goes on until it is interrupted, and takes up
    brands, budgets and floors that change in the configuration. Example:

    `larum watch --source bluesky --serve`
    """
    settings = configuration(config, receivers=True, tokens=pages)
    logging.basicConfig(format="%(name)s: %(message)s", level=logging.WARNING)
    logging.getLogger("larum").setLevel(logging.INFO)
    port = settings.server.port if port is None else port
    options = Options(source or [], follow, state, dead, port, labels, as_json, config, pages)
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
    from streams.response.filling import fill
    from streams.response.verdicts import hand_on
    from streams.server import create_app

    registry = process_registry()
    metrics = Metrics(registry)
    health = Health(settings.server.stall_seconds, time.monotonic)
    tutor = taught(settings, options.labels, store, metrics)
    runtime = Embedded(settings, tutor.pupil, letters, metrics, store)
    notifier = _notifier(settings, registry, letters, health)
    file = ConfigurationFile(
        options.config, os.environ, settings, metrics.operations, receivers=True, tokens=options.pages
    )
    hearers = (Printer(as_json=options.as_json), notifier.hear)
    board, follower = _response(settings, store, registry)
    live = Live(runtime, health, metrics, time.time, hearers, file, settings.notify.canary_seconds, board)
    token = settings.server.token.get_secret_value() if settings.server.token else None
    posts, labels = Intake(decode_post, live.accept, token), Intake(decode_label, tutor.accept, token)
    app = create_app(registry, health, posts, labels)
    way_in = _with_pages(app, board, registry, store) if options.pages else ""
    server = await _listening(app, settings.server.host, options.port)
    errors.print(
        f"larum: watching {len(settings.brands)} brands, http://{server.host}:{server.port}/metrics", highlight=False
    )
    if options.pages:
        errors.print(
            f"larum: the pages are at http://{server.host}:{server.port}{way_in}", highlight=False, soft_wrap=True
        )
    if this := asyncio.current_task():
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, this.cancel)
    health.ready()
    metrics.operations.set_ready(True)
    try:
        works = live.tick(), tutor.follow(), notifier.from_store(store), follower.from_store(store)
        async with beside(*works, fill(board, options.state), hand_on(board.incidents, live.obey, time.time)):
            yield live
            await notifier.rest(store, REST_SECONDS)
    finally:
        live.commit()
        tutor.keep()
        await server.stop()


def _notifier(settings: Settings, registry: CollectorRegistry, letters: DeadLetters, health: Health) -> Notifier:
    from streams.notify.burying import into
    from streams.notify.running import Notifier
    from streams.notify.tally import Tally

    tally = Tally(registry, [receiver.name for receiver in settings.receivers])
    return Notifier(settings, tally, into(letters), health)


def _response(settings: Settings, store: Store, registry: CollectorRegistry) -> tuple[Board, Follower]:
    """Give what is known of crises and of what people do, and who keeps it up to date."""
    from streams.response.desk import into_store
    from streams.response.dues import Dues
    from streams.response.following import Follower
    from streams.web.board import Board

    board = Board(settings, into_store(store))
    return board, Follower(board, Dues(registry))


def _with_pages(app: Application, board: Board, registry: CollectorRegistry, store: Store) -> str:
    """Add the pages, and say where people come in, or end with why nobody could."""
    from streams.web.archive import StateFile
    from streams.web.auditlogs import StoreLog
    from streams.web.people import NobodyError
    from streams.web.whole import add_web

    try:
        return add_web(app, board, registry, StoreLog(store), StateFile(Path(store.path)))
    except NobodyError as error:
        fail(str(error))


async def _listening(app: Application, host: str, port: int) -> Server:
    """Open the port, or end with what is in the way."""
    from streams.server import serve

    try:
        return await serve(app, host, port)
    except OSError as error:
        fail(f"cannot listen on {host}:{port}: {error.strerror}")


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
