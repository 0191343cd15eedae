"""``larum label``: judge the posts from which the sentiment model learns most, one key each."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from streams.cli.common import DEFAULT_CONFIG, Config, Json, configuration, errors, fail
from streams.cli.desks import Out, Place, State, ToKafka, Url
from streams.cli.history import Form, History, Mapping
from streams.cli.judging import Judging, keys
from streams.core.posts import Fields, Unreadable, decode
from streams.core.questions import Questions
from streams.core.settings import Settings
from streams.readers import InputError
from streams.readers.tables import MappingError


def command(
    files: Annotated[
        list[str] | None, typer.Argument(help="Posts, as for `larum replay`; with --kafka by default the posts topic.")
    ] = None,
    config: Config = DEFAULT_CONFIG,
    mapping: Mapping = None,
    form: Form = "auto",
    last: Annotated[int, typer.Option(min=1, help="Of the topic, look through so many posts that came last.")] = 20_000,
    out: Out = None,
    url: Url = None,
    kafka: ToKafka = False,
    state: State = Path("larum.sqlite"),
    by: Annotated[str | None, typer.Option(help="Who judges; it is kept with each label.")] = None,
    most: Annotated[int, typer.Option(min=1, help="With --json: list so many posts.")] = 100,
    as_json: Json = False,
) -> None:
    """Judge posts that name brands, one key each: first those that the model is unsure of and that many say or read.

    What has a label is not asked again. Labels are appended to a file, to be given to `larum watch --labels`, or go to
    a running larum (--url) or to Kafka (--kafka). Keys may come through a pipe. With --json the queue is only listed.
    Example:

    `larum label posts.jsonl --out labels.jsonl`
    """
    settings = configuration(config)
    if not files and not kafka:
        fail("name files of posts, or --kafka to judge those of the posts topic")
    if "-" in (files or ()) and not as_json:
        fail("standard input is for the keys; name a file")
    history = History(files or [], mapping or [], form, sort=False)
    posts = _of_brands(settings, _read(history) if files else asyncio.run(_lately(settings, last)))
    with suppress(KeyboardInterrupt):
        asyncio.run(_judge(settings, posts, Place(out, url, kafka, state), by, most if as_json else 0))


async def _judge(
    settings: Settings, posts: Sequence[tuple[Fields, list[str]]], place: Place, by: str | None, listed: int
) -> None:
    """List the first so many of the queue, or ask one after the other."""
    async with place.desk(settings) as desk:
        known = desk.pupil.lessons
        threshold = settings.sentiment.threshold
        questions = Questions(posts, desk.pupil, threshold, lambda key: known.says(key) is not None)
        if listed:
            for question in questions.best(listed):
                typer.echo(msgspec.json.encode(question))
            return
        errors.print(
            f"larum: {len(posts):,} posts name brands, {len(questions):,} of them are to be judged "
            f"({questions.unscored:,} in other languages, copies as one, {len(known):,} labels known)",
            highlight=False,
        )
        judging = Judging(questions, desk, by, Console(), keys())
        await judging.run()
    errors.print(f"larum: {judging.given:,} labels", highlight=False)


def _read(history: History) -> list[Fields]:
    """Read posts from files; what is none is passed over, as `larum replay` does."""
    posts: list[Fields] = []
    try:
        for record, _ in history.records():
            with suppress(Unreadable):
                posts.append(decode(record))
    except (InputError, MappingError) as error:
        fail(str(error))
    return [post for post in posts if post.kind == "post"]


async def _lately(settings: Settings, last: int) -> Sequence[Fields]:
    from streams.broker import BrokerSettingsError
    from streams.latest import LatestError, latest

    try:
        return await latest(settings.kafka, last)
    except (LatestError, BrokerSettingsError) as error:
        fail(str(error))


def _of_brands(settings: Settings, posts: Sequence[Fields]) -> list[tuple[Fields, list[str]]]:
    """Keep those that name brands, with the names."""
    from streams.core.matching.matcher import Matcher

    named = Matcher(settings.brands).find_many([post.text for post in posts])
    return [(posts[number], [settings.brands[brand].id for brand in brands]) for number, brands in named]
