"""The command line: one module a command, listed here."""

from __future__ import annotations

import typer

from streams.cli import (
    backtest,
    budget,
    check,
    demo,
    digest,
    doctor,
    explain,
    incidents,
    init,
    label,
    model,
    notify,
    produce,
    rebaseline,
    replay,
    report,
    responding,
    schema,
    statement,
    tail,
    teach,
    topics,
    watch,
    web,
    worker,
)

app = typer.Typer(
    name="larum",
    help="A crisis alarm for brands: posts in, crises out.",
    epilog="Start with: larum demo",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_show_locals=False,  # locals may hold secrets
)
for module in (
    demo,
    init,
    check,
    replay,
    backtest,
    explain,
    budget,
    watch,
    topics,
    worker,
    notify,
    web,
    doctor,
    produce,
    tail,
    incidents,
    report,
    digest,
    rebaseline,
    label,
    teach,
    statement,
    schema,
):
    app.command(name=module.__name__.rpartition(".")[2])(module.command)
for one in (
    responding.ack,
    responding.note,
    responding.step,
    responding.update_given,
    responding.close,
    responding.merge,
):
    app.command(name=one.__name__.replace("_", "-"))(one)
app.add_typer(model.app, name="model")


def main() -> None:
    """Run the command that the command line names."""
    app()
