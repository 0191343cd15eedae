"""``larum budget``: what false alarms are borne, the thresholds that follow, and what was told of late."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from streams.cli.common import DEFAULT_CONFIG, Config, Json, configuration, errors, fail
from streams.core.actions import Action
from streams.core.incidents import told as incidents_of
from streams.core.judged import Stated, stated
from streams.core.judgement import MONTH_DAYS, Limits
from streams.core.settings import Settings
from streams.core.times import epoch, rfc3339
from streams.printing import minute
from streams.spending import Spent, spent

if TYPE_CHECKING:
    from streams.core.crises import CrisisEvent
    from streams.core.settings import Kafka

STATE = Path("larum.sqlite")


class Budget(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="larum.budget"):
    """What is borne and what was spent.

    Parameters
    ----------
    false_pages_per_month, false_notices_per_month
        As stated, over all brands.
    page_days, notice_days
        A test pages, or gives notice of, a level due once in so many days for its brand.
    days, until
        For how long back, from which moment (RFC 3339), alarms were counted.
    pages, notices
        How many there were.
    pages_borne, notices_borne
        How many false ones the budget gives in so many days.
    brands
        Pages and notices of each.
    stated
        What people said of the pages; None where that is not known.
    """

    false_pages_per_month: float
    false_notices_per_month: float
    page_days: float
    notice_days: float
    days: float
    until: str
    pages: int
    pages_borne: float
    notices: int
    notices_borne: float
    brands: list[Spent]
    stated: Stated | None = None


def command(
    events: Annotated[
        Path | None, typer.Argument(help="Crises as `replay`, `watch` and `tail` print them with --json; '-': stdin.")
    ] = None,
    config: Config = DEFAULT_CONFIG,
    state: Annotated[Path, typer.Option("--state", help="What `larum watch` keeps (SQLite).")] = STATE,
    kafka: Annotated[bool, typer.Option("--kafka", help="Read the crises topic instead.")] = False,
    days: Annotated[float, typer.Option(min=1, help="How far back to count alarms.")] = 30.0,
    as_json: Json = False,
) -> None:
    """Show the budget of false alarms, the thresholds it gives, and the alarms of the last days.

    Every alarm counts. Which of them were false, only people know: what they said (`larum close --false-alarm`) is held
    against the budget, with an interval. The days end now, those of a file with its last event. Example:

    `larum budget --days 30 --json`
    """
    settings = configuration(config)
    if events and kafka:
        fail("a file of crises and --kafka are two ways to go; name one")
    actions: list[Action] | None = None
    if events:
        found = _of_file(events)
        until = max((epoch(event.time) for event in found), default=time.time())
    else:
        (found, actions), until = _of_topic(settings.kafka) if kafka else _of_store(state), time.time()
    told = reckon(settings, found, until, days, actions)
    if as_json:
        typer.echo(msgspec.json.encode(told))
        return
    show(Console(), told)


def reckon(
    settings: Settings, events: list[CrisisEvent], until: float, days: float, actions: list[Action] | None = None
) -> Budget:
    """Derive the thresholds, and count the alarms of the days before `until`, epoch seconds, and what people said."""
    detection = settings.detection
    limits = Limits.of(detection, len(settings.brands))
    borne = detection.false_pages_per_month * days / MONTH_DAYS
    incidents = None if actions is None else incidents_of(events, actions).known.values()
    brands = spent(events, [brand.id for brand in settings.brands], until, days)
    return Budget(
        false_pages_per_month=detection.false_pages_per_month,
        false_notices_per_month=detection.false_notices_per_month,
        page_days=round(10.0**limits.page, 1),
        notice_days=round(10.0**limits.notice, 1),
        days=days,
        until=rfc3339(until),
        pages=sum(one.pages for one in brands),
        pages_borne=round(borne, 2),
        notices=sum(one.notices for one in brands),
        notices_borne=round(detection.false_notices_per_month * days / MONTH_DAYS, 2),
        brands=brands,
        stated=None if incidents is None else stated(incidents, until, days, borne),
    )


def _of_store(state: Path) -> tuple[list[CrisisEvent], list[Action]]:
    from streams.storage import StorageError, Store

    if not state.exists():
        fail(f"{state}: there is no such file; 'larum watch' writes it, --state says where")
    try:
        with Store(state) as store:
            return store.crises(), [action for _, action in store.actions()]
    except StorageError as error:
        fail(str(error))


def _of_file(path: Path) -> list[CrisisEvent]:
    from streams.eventfiles import read_events
    from streams.readers import InputError

    try:
        return read_events(path)
    except InputError as error:
        fail(str(error))


def _of_topic(kafka: Kafka) -> tuple[list[CrisisEvent], list[Action] | None]:
    """Read the crises, and what people did, where the broker lets that be read."""
    from streams.broker import BrokerSettingsError
    from streams.response.desk import done
    from streams.rights import AccessError, check
    from streams.tail import TailError, held
    from streams.wire import Right

    async def read() -> tuple[list[CrisisEvent], list[Action] | None]:
        events = await held(kafka)
        try:
            await check(kafka, {kafka.incidents_topic: frozenset({Right.READ})})
        except AccessError as error:
            errors.print(f"larum: what people said is not known: {error}", markup=False, highlight=False)
            return events, None
        return events, list(await done(kafka))

    try:
        return asyncio.run(read())
    except (TailError, BrokerSettingsError) as error:
        fail(str(error))


def show(console: Console, told: Budget) -> None:
    """Print it as a table."""
    console.print(
        f"Borne over all brands, a month: {told.false_pages_per_month:g} false pages, "
        f"{told.false_notices_per_month:g} false notices.\n"
        f"So a test pages at a level due once in {told.page_days:,.0f} days for its brand, "
        f"and gives notice at one due once in {told.notice_days:,.0f}.\n"
        f"In {told.days:g} days: {told.pages} pages, right ones too, where {told.pages_borne:g} false ones are borne; "
        f"{told.notices} notices where {told.notices_borne:g} are."
    )
    if told.stated:
        console.print(_in_words(told.stated))
    title = f"The {told.days:g} days until {minute(told.until)} (UTC)"
    table = Table("brand", "pages", "notices", "what", "last (UTC)", title=title, title_justify="left")
    for one in told.brands:
        kinds = ", ".join(f"{number} {kind}" for kind, number in sorted(one.kinds.items()))
        table.add_row(one.brand, str(one.pages), str(one.notices), kinds, minute(one.last) if one.last else "")
    console.print(table)


def _in_words(stated: Stated) -> str:
    """Say what people stated, and whether the budget is kept by that."""
    kept = {
        True: "the budget is kept",
        False: "the budget is not kept",
        None: "whether the budget is kept, so few days do not tell",
    }[stated.kept]
    return (
        f"People called {stated.false} pages false and {stated.real} real, and said nothing of {stated.unjudged}: "
        f"{stated.least:g} to {stated.most:g} false ones in so many days where {stated.borne:g} are borne; {kept}."
    )
