"""``larum replay``: a history through the same core as live posts, as fast as the machine allows."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from streams.cli.common import DEFAULT_CONFIG, Config, Json, Labels, configuration, errors
from streams.cli.history import Files, Form, History, Mapping, Sort, prepare
from streams.cli.tape import Summary, Tape
from streams.core.crises import CrisisEvent
from streams.deadletters import DeadLetters
from streams.printing import Printer, alarm_lines
from streams.scores import gathered


def command(
    files: Files,
    config: Config = DEFAULT_CONFIG,
    mapping: Mapping = None,
    form: Form = "auto",
    sort: Sort = False,
    dead: Annotated[Path | None, typer.Option(help="Keep what cannot be read in this JSON Lines file.")] = None,
    labels: Labels = None,
    report: Annotated[Path | None, typer.Option(help="Write an HTML report with plots.")] = None,
    as_json: Json = False,
) -> None:
    """Replay a history: one alarm an episode, a summary at the end.

    Several files are merged by time. Example:

    `larum replay tweets.csv --map id=tweet_id --map source==twitter --map reach=retweets --json`
    """
    settings = configuration(config)
    tape = Tape(
        with_readings=report is not None,
        letters=DeadLetters(dead) if dead else None,
        tell=Printer(as_json=True) if as_json else None,
    )
    run = prepare(settings, History(files, mapping or [], form, sort), tape, labels)
    started = time.perf_counter()
    records = run.go(tape.note)
    summary = tape.end(records, time.perf_counter() - started)
    if report:
        from streams.report import Frame, write_report

        names = {brand.id: brand.name for brand in settings.brands}
        frame = Frame(names=names, delay=settings.detection.lateness_seconds)
        write_report(report, tape.readings, tape.events, frame)
        errors.print(f"Report: {report}")
    if as_json:
        typer.echo(msgspec.json.encode(summary))
    else:
        show(Console(), tape.events, summary)


def show(console: Console, events: list[CrisisEvent], summary: Summary) -> None:
    """Print each crisis, and what was read."""
    for line in alarm_lines(gathered(events)):
        console.print(line)
    mentions, late, refused = (
        sum(counts.values()) for counts in (summary.mentions, summary.late, summary.dead_letters)
    )
    console.print(
        f"{summary.records:,} records, {mentions:,} mentions, {refused:,} dead letters, {late:,} late; "
        f"{summary.seconds:.1f} s, {summary.posts_per_second:,.0f} posts/s"
    )
    for reason, count in sorted(summary.dead_letters.items(), key=lambda item: -item[1])[:5]:
        console.print(f"  {count:,} × {reason}", markup=False)
