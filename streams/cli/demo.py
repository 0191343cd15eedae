"""``larum demo``: a crisis breaks out in a simulation, and is caught before your eyes."""

from __future__ import annotations

import asyncio
import math
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from rich.console import Console

from streams.cli.common import Json, errors, fail

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

    from streams.core.settings import Settings
    from streams.demo.board import Board
    from streams.demo.evening import Evening
    from streams.told import Judgement


class Line(msgspec.Struct, kw_only=True):
    """One thing that happened, for scripts."""

    name: str
    brand: str
    crisis: bool
    grade: str
    minutes: float | None


class DemoSummary(msgspec.Struct, kw_only=True):
    """What a demo came to; what ``--json`` prints."""

    type: str = "larum.demo.summary"
    seed: int
    posts: int
    seconds: float
    happened: list[Line]
    false_pages: int
    right: bool
    report: str


def command(
    seed: Annotated[int, typer.Option(help="Another seed, another fortnight.")] = 7,
    fast: Annotated[bool, typer.Option("--fast", help="Wait for nothing: as fast as the machine allows.")] = False,
    speed: Annotated[float, typer.Option(min=0.1, max=100.0, help="Faster or slower than half a minute.")] = 1.0,
    report: Annotated[Path, typer.Option(help="Where to write the HTML report.")] = Path("larum-report.html"),
    serve: Annotated[
        bool, typer.Option("--serve", help="Afterwards serve the evening of the crisis: its pages, live, and /metrics.")
    ] = False,
    port: Annotated[int, typer.Option(help="Port for --serve; 0 takes any.")] = 8321,
    as_json: Json = False,
) -> None:
    """Watch a simulated crisis being caught, in half a minute, with no broker, network or account.

    Thirteen days of invented posts about three invented brands: a sale, a bot flood, ten angry posts, and on a Friday
    at 17:00 a crisis. Ends with code 1 if it was missed or anybody was paged for something else. Example:

    `larum demo --fast --report report.html`
    """
    from prometheus_client import CollectorRegistry

    from streams.core.settings import Settings
    from streams.demo.evening import Evening
    from streams.demo.script import BRANDS, script
    from streams.demo.view import summary
    from streams.metrics import process_registry
    from streams.told import judge

    if not report.parent.is_dir():  # better now than after the demo
        fail(f"cannot write the report {report}: there is no folder {report.parent}")
    settings = Settings(brands=BRANDS)
    registry = process_registry() if serve else CollectorRegistry()
    console = Console(quiet=as_json)
    started = time.perf_counter()
    board = _run(seed, settings, registry, console, math.inf if fast or as_json else speed)
    seconds = time.perf_counter() - started
    judgement = judge(script(seed), board.events, settings.detection.lateness_seconds)
    _write_report(report, seed, settings, board)
    console.print(summary(judgement, board))
    console.print(f"{board.posts:,} posts in {seconds:.0f} s. Report: {report}", highlight=False, soft_wrap=True)
    if as_json:
        typer.echo(msgspec.json.encode(_summary(seed, board, judgement, seconds, report)))
    if serve:
        _serve(registry, Evening(settings, board.readings, board.events), port)
    raise typer.Exit(code=0 if judgement.right else 1)


def _run(seed: int, settings: Settings, registry: CollectorRegistry, console: Console, speed: float) -> Board:
    from detectors.sentiment import SentimentModel
    from streams.demo.board import Board
    from streams.demo.play import NoDeadLetters, Pace, play
    from streams.demo.script import script
    from streams.demo.view import screen
    from streams.embedded import Embedded
    from streams.metrics import Metrics

    told = script(seed)
    board = Board(settings.brands, told)
    model = SentimentModel(threshold=settings.sentiment.threshold)
    runtime = Embedded(settings, model, NoDeadLetters(), Metrics(registry))
    with screen(console) as shown:
        for step in play(seed, runtime, Pace(told, speed)):
            shown.show(board, board.take(step.clock, step.posts, step.outcome))
    return board


def _write_report(path: Path, seed: int, settings: Settings, board: Board) -> None:
    from streams.demo.script import WARSAW, script
    from streams.demo.view import LABEL
    from streams.report import Frame, write_report

    frame = Frame(
        names={brand.id: brand.name for brand in settings.brands},
        told=script(seed),
        zone=WARSAW,
        note=LABEL.capitalize(),
        delay=settings.detection.lateness_seconds,
    )
    try:
        write_report(path, board.readings, board.events, frame)
    except OSError as error:
        fail(f"cannot write the report {path}: {error.strerror}")


def _summary(seed: int, board: Board, judgement: Judgement, seconds: float, report: Path) -> DemoSummary:
    return DemoSummary(
        seed=seed,
        posts=board.posts,
        seconds=round(seconds, 2),
        happened=[
            Line(
                name=verdict.told.name,
                brand=verdict.told.brand,
                crisis=verdict.told.crisis,
                grade=verdict.grade,
                minutes=None if verdict.minutes is None else round(verdict.minutes, 2),
            )
            for verdict in judgement.verdicts
        ],
        false_pages=judgement.false_pages,
        right=judgement.right,
        report=str(report),
    )


def _serve(registry: CollectorRegistry, evening: Evening, port: int) -> None:
    try:
        asyncio.run(stay_up(registry, evening, port))
    except OSError as error:
        fail(f"cannot serve on port {port}: {error.strerror}")
    except KeyboardInterrupt:
        errors.print("larum: stopped", highlight=False)


async def stay_up(registry: CollectorRegistry, evening: Evening, port: int) -> None:
    """Serve the evening, metrics and health until cancelled; port 0 takes any free one. Standard error tells where."""
    from streams.health import Health
    from streams.server import create_app, serve
    from streams.web.whole import add_web

    server_of = evening.board.settings.server
    health = Health(server_of.stall_seconds, time.monotonic)
    health.ready()
    app = create_app(registry, health)
    way_in = add_web(app, evening.board, registry, evening.log, evening)
    server = await serve(app, server_of.host, port)
    at = f"http://{server.host}:{server.port}"
    errors.print(f"{at}/metrics stays up; Ctrl-C ends it.", highlight=False)
    errors.print(f"It is a few minutes after the alarm: {at}{way_in}", highlight=False, soft_wrap=True)
    try:
        await evening.go_on()
    finally:
        await server.stop()
