"""``larum statement``: a draft of what to say in public, for a person to finish."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from streams.cli.common import DEFAULT_CONFIG, Config, Json, configuration, errors, fail
from streams.cli.responding import STATE, AtKafka, StateFile, asked
from streams.core.actions import STEPS
from streams.response.facts import Facts, Form, Kind, Lang, Word

if TYPE_CHECKING:
    from streams.response.suggesting import Suggestion


def command(
    incident: Annotated[
        str | None, typer.Argument(help="An incident, whose facts are filled in: its name or its brand.")
    ] = None,
    kind: Annotated[Kind | None, typer.Option(help="What the crisis is about; of an incident, a guess.")] = None,
    lang: Annotated[Lang, typer.Option(help="In which language.")] = "pl",
    form: Annotated[Form, typer.Option(help="For social media, or for mail and website.")] = "long",
    brand: Annotated[str | None, typer.Option(help="Its name, as the public knows it.")] = None,
    word: Annotated[
        Word | None, typer.Option(help="The first one, how it goes since, or the last; of an incident, what is next.")
    ] = None,
    done: Annotated[
        list[str] | None, typer.Option(help=f"A step that was taken; repeatable: {', '.join(STEPS)}.")
    ] = None,
    config: Config = DEFAULT_CONFIG,
    state: StateFile = STATE,
    kafka: AtKafka = False,
    as_json: Json = False,
) -> None:
    """Draft what to say in public, and name what a person has to fill in. Nothing is sent.

    The draft goes to standard output, the list of gaps to standard error. Example:

    `larum statement zorzanka --lang en --form short`
    """
    from streams.response.drafting import drafted
    from streams.response.statements import SHORT

    if unknown := set(done or ()) - set(STEPS):
        fail(f"there is no step {min(unknown)!r}; there is {', '.join(STEPS)}")
    known = Facts()
    if incident:
        known, guess, following = _of(incident, config, state, kafka=kafka)
        word = word or following
        if kind is None:
            kind = guess.kind
            errors.print(f"larum: kind {guess.kind}: {guess.reason}", markup=False, highlight=False, soft_wrap=True)
    if kind is None:
        fail("--kind is needed where no incident is named")
    steps = tuple(step for step in STEPS if step in (done or ()) or step in known.steps)
    facts = msgspec.structs.replace(known, brand=brand or known.brand, steps=steps)
    draft = drafted(kind, lang, form, facts, word or "first")
    if as_json:
        typer.echo(msgspec.json.encode(draft))
        return
    typer.echo(draft.text)
    size = f" {draft.characters} characters, gaps included, of {SHORT}." if form == "short" else ""
    told = f"larum: a draft; nothing was sent.{size} To be filled in before anyone publishes it:"
    errors.print(told, markup=False, highlight=False, soft_wrap=True)
    for gap in draft.missing:
        errors.print(f"  {gap}", markup=False, highlight=False, soft_wrap=True)


def _of(name: str, config: Path, state: Path, *, kafka: bool) -> tuple[Facts, Suggestion, Word]:
    """Give what is known of an incident, by its brand's clocks, what it seems to be about, and which word is next."""
    from streams.core.duties import Duties
    from streams.response.drafting import facts_of
    from streams.response.suggesting import next_word, suggest

    settings = configuration(config)
    try:
        incident = asked(settings, state, kafka=kafka).find(name)
    except LookupError as error:
        fail(str(error))
    facts = facts_of(incident, settings, Duties(settings), time.time())
    return facts, suggest(incident.last.data), next_word(incident)
