"""``larum produce``: posts from files or a live source to Kafka."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Callable, Iterable
from contextlib import aclosing, suppress
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from streams.cli.common import DEFAULT_CONFIG, Config, Json, SourceName, configuration, errors, fail
from streams.readers import InputError, parse_mapping, read
from streams.readers.tables import MappingError

if TYPE_CHECKING:
    from streams.producer import Producer
    from streams.sources.base import Source


class Sent(msgspec.Struct):
    """What was sent."""

    posts: int = 0
    records: int = 0
    seconds: float = 0.0


def command(
    files: Annotated[list[str] | None, typer.Argument(help="As for 'larum replay'; '-': standard input.")] = None,
    config: Config = DEFAULT_CONFIG,
    source: Annotated[SourceName | None, typer.Option(help="Read a live source instead of files.")] = None,
    rate: Annotated[float | None, typer.Option(min=0.001, help="Posts a second at most.")] = None,
    batch: Annotated[int, typer.Option(min=1, max=10_000, help="Posts in one record.")] = 1,
    mapping: Annotated[
        list[str] | None, typer.Option("--map", help="For tables: field=column, or field==constant. Repeat it.")
    ] = None,
    state: Annotated[Path, typer.Option(help="Where a live source is read on from (SQLite).")] = Path(
        "larum-produce.sqlite"
    ),
    as_json: Json = False,
) -> None:
    """Send posts to the posts topic, a post and its repeats and deletion to the same partition.

    Of a live source, `--state` keeps how far it was read, and what cannot be read is kept beside it. Example:

    `larum produce posts.jsonl.gz --batch 500`
    """
    from streams.broker import BrokerSettingsError
    from streams.deadletters import DeadLetters
    from streams.producer import Producer, ProducerError
    from streams.sources.bluesky import Bluesky
    from streams.sources.jetstream import Jetstream
    from streams.storage import StorageError

    if bool(files) == bool(source):
        fail("name files to read, or one --source")
    settings = configuration(config)
    kafka = settings.kafka
    began = time.perf_counter()
    sent = Sent()
    try:
        if source:
            with suppress(KeyboardInterrupt, asyncio.CancelledError):
                live = Bluesky(DeadLetters(state.with_suffix(".dead.jsonl")), Jetstream(settings.bluesky.hosts))
                asyncio.run(_relay(lambda: Producer(kafka, batch, rate), live, state, sent))
        else:
            lines = [read(name, mapping=parse_mapping(mapping or [])) for name in files or ()]
            asyncio.run(_send(lambda: Producer(kafka, batch, rate), lines, sent))
    except (InputError, MappingError, ProducerError, BrokerSettingsError, StorageError) as error:
        fail(str(error))
    sent.seconds = round(time.perf_counter() - began, 3)
    if as_json:
        typer.echo(msgspec.json.encode(sent))
    else:
        errors.print(f"larum: {sent.posts:,} posts in {sent.records:,} records, {sent.seconds:.1f} s", highlight=False)


async def _send(make: Callable[[], Producer], lines: Iterable[Iterable[tuple[bytes, str]]], sent: Sent) -> None:
    async with make() as producer:
        for record, _ in chain.from_iterable(lines):
            await producer.send(record)
    sent.posts, sent.records = producer.posts, producer.records


async def _relay(make: Callable[[], Producer], source: Source, state: Path, sent: Sent) -> None:
    """Send what a live source says; its cursor moves on when the posts are safe on the broker."""
    from streams.storage import Store

    this = asyncio.current_task()
    if this:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, this.cancel)
    with Store(state) as store:
        async with make() as producer, aclosing(source.batches(store.cursor(source.name))) as batches:
            async for batch in batches:
                for post, _ in batch.posts:
                    await producer.send(msgspec.json.encode(post))
                await producer.flush()
                store.save(cursors={source.name: batch.cursor})
                sent.posts, sent.records = producer.posts, producer.records
