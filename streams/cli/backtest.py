"""``larum backtest``: a history, judged by the crises that are known to have happened."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from streams.cli.common import DEFAULT_CONFIG, Config, Json, Labels, configuration, errors, fail
from streams.cli.history import ByCounts, Files, Form, History, Mapping, Sort, prepare
from streams.cli.tape import Tape
from streams.core.settings import Settings
from streams.core.times import rfc3339
from streams.known import read_known
from streams.printing import alarm_lines, minute, span
from streams.readers import InputError
from streams.scores import Backtest, Score, backtest
from streams.told import Told, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence


class KnownLine(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="larum.backtest.known"):
    """How one known crisis went, for scripts."""

    brand: str
    title: str
    start: str
    end: str
    grade: str
    minutes: float | None
    pages: int


def command(
    files: Files,
    config: Config = DEFAULT_CONFIG,
    known: Annotated[
        Path | None, typer.Option(help="Crises that happened: CSV or JSON Lines of brand, start, end, title.")
    ] = None,
    mapping: Mapping = None,
    form: Form = "auto",
    sort: Sort = False,
    by_counts: ByCounts = False,
    labels: Labels = None,
    report: Annotated[Path | None, typer.Option(help="Write an HTML report with plots.")] = None,
    as_json: Json = False,
) -> None:
    """Run a history and say how the alarms did: time to detect, false pages and notices a week, precision, recall.

    Without a list of known crises it says what alarms there would have been, and how many a week. A table of counts
    (`--counts`) is enough, and much faster than posts. Example:

    `larum backtest tweets.csv --map id=tweet_id --map source==twitter --known crises.csv --report report.html`
    """
    settings = configuration(config)
    told = _known(known, settings)
    tape = Tape(with_readings=report is not None)
    started = time.perf_counter()
    run = prepare(settings, History(files, mapping or [], form, sort), tape, labels, by_counts=by_counts)
    records = run.go(tape.note)
    summary = tape.end(records, time.perf_counter() - started)
    result = backtest(told, tape.events, tape.spans, settings.detection.lateness_seconds)
    if report:
        _write(report, settings, told, tape)
    if as_json:
        for line in (*result.alarms, *map(_line, result.judgement.verdicts), *result.brands, result.whole):
            typer.echo(msgspec.json.encode(line))
        return
    show(Console(), result)
    refused = sum(summary.dead_letters.values())
    errors.print(
        f"larum: {summary.records:,} records, {refused:,} of them unreadable, in {summary.seconds:.1f} s",
        highlight=False,
    )


def _known(path: Path | None, settings: Settings) -> list[Told]:
    try:
        return read_known(path, [brand.id for brand in settings.brands]) if path else []
    except InputError as error:
        fail(str(error))


def _write(report: Path, settings: Settings, told: Sequence[Told], tape: Tape) -> None:
    from streams.report import Frame, write_report

    names = {brand.id: brand.name for brand in settings.brands}
    frame = Frame(names=names, told=told, delay=settings.detection.lateness_seconds)
    try:
        write_report(report, tape.readings, tape.events, frame)
    except OSError as error:
        fail(f"cannot write the report {report}: {error.strerror}")
    errors.print(f"Report: {report}")


def _line(verdict: Verdict) -> KnownLine:
    told = verdict.told
    return KnownLine(
        brand=told.brand,
        title=told.title,
        start=rfc3339(told.start),
        end=rfc3339(told.end),
        grade=verdict.grade,
        minutes=None if verdict.minutes is None else round(verdict.minutes, 2),
        pages=verdict.pages,
    )


def show(console: Console, result: Backtest) -> None:
    """Print how each known crisis went, every alarm, and the scores."""
    judged = bool(result.judgement.verdicts)
    if judged:
        console.print(_verdicts(result))
    for line in alarm_lines(result.alarms, judged=judged):
        console.print(line)
    console.print(_scores(result, judged=judged))


def _verdicts(result: Backtest) -> Table:
    table = Table("brand", "what", "from (UTC)", "larum", title="Known crises", title_justify="left", box=None)
    for line in map(_line, result.judgement.verdicts):
        after = "" if line.minutes is None else f" after {span(line.minutes)}"
        again = f", paged {line.pages} times" if line.pages > 1 else ""
        table.add_row(line.brand, Text(line.title), minute(line.start), line.grade + after + again)
    return table


def _scores(result: Backtest, *, judged: bool) -> Table:
    headings = ["brand", "weeks", "pages", "notices"]
    headings += ["false", "precision", "recall", "after"] if judged else []
    table = Table(*headings, title="Alarms (in brackets: a week)", title_justify="left", box=None)
    for score in (*result.brands, result.whole):
        row = [score.brand or "all", f"{score.weeks:.1f}"]
        row += [f"{score.pages} ({score.pages_a_week:.2f})", f"{score.notices} ({score.notices_a_week:.2f})"]
        table.add_row(*row, *(_judged(score) if judged else ()))
    return table


def _judged(score: Score) -> list[str]:
    shown = [f"{score.false_pages} ({score.false_pages_a_week:.2f})"]
    shown += ["–" if part is None else f"{part:.0%}" for part in (score.precision, score.recall)]
    return [*shown, "–" if score.median_minutes is None else span(score.median_minutes)]
