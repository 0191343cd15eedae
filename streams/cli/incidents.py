"""``larum incidents``: what is going on, what was done about it, and what is due when."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from streams.cli.common import DEFAULT_CONFIG, Config, Json, configuration
from streams.cli.responding import AtKafka, StateFile, asked

SHOWN = 8  # of an incident's name: the beginning is enough to find it by


if TYPE_CHECKING:
    from rich.console import RenderableType

    from streams.core.comparing import Beside
    from streams.core.duties import Duties
    from streams.core.incident import Incident


def command(
    incident: Annotated[str | None, typer.Argument(help="One incident at length: its name or brand.")] = None,
    config: Config = DEFAULT_CONFIG,
    state: StateFile = Path("larum.sqlite"),
    kafka: AtKafka = False,
    every: Annotated[bool, typer.Option("--all", help="Those that are resolved, too.")] = False,
    as_json: Json = False,
    known: Annotated[
        bool, typer.Option("--known", help="Those that people judged, as a list for 'larum backtest --known'.")
    ] = False,
) -> None:
    """Show incidents: the gravest first, with what is due when, and what is missing of the five steps.

    One at length is held beside those before it. `larum incidents --known > known.jsonl` lists what people called real
    or a false alarm, by which `larum backtest --known known.jsonl` judges a history. Example:

    `larum incidents --all`
    """
    from rich.console import Console

    from streams.core.comparing import compared
    from streams.core.duties import Duties

    settings = configuration(config)
    duties = Duties(settings)
    incidents = asked(settings, state, kafka=kafka)
    if known:
        from streams.known import known_of

        for row in known_of(incidents.known.values()):
            typer.echo(msgspec.json.encode(row))
        return
    shown = [incidents.find(incident)] if incident else list(incidents.known.values()) if every else incidents.open
    if as_json:
        for one in shown:
            typer.echo(
                msgspec.json.encode(document(one, duties) | {"compared": compared(one, incidents.known.values())})
            )
        return
    console = Console()
    if incident:
        for line in _at_length(shown[0], duties, compared(shown[0], incidents.known.values())):
            console.print(line, highlight=False)
    elif shown:
        console.print(_table(shown, duties))
    else:
        console.print("No incident is open." if not every else "There was no incident.", highlight=False)


def document(incident: Incident, duties: Duties) -> dict[str, Any]:
    """Give an incident as plain data."""
    return {
        "type": "larum.incident",
        "id": incident.id,
        "brand": incident.brand,
        "severity": incident.severity.name.lower(),
        "state": incident.state,
        "opened_at": incident.opened_at,
        "calm_since": incident.calm_since,
        "false_alarm": incident.false_alarm,
        "due": {due.what: due.at for due in duties.of(incident)},
        "steps": incident.steps,
        "missing": incident.missing,
        "into": incident.into,
        "log": incident.log,
    }


def _table(incidents: list[Incident], duties: Duties) -> RenderableType:
    from rich.table import Table

    from streams.core.actions import STEPS
    from streams.printing import STYLES, printable

    table = Table(box=None, header_style="bold")
    for heading in ("incident", "brand", "severity", "since (UTC)", "state", "due first", "steps"):
        table.add_column(heading, no_wrap=heading not in {"brand", "due first"})  # these may take lines, none is cut
    now = time.time()
    for one in incidents:
        first = min(duties.of(one), key=lambda due: due.at, default=None)
        due = _in_words(first.what, first.at - now) if first else "–"
        severity = one.severity.name.lower()
        style = STYLES[severity] if one.is_open else "dim"
        began = time.strftime("%m-%d %H:%M", time.gmtime(one.opened_at))
        steps = f"{len(STEPS) - len(one.missing)} of {len(STEPS)}"
        table.add_row(one.id[:SHOWN], printable(one.brand), f"[{style}]{severity}[/]", began, _state(one), due, steps)
    return table


def _state(incident: Incident) -> str:
    state = "false alarm" if incident.false_alarm else incident.state
    return f"{state}, calm" if incident.is_open and incident.calm_since else state


def _in_words(what: str, seconds: float) -> str:
    from streams.printing import span

    words = {"acknowledge": "acknowledge", "assess": "assess", "word": "public word"}[what]
    late = seconds < 0
    return f"[bold red]{words} {span(-seconds / 60)} late[/]" if late else f"{words} in {span(seconds / 60)}"


def _at_length(incident: Incident, duties: Duties, compared: list[Beside]) -> list[Any]:
    from rich.text import Text

    from streams.core.actions import STEPS
    from streams.printing import headline, printable

    lines: list[Any] = [headline(incident.last), _table([incident], duties), ""]
    for step in STEPS:
        taken = incident.steps.get(step)
        said = f"{taken.status}{f', {taken.owner}' if taken.owner else ''} {taken.text}" if taken else "missing"
        mark = "✓" if taken and taken.status != "planned" else "·"
        lines.append(Text(f"  {mark} {step:<11} {printable(said)}"))
    lines.append("")
    if compared and compared[0].every.of:
        lines += [*map(_beside, compared), ""]
    for one in incident.log:
        at = time.strftime("%m-%d %H:%M", time.gmtime(one.at))
        said = " ".join(part for part in (one.step, one.status, one.text, one.link, one.into) if part)
        lines.append(Text(f"  {at}  {printable(one.by)}  {one.kind}  {printable(said)}"))
    return lines


def _beside(one: Beside) -> str:
    """Say of one measure how it stands beside the incidents before."""
    words = {
        "posts": f"{one.value:,.0f} posts in an hour",
        "negatives": f"{one.value:,.0f} negative voices beyond the expected",
        "share": f"{one.value:.0%} negative",
        "hours": f"{one.value:.1f} hours",
        "half_life": f"halved in {one.value:.1f} hours",
        "acknowledged": f"acknowledged after {one.value:.0f} min",
        "first_word": f"first word after {one.value:.0f} min",
    }[one.measure]
    of_brand, of_all = (f"{rank.above} of {rank.of}" for rank in (one.brand, one.every))
    return f"  {words}: more than {of_brand} before of this brand, {of_all} of all"
