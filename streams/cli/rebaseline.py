"""``larum rebaseline``: take a brand's present level for its normal one, at once."""

from __future__ import annotations

import asyncio
import time
from typing import Annotated

import msgspec
import typer

from streams.cli.common import DEFAULT_CONFIG, Config, configuration, errors, fail
from streams.cli.sending import send
from streams.core.posts import Post
from streams.core.settings import Kafka
from streams.core.times import rfc3339


def command(
    brand: Annotated[str, typer.Argument(help="Identifier of the brand.")],
    config: Config = DEFAULT_CONFIG,
    url: Annotated[
        str | None, typer.Option(help="Where the running 'larum watch' listens; by default as in [server].")
    ] = None,
    kafka: Annotated[bool, typer.Option("--kafka", help="Send the order to the posts topic instead.")] = False,
    show: Annotated[bool, typer.Option("--print", help="Print the order, to be put into a file of posts.")] = False,
) -> None:
    """Take a brand's present level for its normal one, at once: an open crisis is closed and what stays is expected.

    The order travels with the posts, so a replay of them obeys it at the same minute. It goes to the running
    `larum watch`, or to the posts topic, or is printed for a file that is followed or replayed. Example:

    `larum rebaseline orlen`
    """
    settings = configuration(config)
    names = [one.id for one in settings.brands]
    if brand not in names:
        fail(f"there is no brand {brand!r}; there is {', '.join(names)}")
    if kafka + show + (url is not None) > 1:
        fail("--kafka, --print and --url are three ways to go; name one")
    record = msgspec.json.encode(order(brand, time.time()))
    if show:
        typer.echo(record)
        return
    if kafka:
        _produce(settings.kafka, record)
    else:
        asyncio.run(send(settings.server, url, "posts", record))
    errors.print(f"larum: {brand} takes its present level for the normal one.", highlight=False)


def order(brand: str, now: float) -> Post:
    """Make the order, as it travels with the posts.

    Examples
    --------
    >>> order("orlen", 1767369600.0).id
    'rebaseline orlen 2026-01-02T16:00:00Z'
    """
    at = rfc3339(now)
    return Post(
        id=f"rebaseline {brand} {at}", source="larum", kind="rebaseline", text=brand, created_at=float(int(now))
    )


def _produce(kafka: Kafka, record: bytes) -> None:
    from streams.broker import BrokerSettingsError
    from streams.producer import Producer, ProducerError

    async def append() -> None:
        async with Producer(kafka) as producer:
            await producer.send(record)

    try:
        asyncio.run(append())
    except (ProducerError, BrokerSettingsError) as error:
        fail(str(error))
