"""``larum topics``: make the topics that the Kafka runtime needs."""

from __future__ import annotations

import asyncio
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from streams.cli.common import DEFAULT_CONFIG, Config, Json, configuration, fail


def command(
    config: Config = DEFAULT_CONFIG,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only look.")] = False,
    as_json: Json = False,
) -> None:
    """Make the topics that are missing, with the right number of partitions, retention and compaction.

    What is there already stays as it is; a wrong number of partitions is an error. Example:

    `larum topics --dry-run`
    """
    from streams.broker import BrokerSettingsError
    from streams.topics import TopicError, ensure

    kafka = configuration(config).kafka
    try:
        reports = asyncio.run(ensure(kafka, create=not dry_run))
    except (TopicError, BrokerSettingsError) as error:
        fail(str(error))
    if as_json:
        for report in reports:
            typer.echo(msgspec.json.encode(report))
        return
    table = Table("topic", "partitions", "", "holds")
    for report in reports:
        table.add_row(report.name, str(report.partitions), report.state, report.purpose)
    Console().print(table)
