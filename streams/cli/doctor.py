"""``larum doctor``: is everything in place that a worker needs, and if not, what to change."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from streams.cli.common import DEFAULT_CONFIG, Config, Json

if TYPE_CHECKING:
    from streams.doctor import Finding

STYLES = {"ok": "green", "warning": "yellow", "problem": "bold red"}


def command(config: Config = DEFAULT_CONFIG, as_json: Json = False) -> None:
    """Look at the broker, topics, permissions, workers, clocks, configuration and this machine; say what to change.

    It changes nothing. Ends with code 1 where there is a problem, else 0: a warning is none. Example:

    `larum doctor --config larum.toml`
    """
    from streams.doctor import examine

    findings = asyncio.run(examine(config, os.environ))
    if as_json:
        for finding in findings:
            typer.echo(msgspec.json.encode(finding))
    else:
        _show(findings)
    if any(finding.level == "problem" for finding in findings):
        raise typer.Exit(code=1)


def _show(findings: Sequence[Finding]) -> None:
    """Tell what was found in a table, and what to change below it, in lines that can be copied whole."""
    console = Console()
    table = Table("", "", "found")
    for finding in findings:
        table.add_row(f"[{STYLES[finding.level]}]{finding.level}[/]", finding.area, escape(finding.found))
    console.print(table)
    changes = list(dict.fromkeys(finding.change for finding in findings if finding.change))
    if changes:
        console.print("What to change:", style="bold")
    for number, change in enumerate(changes, start=1):
        console.print(f"{number}. {change}", markup=False, highlight=False, soft_wrap=True)
