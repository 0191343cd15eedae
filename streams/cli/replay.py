"""``larum replay``: a history through the same core as live posts, as fast as the machine allows."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from streams.cli.common import DEFAULT_CONFIG, Config, Json, Labels, configuration, errors, taught
from streams.cli.history import Files, Form, History, Mapping, Sort, play
from streams.core import crises
from streams.core.crises import CrisisEvent
from streams.core.readings import Reading
from streams.core.watch import Outcome
from streams.deadletters import DeadLetters


class Summary(msgspec.Struct, kw_only=True):
    """What a replay came to; the last line of ``--json``."""

    type: str = "larum.replay.summary"
    records: int = 0
    dead_letters: dict[str, int] = msgspec.field(default_factory=dict)
    mentions: dict[str, int] = msgspec.field(default_factory=dict)
    late: dict[str, int] = msgspec.field(default_factory=dict)
    opened: dict[str, int] = msgspec.field(default_factory=dict)
    seconds: float = 0.0
    posts_per_second: float = 0.0


class Tape:
    """Keep what a replay brings forth: events, readings where a report is wanted, and the summary.

    It is the box of dead letters too: it counts them by reason, and keeps them where a file for them is named.
    """

    def __init__(self, *, as_json: bool, with_readings: bool, letters: DeadLetters | None) -> None:
        self.summary = Summary()
        self.events: list[CrisisEvent] = []
        self.readings: list[Reading] = []
        self._as_json = as_json
        self._with_readings = with_readings
        self._letters = letters

    def add(self, reason: str, origin: str, record: bytes) -> None:
        """Count a dead letter."""
        self._count(self.summary.dead_letters, reason, 1)
        if self._letters:
            self._letters.add(reason, origin, record)

    def note(self, outcome: Outcome) -> None:
        """Take in what came of a batch."""
        for event in outcome.events:
            self.events.append(event)
            if self._as_json:
                typer.echo(crises.encode(event))
        if self._with_readings:
            self.readings += outcome.readings
        for reading in outcome.readings:
            self._count(self.summary.mentions, reading.brand, reading.mentions)
        for brand, posts in outcome.late.items():
            self._count(self.summary.late, brand, posts)

    def end(self, seconds: float) -> Summary:
        """Complete the summary."""
        summary = self.summary
        summary.seconds = round(seconds, 3)
        summary.posts_per_second = round(summary.records / seconds, 1)
        summary.opened = dict(Counter(event.data.severity for event in self.events if event.step == "opened"))
        return summary

    @staticmethod
    def _count(counts: dict[str, int], key: str, number: int) -> None:
        counts[key] = counts.get(key, 0) + number


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
    from streams.embedded import Embedded

    settings = configuration(config)
    tape = Tape(as_json=as_json, with_readings=report is not None, letters=DeadLetters(dead) if dead else None)
    runtime = Embedded(settings, taught(labels), tape)
    started = time.perf_counter()
    tape.summary.records = play(runtime, History(files, mapping or [], form, sort), tape.note)
    summary = tape.end(time.perf_counter() - started)
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
    """Print each crisis as one row: when it began, when it was seen, how bad it became and why."""
    table = Table(title="Crises", title_justify="left")
    for heading in ("brand", "severity", "since (UTC)", "seen (UTC)", "closed (UTC)", "why"):
        table.add_column(heading, overflow="fold")
    of_crisis: dict[str, list[CrisisEvent]] = {}
    for event in events:
        of_crisis.setdefault(event.subject, []).append(event)
    for steps in of_crisis.values():
        told = [step for step in steps if step.step in {"opened", "raised"}]
        last, worst = steps[-1], told[-1].data
        table.add_row(
            worst.brand, worst.severity, _short(worst.onset), _short(worst.detected_at),
            _short(last.time) if last.step == "closed" else "open", worst.reason,
        )  # fmt: skip
    console.print(table)
    mentions, late, refused = (
        sum(counts.values()) for counts in (summary.mentions, summary.late, summary.dead_letters)
    )
    console.print(
        f"{summary.records:,} records, {mentions:,} mentions, {refused:,} dead letters, {late:,} late; "
        f"{summary.seconds:.1f} s, {summary.posts_per_second:,.0f} posts/s"
    )
    for reason, count in sorted(summary.dead_letters.items(), key=lambda item: -item[1])[:5]:
        console.print(f"  {count:,} × {reason}", markup=False)


def _short(moment: str) -> str:
    return moment[:16].replace("T", " ")
