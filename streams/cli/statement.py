"""``larum statement``: a draft of what to say in public, for a person to finish."""

from __future__ import annotations

from typing import Annotated

import msgspec
import typer

from streams.cli.common import Json, errors, fail
from streams.core.actions import STEPS
from streams.response.facts import Facts, Form, Kind, Lang


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A draft, and the gaps that a person has to fill before it may be published."""

    kind: Kind
    lang: Lang
    form: Form
    update: bool
    text: str
    characters: int
    missing: list[str]


def command(
    kind: Annotated[Kind, typer.Option(help="What the crisis is about.")],
    lang: Annotated[Lang, typer.Option(help="In which language.")] = "pl",
    form: Annotated[Form, typer.Option(help="For social media, or for mail and website.")] = "long",
    brand: Annotated[str | None, typer.Option(help="Its name, as the public knows it.")] = None,
    update: Annotated[bool, typer.Option("--update", help="How it goes, instead of the first word.")] = False,
    done: Annotated[
        list[str] | None, typer.Option(help=f"A step that was taken; repeatable: {', '.join(STEPS)}.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Draft what to say in public, and name what a person has to fill in. Nothing is sent.

    The draft goes to standard output, the list of gaps to standard error. Example:

    `larum statement --kind product --lang en --form short --brand Northquill`
    """
    from streams.response.statements import SHORT, draft, missing

    if unknown := set(done or ()) - set(STEPS):
        fail(f"there is no step {min(unknown)!r}; there is {', '.join(STEPS)}")
    steps = tuple(step for step in STEPS if step in (done or ()))
    text = draft(kind, lang, form, Facts(brand=brand, steps=steps), update=update)
    gaps = missing(text)
    if as_json:
        whole = Draft(kind=kind, lang=lang, form=form, update=update, text=text, characters=len(text), missing=gaps)
        typer.echo(msgspec.json.encode(whole))
        return
    typer.echo(text)
    size = f" {len(text)} characters, gaps included, of {SHORT}." if form == "short" else ""
    told = f"larum: a draft; nothing was sent.{size} To be filled in before anyone publishes it:"
    errors.print(told, markup=False, highlight=False, soft_wrap=True)
    for gap in gaps:
        errors.print(f"  {gap}", markup=False, highlight=False, soft_wrap=True)
