"""``larum tail``: crises as they come out of Kafka."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer

from streams.cli.common import DEFAULT_CONFIG, Config, Json, configuration, fail
from streams.printing import Printer

if TYPE_CHECKING:
    from streams.core.settings import Kafka


def command(
    config: Config = DEFAULT_CONFIG,
    from_beginning: Annotated[bool, typer.Option("--from-beginning", help="All that the topic holds.")] = False,
    seconds: Annotated[float | None, typer.Option("--for", min=0, help="End after so many seconds.")] = None,
    as_json: Json = False,
) -> None:
    """Print crises as they come, each event once.

    Example:

    `larum tail --from-beginning --for 10 --json`
    """
    from streams.broker import BrokerSettingsError
    from streams.tail import TailError

    try:
        with suppress(KeyboardInterrupt):
            asyncio.run(run(configuration(config).kafka, Printer(as_json=as_json), seconds, from_beginning))
    except (TailError, BrokerSettingsError) as error:
        fail(str(error))


async def run(kafka: Kafka, show: Printer, seconds: float | None, from_beginning: bool) -> None:
    """Show events until the time is up."""
    from streams.tail import tail

    end = None if seconds is None else time.monotonic() + seconds
    events = tail(kafka, from_beginning=from_beginning)
    async for event in events:
        if event:
            show(event)
        if end is not None and time.monotonic() >= end:
            break
    await events.aclose()
