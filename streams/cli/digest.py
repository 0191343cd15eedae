"""``larum digest``: a week in brief, for quiet times: what was watched and not heard, what alarmed, what it cost."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from streams.cli.common import DEFAULT_CONFIG, Config, Json, configuration, fail
from streams.cli.report import AsPdf, InLang, write
from streams.cli.responding import STATE, AtKafka, StateFile

if TYPE_CHECKING:
    from streams.core.settings import Settings
    from streams.modelcard import ModelCard
    from streams.report.digesting import Logs
    from streams.report.weeks import Week


def command(
    name: Annotated[
        str | None, typer.Argument(metavar="[WEEK]", help="Such as 2026-W41; the last one that is over by default.")
    ] = None,
    week: Annotated[bool, typer.Option("--week", help="Of a week, Monday to Monday; it always is.")] = True,
    config: Config = DEFAULT_CONFIG,
    state: StateFile = STATE,
    kafka: AtKafka = False,
    out: Annotated[Path | None, typer.Option(help="Write a page there, instead of a few lines here.")] = None,
    lang: InLang = "pl",
    pdf: AsPdf = False,
    as_json: Json = False,
) -> None:
    """Tell a week in brief: brands, blindness, alarms, how they were answered, the budget, and the sentiment model.

    Weeks go from Monday to Monday by the clocks of `detection.timezone`. Example:

    `larum digest --week 2026-W41 --out week.html`
    """
    from zoneinfo import ZoneInfo

    from streams.report.digesting import digest_of
    from streams.report.digestpage import lines, render
    from streams.report.weeks import week_of
    from streams.report.words import Words

    if pdf and not out:
        fail("--pdf needs --out, which says where to write it")
    settings, now = configuration(config), time.time()
    zone = ZoneInfo(settings.detection.timezone)
    try:
        asked = week_of(name, zone, now)
    except ValueError as error:
        fail(str(error))
    if asked.start >= now:
        fail(f"the week {asked.name} has not begun")
    logs, model = _known(settings, state, asked, kafka=kafka)
    digest, words = digest_of(settings, asked, logs, now, model), Words(lang, zone)
    if as_json:
        typer.echo(msgspec.json.encode(digest))
    elif out:
        write(render(digest, words), out, pdf=pdf)
    else:
        for line in lines(digest, words):
            typer.echo(line)


def _known(settings: Settings, state: Path, week: Week, *, kafka: bool) -> tuple[Logs, ModelCard | None]:
    from aiokafka.errors import KafkaError

    from streams.broker import BrokerSettingsError
    from streams.storage import StorageError
    from streams.tail import TailError

    if not kafka and not state.exists():
        fail(f"{state}: there is no such file; 'larum watch' makes one, and --kafka asks Kafka")
    try:
        return (asyncio.run(_of_topics(settings, week)), None) if kafka else _of_store(settings, state, week)
    except (StorageError, BrokerSettingsError, TailError, KafkaError) as error:
        fail(str(error))


def _of_store(settings: Settings, state: Path, week: Week) -> tuple[Logs, ModelCard]:
    from streams.cli.learned import learned
    from streams.modelcard import model_card
    from streams.report.digesting import Logs
    from streams.report.heard import from_store
    from streams.storage import Store

    with Store(state) as store:
        actions = [action for _, action in store.actions()]
        logs = Logs(store.crises(), actions, from_store(settings, store, week))
    return logs, model_card(learned(settings, None, state).model, [])


async def _of_topics(settings: Settings, week: Week) -> Logs:
    from streams.report.digesting import Logs
    from streams.report.heard import from_topic
    from streams.response.desk import done
    from streams.tail import held

    kafka = settings.kafka
    return Logs(await held(kafka), await done(kafka), await from_topic(settings, week))
