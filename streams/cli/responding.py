"""What people do about an incident, one command each: ack, note, step, update-given, close, merge."""

from __future__ import annotations

import asyncio
import getpass
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from streams.cli.common import DEFAULT_CONFIG, Config, configuration, errors, fail
from streams.core.actions import Action, Kind, Status, Step

if TYPE_CHECKING:
    from streams.core.incident import Incident
    from streams.core.incidents import Incidents
    from streams.core.settings import Settings

Which = Annotated[str, typer.Argument(help="Its name or the beginning of it, or the brand of the one that is open.")]
StateFile = Annotated[Path, typer.Option("--state", help="The state file of 'larum watch'.")]
AtKafka = Annotated[bool, typer.Option("--kafka", help="The incidents of Kafka instead.")]
By = Annotated[str | None, typer.Option(help="Who does it; you, by default.")]
Link = Annotated[str | None, typer.Option(help="Where it is to be seen, https://…")]
Words = Annotated[str, typer.Argument(help="What there is to say of it.")]
STATE = Path("larum.sqlite")


def ack(
    incident: Which,
    text: Words = "",
    config: Config = DEFAULT_CONFIG,
    state: StateFile = STATE,
    kafka: AtKafka = False,
    by: By = None,
) -> None:
    """Say that you look into it.

    Example:

    `larum ack zorzanka`
    """
    act(config, state, incident, by, kafka=kafka, kind="acknowledged", text=text)


def note(
    incident: Which,
    text: Annotated[str, typer.Argument(help="What is to be remembered.")],
    config: Config = DEFAULT_CONFIG,
    state: StateFile = STATE,
    kafka: AtKafka = False,
    by: By = None,
    link: Link = None,
    assessment: Annotated[bool, typer.Option("--assessment", help="It is the first assessment.")] = False,
) -> None:
    """Write something down: what is known, who was called.

    Example:

    `larum note zorzanka "Glass in one batch, the plant is stopped" --assessment`
    """
    kind: Kind = "assessed" if assessment else "noted"
    act(config, state, incident, by, kafka=kafka, kind=kind, text=text, link=link)


def step(
    incident: Which,
    step: Annotated[Step, typer.Argument(help="One of the five.")],
    text: Words = "",
    config: Config = DEFAULT_CONFIG,
    state: StateFile = STATE,
    kafka: AtKafka = False,
    by: By = None,
    link: Link = None,
    status: Annotated[Status, typer.Option(help="How far it is.")] = "done",
    owner: Annotated[str | None, typer.Option(help="Whose it is.")] = None,
) -> None:
    """Say how far one of the five steps is: apologise, counteract, admit, improve, repair.

    Example:

    `larum step zorzanka counteract "Batch recalled" --owner quality --link https://zorzanka.example/recall`
    """
    act(
        config, state, incident, by,
        kafka=kafka, kind="step", step=step, status=status, text=text, owner=owner, link=link,
    )  # fmt: skip


def update_given(
    incident: Which,
    text: Words = "",
    config: Config = DEFAULT_CONFIG,
    state: StateFile = STATE,
    kafka: AtKafka = False,
    by: By = None,
    link: Link = None,
    next: Annotated[float | None, typer.Option(help="Minutes until the next word that you promised.")] = None,  # noqa: A002
) -> None:
    """Say that a public word was given; the next one is due from now on.

    Example:

    `larum update-given zorzanka "We look into it" --link https://social.example/1 --next 60`
    """
    act(config, state, incident, by, kafka=kafka, kind="stated", text=text, link=link, next_minutes=next)


def close(
    incident: Which,
    text: Words = "",
    config: Config = DEFAULT_CONFIG,
    state: StateFile = STATE,
    kafka: AtKafka = False,
    by: By = None,
    false_alarm: Annotated[bool, typer.Option("--false-alarm", help="There was no crisis.")] = False,
    lessons: Annotated[bool, typer.Option("--lessons", help="The review: what was learned from it.")] = False,
    reopen: Annotated[bool, typer.Option("--reopen", help="It is not over after all.")] = False,
) -> None:
    """Say that it is over, what was learned, or that it is not over after all.

    Example:

    `larum close zorzanka "All jars are back" ; larum close 3f2a --lessons "Call the lab first"`
    """
    if false_alarm + lessons + reopen > 1:
        fail("--false-alarm, --lessons and --reopen are three things to say; name one")
    kind: Kind = "reviewed" if lessons else "reopened" if reopen else "resolved"
    act(config, state, incident, by, kafka=kafka, kind=kind, text=text, false_alarm=false_alarm)


def merge(
    incident: Which,
    into: Annotated[str | None, typer.Option(help="The one that it is a part of.")] = None,
    config: Config = DEFAULT_CONFIG,
    state: StateFile = STATE,
    kafka: AtKafka = False,
    by: By = None,
    apart: Annotated[bool, typer.Option("--apart", help="Let it stand by itself again.")] = False,
) -> None:
    """Make an incident a part of another, which goes on alone; or take it apart again.

    Example:

    `larum merge 3f2a --into c0ff`
    """
    if apart == (into is not None):
        fail("either --into another incident, or --apart")
    if into is None:
        act(config, state, incident, by, kafka=kafka, kind="split")
    else:
        act(config, state, incident, by, kafka=kafka, kind="merged", into=into)


def asked(settings: Settings, state: Path, *, kafka: bool) -> Incidents:
    """Read all incidents, or end with what is in the way."""
    return _at(settings, state, None, kafka=kafka)


def act(config: Path, state: Path, incident: str, by: str | None, *, kafka: bool, kind: Kind, **what: Any) -> None:
    """Write down what somebody does about an incident, or end with what is wrong with it."""
    from streams.response.acting import made

    names: list[str] = []  # by its brand it is found only as long as it is open

    def make(incidents: Incidents) -> Action:
        action = made(incidents, incident, kind, by or _you(), time.time(), **what)
        names.append(action.incident)
        return action

    settings = configuration(config)
    try:
        incidents = _at(settings, state, make, kafka=kafka)
    except (LookupError, ValueError) as error:
        fail(str(error))
    errors.print(_said(incidents.known[names[0]]), markup=False, highlight=False, soft_wrap=True)


def _you() -> str:
    """Name who asks; a container may run as a number that has no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        fail("it is not known who you are; say it with --by")


def _said(incident: Incident) -> str:
    missing = f"; missing of the five steps: {', '.join(incident.missing)}" if incident.is_open else ""
    return f"larum: {incident.id} ({incident.brand}) is {incident.state}{missing}"


def _at(settings: Settings, state: Path, make: Callable[[Incidents], Action] | None, *, kafka: bool) -> Incidents:
    """Read incidents where they are kept, and write an action if there is one to be made of them."""
    from streams.broker import BrokerSettingsError
    from streams.intake import UnavailableError
    from streams.response.desk import Desk, at_store, at_topics
    from streams.storage import StorageError
    from streams.tail import TailError

    if not kafka and not state.exists():
        fail(f"{state}: there is no such file; 'larum watch' makes one, and --kafka asks Kafka")

    async def work(desk: Desk) -> Incidents:
        if make:
            action = make(desk.incidents)
            await desk.write(action)
            desk.incidents.do(action)
        return desk.incidents

    async def begin() -> Incidents:
        if not kafka:
            return await work(at_store(settings, state))
        async with at_topics(settings) as desk:
            return await work(desk)

    try:
        return asyncio.run(begin())
    except (StorageError, BrokerSettingsError, TailError, UnavailableError) as error:
        fail(str(error))
