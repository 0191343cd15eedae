"""`larum check`: validate the configuration, and explain what a sentence matches."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from streams.cli.common import DEFAULT_CONFIG, Config, Json, configuration
from streams.core.matching.matcher import Explanation, Matcher
from streams.core.settings import Settings
from streams.printing import printable


def command(
    sentence: Annotated[str | None, typer.Argument(help="A post to explain: which brands it names, and why.")] = None,
    config: Config = DEFAULT_CONFIG,
    as_json: Json = False,
) -> None:
    """Validate the configuration; with a sentence, say which brands it names and why, or why not.

    Example: larum check "Byłem w Żabce, kolejka do kasy po hot doga"
    """
    settings = configuration(config, receivers=True, tokens=True)
    if sentence is None:
        brands = [brand.id for brand in settings.brands]
        typer.echo(json.dumps({"brands": brands}) if as_json else f"{config} is in order. Brands: {', '.join(brands)}.")
        return
    explanations = Matcher(settings.brands).explain(sentence)
    named = sorted({one.brand for one in explanations if one.objection is None})
    if as_json:
        places = [one._asdict() for one in explanations]
        typer.echo(json.dumps({"brands": named, "places": places}, ensure_ascii=False))
        return
    typer.echo(f"Names {', '.join(named)}." if named else "Names no brand.")
    for one in explanations:
        typer.echo(_line(one))
    for hint in _absent(settings, explanations):
        typer.echo(hint)


def _line(one: Explanation) -> str:
    quoted = f"'{printable(one.found)}' at {one.start + 1}"
    what = f"{one.kind} '{one.name}'"
    if one.objection is None:
        return f"  {one.brand}: yes, {quoted} is its {what}"
    return f"  {one.brand}: no, {quoted} looks like its {what}, but {one.objection}"


def _absent(settings: Settings, explanations: list[Explanation]) -> list[str]:
    absent = [brand.id for brand in settings.brands if brand.id not in {one.brand for one in explanations}]
    return [f"  {', '.join(absent)}: no, nothing in it looks like a name of theirs"] if absent else []
