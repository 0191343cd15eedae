"""``larum model``: what the sentiment model has learned, how good it is, and whether it is to be believed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from detectors.errors import DEVIATIONS
from streams.cli.common import DEFAULT_CONFIG, Config, Json, errors, fail
from streams.cli.learned import STATE, KafkaFlag, LabelsFile, learned, settings_of

if TYPE_CHECKING:
    from detectors.prequential import Measures
    from streams.evaluating import Evaluation
    from streams.modelcard import Language, ModelCard

app = typer.Typer(rich_markup_mode="markdown", invoke_without_command=True)
NAMES = {"pl": "Polish", "en": "English"}
ROWS = (
    ("right", "accuracy", ".1%"),
    ("log loss", "log_loss", ".3f"),
    ("Brier score", "brier", ".3f"),
    ("calibration error", "calibration_error", ".1%"),
    ("area under the ROC curve", "auc", ".3f"),
)
STANDINGS = {
    "learning": "too little is shown yet to trust the model more than its lexicon, or less",
    "trusted": "the model has shown itself no worse than its lexicon alone, and is trusted",
    "stepped back": "the model is worse than its lexicon alone of late: it has stepped back, and the lexicon scores",
}


@app.callback()
def command(
    context: typer.Context,
    labels: LabelsFile = None,
    state: Annotated[
        Path, typer.Option("--state", help="What `larum watch` keeps (SQLite); it may be running.")
    ] = STATE,
    kafka: KafkaFlag = False,
    config: Config = DEFAULT_CONFIG,
    as_json: Json = False,
) -> None:
    """Say what the sentiment model has learned, and how good it is beside its lexicon alone.

    Each label was predicted before it was learned. Of the recent ones a label counts half after five hundred more.
    Example:

    `larum model --labels labels.jsonl`
    """
    if context.invoked_subcommand:
        return
    from streams.modelcard import model_card

    if not labels and not kafka and not state.exists():
        fail(
            f"{state}: there is no such file; 'larum watch' writes it, --state says where; or name --labels or --kafka"
        )
    known = learned(settings_of(config), labels, state, kafka=kafka)
    card = model_card(known.model, known.labelled)
    if as_json:
        typer.echo(msgspec.json.encode(card))
        return
    show(Console(), card)


@app.command()
def evaluate(
    file: Annotated[
        str, typer.Argument(help="Labelled posts: CSV with text and sentiment, label or negative; or JSON Lines.")
    ],
    out: Annotated[
        Path | None, typer.Option("--out", help="Write a page of curves and errors, in one HTML file.")
    ] = None,
    labels: LabelsFile = None,
    state: Annotated[
        Path | None, typer.Option("--state", help="What `larum watch` keeps (SQLite), to judge its model too.")
    ] = None,
    kafka: KafkaFlag = False,
    config: Config = DEFAULT_CONFIG,
    as_json: Json = False,
) -> None:
    """Judge the sentiment model by labelled posts: cold, as it was taught, and learning as it goes.

    Posts should be in order of time. With --labels, --state or --kafka the model that has learned there is judged too.
    Example:

    `larum model evaluate airline.csv --out model.html`
    """
    from streams.evaluating import evaluate as judge
    from streams.evaluating import labelled, render
    from streams.readers import InputError

    settings = settings_of(config)
    if state and not state.exists():
        fail(f"{state}: there is no such file; 'larum watch' writes it")
    known = learned(settings, labels, state, kafka=kafka)
    try:
        rows = list(labelled(file))
        lessons = frozenset(text for text, _ in known.labelled)
        told = judge(file, rows, settings.sentiment.threshold, known.model if lessons else None, lessons)
    except InputError as error:
        fail(str(error))
    except ValueError as error:
        fail(f"{file}: {error}")
    if out:
        out.write_text(render(told), encoding="utf-8")
        errors.print(f"larum: wrote {out}", highlight=False)
    if as_json:
        typer.echo(msgspec.json.encode(told))
        return
    show_evaluation(Console(), told)


def show(console: Console, card: ModelCard) -> None:
    """Print a model's card."""
    console.print(f"Sentiment model {card.version}: {card.labels:,} labels", highlight=False)
    for language in card.languages:
        console.print()
        _show_language(console, language)


def _show_language(console: Console, language: Language) -> None:
    from streams.modelcard import told

    name = NAMES[language.lang]
    if not language.labels:
        console.print(f"{name}: no labels yet; the lexicon alone scores", highlight=False)
        return
    negative = language.model.whole.positives
    console.print(f"[bold]{name}[/]: {language.labels:,} labels, {negative:.0%} of them negative", highlight=False)
    style = "bold red" if language.standing == "stepped back" else None
    console.print(f"  {STANDINGS[language.standing]}", style=style, highlight=False)
    drifted = f"; the meaning of labels changed {language.drifts}×" if language.drifts else ""
    console.print(f"  trust in its words {language.trust:.2f}{drifted}", highlight=False)
    table = Table("", "model", "lexicon", "model", "lexicon", box=None, padding=(0, 2), header_style="dim")
    for column in table.columns[1:]:
        column.justify = "right"
    table.add_row("", "recent", "recent", "whole", "whole", style="dim")
    judged = (language.model.recent, language.lexicon.recent, language.model.whole, language.lexicon.whole)
    for row in _rows(judged):
        table.add_row(*row)
    console.print(table, highlight=False)
    error = language.error
    found, alarms = (_within(*one) for one in (error[::2], error[1::2]))
    console.print(f"  shares are corrected for {found} found of the negative, {alarms} false alarms", highlight=False)
    grid = Table.grid(padding=(0, 2))
    grid.add_row("", "more negative", Text(told(language.words.negative)))
    grid.add_row("", "less", Text(told(language.words.other)))
    console.print(grid, highlight=False)


def _within(rate: float, variance: float) -> str:
    return f"{rate:.0%} ± {DEVIATIONS * variance**0.5:.0%}"


def _rows(judged: tuple[Measures, ...]) -> list[tuple[str, ...]]:
    from streams.modelcard import number

    return [(name, *(number(getattr(one, field), form) for one in judged)) for name, field, form in ROWS]


def show_evaluation(console: Console, told: Evaluation) -> None:
    """Print an evaluation as a table."""
    left = f"; {told.unscored:,} more are in languages that are not scored" if told.unscored else ""
    left += f"; {told.known:,} more the model was taught" if told.known else ""
    console.print(f"{told.file}: {told.posts:,} posts{left}", highlight=False, markup=False, soft_wrap=True)
    table = Table("", box=None, padding=(0, 2), header_style="dim")
    for judge in told.judges:
        table.add_column(judge.name, justify="right")
    for row in _rows(tuple(judge.whole.measures for judge in told.judges)):
        table.add_row(*row)
    for name in ("found", "missed", "false_alarms", "rejected"):
        counts = (f"{getattr(judge.whole.confusion, name):,.0f}" for judge in told.judges)
        table.add_row(name.replace("_", " "), *counts)
    console.print(table, highlight=False)
