"""The ``--post`` of ``larum explain``: why the sentiment model takes a post for negative, or not."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from streams.cli.common import fail
from streams.core.times import epoch

if TYPE_CHECKING:
    from detectors.sentiment.reasons import Reasons
    from streams.cli.learned import Learned
    from streams.core.crises import CrisisEvent
    from streams.core.settings import Settings

TELLING = 3  # posts of a crisis that are shown
FAINT = 0.05  # log odds that are not worth a line
SHADES = ((0.3, ""), (1.0, " bold"), (99.0, " bold reverse"))


class _Post(msgspec.Struct):
    """The part of a post that is scored."""

    text: str
    lang: str | None = None


_one = msgspec.json.Decoder(_Post)


def explain_posts(post: str, lang: str | None, known: Learned, *, as_json: bool) -> None:
    """Print why posts are negative, or not.

    Parameters
    ----------
    post
        The words of one; ``-`` for what comes from standard input, or a file of posts in JSON or JSON Lines.
    lang
        Its language; None leaves it to the post, or finds it out.
    known
        The model to ask.
    as_json
        One document a line, rather than for people.
    """
    console = Console()
    for text, said in posts_in(post):
        told = known.model.explain(text, lang or said)
        if as_json:
            typer.echo(msgspec.json.encode(told))
        else:
            show(console, told, known.model.version)


def posts_in(post: str) -> list[tuple[str, str | None]]:
    """Read posts, and the languages that are stated, from the argument of ``--post``."""
    from streams.readers import InputError, read

    if post != "-" and Path(post).suffix not in {".json", ".jsonl", ".ndjson"}:
        return [(post, None)]
    if post == "-":
        text = sys.stdin.buffer.read().decode(errors="replace").strip()
        if not text.startswith("{"):
            return [(text, None)]
        records = [(line.encode(), f"stdin:{number}") for number, line in enumerate(text.splitlines(), 1)]
    else:
        try:
            records = list(read(post))
        except InputError as error:
            fail(str(error))
    return [_post(record, place) for record, place in records]


def _post(record: bytes, place: str) -> tuple[str, str | None]:
    try:
        found = _one.decode(record)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        fail(f"{place}: {error}")
    return found.text, found.lang


def show(console: Console, told: Reasons, version: str) -> None:
    """Print reasons for people: the text, coloured by what its words add, and what adds most."""
    if told.margin is None or told.negative is None:
        console.print(f"not scored: its language is {told.lang}", highlight=False)
        return
    judge = f"model {version}" if told.judge == "model" else "the lexicon alone, for the model has stepped back"
    console.print(
        f"{told.lang}, {told.negative:.1%} negative (log odds {told.margin:+.2f}), by {judge}", highlight=False
    )
    console.print(words_of(told))
    table = Table("", "log odds", "lexicon", "learned", "sign", "", box=None, padding=(0, 2), header_style="dim")
    for column in table.columns[1:5]:
        column.justify = "right"
    table.add_row("before any word", f"{told.start:+.2f}")
    kept = sorted((one for one in told.reasons if abs(one.total) >= FAINT), key=lambda one: -abs(one.total))
    for one in kept:
        parts = (f"{part:+.2f}" if abs(part) >= FAINT / 10 else "" for part in (one.lexicon, one.learned, one.sign))
        token = Text().append(one.token, style_of(one.total))
        table.add_row(token, f"{one.total:+.2f}", *parts, "negated" if one.negated else "")
    rest = told.margin - told.start - sum(one.total for one in kept)
    if len(kept) < len(told.reasons):
        table.add_row(f"{len(told.reasons) - len(kept)} more", f"{rest:+.2f}")
    table.add_row("in all", f"{told.margin:+.2f}", style="bold")
    console.print(table, highlight=False)


def show_telling(console: Console, path: Path, brand: str, moment: float, settings: Settings) -> None:
    """Print the posts to read first of the crisis that was open at a moment, coloured as the model sees them now."""
    from streams.cli.learned import learned
    from streams.storage import Store

    with Store(path) as store:
        told = open_at([event for event in store.crises() if event.data.brand == brand], moment)
    if told is None or not told.data.telling_posts:
        return
    model = learned(settings, None, path).model
    console.print("  posts to read first; red words speak for a negative one, blue ones against it:", highlight=False)
    for post in told.data.telling_posts[:TELLING]:
        console.print(Text("   ").append_text(words_of(model.explain(post.excerpt))))


def open_at(steps: Sequence[CrisisEvent], moment: float) -> CrisisEvent | None:
    """Give the last step, before a moment or else after it, of the crisis that was open at it."""
    from streams.told import moment as told_at

    latest: CrisisEvent | None = None
    for step in steps:
        if epoch(step.data.onset) > moment:
            break
        if step.step == "closed":
            latest = latest if latest and told_at(step) > moment else None
        elif latest is None or told_at(step) <= moment:
            latest = step
    return latest


def words_of(told: Reasons) -> Text:
    """Colour the words of a post by what they add."""
    words = Text(" ")
    for one in told.reasons:
        words.append(one.space).append(one.token, style_of(one.total))
    return words.append(" …") if told.cut else words


def style_of(total: float) -> str:
    """Give the style of a word: red where it speaks for a negative post, blue where against it, the more the bolder.

    Examples
    --------
    >>> style_of(2.0), style_of(-0.5), style_of(0.01)
    ('red bold reverse', 'blue bold', '')
    """
    if abs(total) < FAINT:
        return ""
    shade = next(style for most, style in SHADES if abs(total) <= most)
    return ("red" if total > 0.0 else "blue") + shade
