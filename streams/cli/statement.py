"""``larum statement``: a draft of what to say in public, for a person to finish."""

from __future__ import annotations

import time
from datetime import datetime
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


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A draft, and the gaps that a person has to fill before it may be published."""

    kind: Kind
    lang: Lang
    form: Form
    word: Word
    text: str
    characters: int
    missing: list[str]


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
    from streams.response.statements import SHORT, draft, missing

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
    word = word or "first"
    text = draft(kind, lang, form, facts, word)
    gaps = missing(text)
    if as_json:
        whole = Draft(kind=kind, lang=lang, form=form, word=word, text=text, characters=len(text), missing=gaps)
        typer.echo(msgspec.json.encode(whole))
        return
    typer.echo(text)
    size = f" {len(text)} characters, gaps included, of {SHORT}." if form == "short" else ""
    told = f"larum: a draft; nothing was sent.{size} To be filled in before anyone publishes it:"
    errors.print(told, markup=False, highlight=False, soft_wrap=True)
    for gap in gaps:
        errors.print(f"  {gap}", markup=False, highlight=False, soft_wrap=True)


def _of(name: str, config: Path, state: Path, *, kafka: bool) -> tuple[Facts, Suggestion, Word]:
    """Give what is known of an incident, by its brand's clocks, what it seems to be about, and which word is next."""
    from zoneinfo import ZoneInfo

    from streams.core.incidents import Duties
    from streams.response.suggesting import next_word, suggest

    settings = configuration(config)
    try:
        incident = asked(settings, state, kafka=kafka).find(name)
    except LookupError as error:
        fail(str(error))
    zone = ZoneInfo(settings.detection.timezone)
    word = next((due.at for due in Duties(settings).of(incident) if due.what == "word"), None)
    names = {brand.id: brand.name for brand in settings.brands}
    facts = Facts(
        brand=names.get(incident.brand, incident.brand),
        terms=tuple(term.term for term in incident.last.data.terms),
        since=datetime.fromtimestamp(incident.onset, zone),
        next_word=datetime.fromtimestamp(word, zone) if word and word > time.time() else None,
        steps=tuple(step for step, taken in incident.steps.items() if taken.status == "done"),
    )
    return facts, suggest(incident.last.data), next_word(incident)
