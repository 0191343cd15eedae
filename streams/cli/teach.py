"""``larum teach``: labels that are there already, from tables and JSON Lines, to where labels go."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from streams.cli.common import DEFAULT_CONFIG, Config, Json, configuration, errors, fail
from streams.cli.desks import Out, Place, State, ToKafka, Url
from streams.cli.lessons import labels_in
from streams.core.labels import Label
from streams.core.settings import Settings
from streams.readers import InputError, parse_mapping, structs
from streams.readers.tables import MappingError

NEGATIVE = "negative,true,1"
MOST_FAULTS = 20  # that are told


class Row(msgspec.Struct, frozen=True):
    """A row of a table of labels."""

    text: str
    negative: str
    lang: str | None = None
    source: str | None = None
    id: str | None = None
    by: str | None = None


class Sent(msgspec.Struct):
    """What became of the labels of some files."""

    new: int = 0
    changed: int = 0
    repeated: int = 0


def command(
    files: Annotated[list[str], typer.Argument(help="CSV, TSV, or JSON Lines of labels; plain or .gz.")],
    config: Config = DEFAULT_CONFIG,
    mapping: Annotated[
        list[str] | None, typer.Option("--map", help="For tables: field=column, or field==constant. Repeat it.")
    ] = None,
    values: Annotated[
        str, typer.Option("--negative-values", help="For tables: what means negative; all else means that it is not.")
    ] = NEGATIVE,
    out: Out = None,
    url: Url = None,
    kafka: ToKafka = False,
    state: State = Path("larum.sqlite"),
    as_json: Json = False,
) -> None:
    """Teach what was judged already. A file that is sent again changes nothing; a mistake in one, and nothing is sent.

    The columns of a table are text and negative, and where known lang, source, id and by. Example:

    `larum teach tweets.csv --map negative=sentiment --map source==twitter --map id=tweet_id --kafka`
    """
    settings = configuration(config)
    labels: list[Label] = []
    try:
        fields = parse_mapping(mapping or [], Row.__struct_fields__, "a label")
        for name in files:
            lines = any(suffix in {".jsonl", ".ndjson"} for suffix in Path(name).suffixes)
            labels += labels_in(Path(name)) if lines else _table(name, fields, values)
    except (InputError, MappingError) as error:
        fail(str(error))
    sent = asyncio.run(_send(settings, Place(out, url, kafka, state), labels))
    if as_json:
        typer.echo(msgspec.json.encode(sent))
    else:
        told = f"{sent.new:,} new labels, {sent.changed:,} changed, {sent.repeated:,} repeated"
        errors.print(f"larum: {told}", highlight=False)


async def _send(settings: Settings, place: Place, labels: Sequence[Label]) -> Sent:
    """Send the last label of each post, if it says anything new."""
    last: dict[int, Label] = {}
    for label in labels:
        last.pop(label.key, None)
        last[label.key] = label
    sent, fresh = Sent(repeated=len(labels) - len(last)), list[Label]()
    async with place.desk(settings) as desk:
        for key, label in last.items():
            before, says = desk.pupil.lessons.says(key), None if label.negative is None else label.said
            sent.repeated += before == says
            sent.new += before is None and says is not None
            sent.changed += before is not None and before != says
            if before != says:
                fresh.append(label)
        await desk.write(fresh)
    return sent


def _table(name: str, mapping: dict[str, str], values: str) -> list[Label]:
    """Read a table, or end with all the lines that are wrong, and with what is never met."""
    negative = {value.strip().casefold() for value in values.split(",")}
    labels, faults, verdicts = list[Label](), list[str](), dict[str, None]()
    for row, origin in structs(name, Row, mapping=mapping):
        verdict = row.negative.strip().casefold()
        verdicts[verdict] = None
        try:
            labels.append(_label(row, negative=verdict in negative))
        except (msgspec.ValidationError, ValueError) as error:
            faults.append(f"{origin}: {error}")
    if faults:
        more = [f"and {len(faults) - MOST_FAULTS:,} more"] if len(faults) > MOST_FAULTS else []
        fail("\n".join(["nothing was sent:", *faults[:MOST_FAULTS], *more]))
    if labels and not negative & verdicts.keys():
        there = ", ".join(list(verdicts)[:MOST_FAULTS])
        fail(f"{name}: none of --negative-values {values} is met; the values there are: {there}")
    return labels


def _label(row: Row, *, negative: bool) -> Label:
    """Check a row by the rules of a label."""
    given = {field: value for field in ("text", "lang", "source", "id", "by") if (value := getattr(row, field))}
    return msgspec.convert({**given, "negative": negative}, Label)
