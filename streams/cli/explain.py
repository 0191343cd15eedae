"""``larum explain``: why there was an alarm in a minute, or why there was none; and why a post is negative."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import msgspec
import typer
from rich.console import Console

from streams.cli.common import DEFAULT_CONFIG, Config, Json, Labels, configuration, fail
from streams.cli.history import ByCounts, Form, History, Mapping, Sort, prepare
from streams.cli.learned import STATE, KafkaFlag
from streams.core.times import epoch
from streams.printing import minute, span
from streams.readers.moments import rfc3339

if TYPE_CHECKING:
    from streams.core.settings import Settings
    from streams.core.watch import Outcome
    from streams.explaining import Explanation, View, Witness


def command(
    brand: Annotated[str, typer.Argument(help="Identifier of the brand.")] = "",
    time: Annotated[str, typer.Argument(help="Which minute; by the clocks of detection.timezone unless it says.")] = "",
    files: Annotated[
        list[str] | None, typer.Argument(help="A history, as for `larum replay`; without one, what --state holds.")
    ] = None,
    config: Config = DEFAULT_CONFIG,
    store: Annotated[
        Path, typer.Option("--state", help="What `larum watch` keeps (SQLite); it may be running.")
    ] = STATE,
    mapping: Mapping = None,
    form: Form = "auto",
    sort: Sort = False,
    by_counts: ByCounts = False,
    labels: Labels = None,
    post: Annotated[
        str | None,
        typer.Option(
            help="Explain instead why a post is negative: its words, '-' for stdin, or a .json file of posts."
        ),
    ] = None,
    lang: Annotated[str | None, typer.Option(help="The language of that post; found out where it is not told.")] = None,
    kafka: KafkaFlag = False,
    as_json: Json = False,
) -> None:
    """Say what each detector expected, saw and decided in one minute, and what would have made it fire.

    Without files the minute is judged again from what `larum watch` has counted in the last weeks, by the rules of
    then. With files the history up to that minute is run as `larum replay` runs it. Example:

    `larum explain orlen "2026-10-16 17:05" --state larum.sqlite`

    With --post it says which words made a post negative, or not, to the model that has learned the labels. Example:

    `larum explain --post "Wstyd, nigdy więcej!" --labels labels.jsonl`
    """
    from streams.explaining import explain

    if post is not None:
        from streams.cli.learned import learned, settings_of
        from streams.cli.reasons import explain_posts

        explain_posts(post, lang, learned(settings_of(config), labels, store, kafka=kafka), as_json=as_json)
        return
    if not brand or not time:
        fail("name a brand and a time, or a post by --post")
    settings = configuration(config)
    names = [one.id for one in settings.brands]
    if brand not in names:
        fail(f"there is no brand {brand!r}; there is {', '.join(names)}")
    moment = _moment(time, settings)
    if files:
        history = History(files, mapping or [], form, sort)
        witness = _witness(settings, brand, moment, history, labels, by_counts=by_counts)
    else:
        witness = _remembered(store, brand, moment)
    if witness.minute is None:
        fail(f"nothing was watched of {brand} at {time}: the history begins later, ends before, or slept for a week")
    told = explain(brand, witness.minute, witness.twin)
    if as_json:
        typer.echo(msgspec.json.encode(told))
        return
    console = Console()
    for line in lines(told):
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    if not files:
        from streams.cli.reasons import show_telling

        show_telling(console, store, brand, moment, settings)


def _witness(
    settings: Settings, brand: str, moment: float, history: History, labels: Path | None, *, by_counts: bool
) -> Witness:
    """Run a history until a sentinel has seen the bucket in which a moment lies."""
    from streams.cli.tape import Tape
    from streams.explaining import Witness

    tape = Tape()
    run = prepare(settings, history, tape, labels, by_counts=by_counts)
    detection = run.settings.detection
    asked = int(moment // detection.bucket_seconds) * detection.bucket_seconds
    watched = run.brands[brand]
    witness = Witness(detection, len(settings.brands), watched.brand.countries, asked)
    watched.put(witness)

    def seen(_: Outcome) -> bool:
        return witness.minute is not None

    run.go(seen)
    return witness


def _remembered(path: Path, brand: str, moment: float) -> Witness:
    """Let a sentinel judge again what a running watch has counted, up to the bucket in which a moment lies."""
    from streams.explaining import Witness
    from streams.past import JournalError, Past
    from streams.storage import StorageError, Store

    if not path.exists():
        fail(f"{path}: there is no such file; 'larum watch' writes it, --state says where; or name a file of history")
    try:
        with Store(path) as store:
            past = Past(store, brand, moment)
    except (StorageError, JournalError) as error:
        fail(f"{path}: {error}" if isinstance(error, JournalError) else str(error))
    witness = Witness(past.detection, past.brands, past.countries, past.bucket)
    past.replay(witness)
    return witness


def _moment(time: str, settings: Settings) -> float:
    moment = rfc3339(time, ZoneInfo(settings.detection.timezone))
    try:
        return moment if isinstance(moment, float) else epoch(moment)
    except ValueError:
        fail(f"{time!r} is no time, such as '2026-10-16 17:05'")


def lines(told: Explanation) -> list[str]:
    """Put an explanation into lines for people."""
    counts = f"{told.voices} voices, {told.scored} scored, {told.negatives} negative, {told.harmful} of harm"
    counts += f"; coverage {told.coverage:.0%}"
    shown = [f"{told.brand}, {minute(told.time)} (UTC), {told.minutes:g} min: {counts}"]
    for view in told.detectors:
        shown += _detector(view)
    crisis = f"; a crisis is open since {minute(told.crisis[0])}, {told.crisis[1]}" if told.crisis else ""
    learned = "learned from" if told.learned else "not learned from: it is part of a crisis, or may be"
    shown.append(f"  decision: {told.severity}{f', {told.step}' if told.step else ''}{crisis}; {learned}")
    return [*shown, *_needed(told)]


def _detector(view: View) -> list[str]:
    form = ".0%" if view.detector == "tone" else ".1f"
    seen, expected, lower, upper = (f"{v:{form}}" for v in (view.observed, view.expected, view.lower, view.upper))
    ordinary = f"ordinary: {lower} to {upper}"
    verdict = "; ".join(view.objections) or "out of the ordinary"
    return [
        f"  {view.detector}: {seen} where {expected} expected ({ordinary}) in {span(view.minutes)}",
        f"    {'fires' if view.fires else 'does not fire'}: {verdict}",
    ]


def _needed(told: Explanation) -> list[str]:
    from streams.explaining import SUSTAINED

    needed, long = told.needed, f"{SUSTAINED * told.minutes:g} min"
    if needed.page_at_once == 0:
        return []
    if needed.page_at_once is None:
        return ["  no number of negatives in it would have been a page"]
    page = f"  a page would have taken {needed.page_at_once} more negatives in it"
    page += (
        "" if needed.page_sustained is None else f", or {needed.page_sustained} more in each one of {long} from here on"
    )
    if needed.page_of_harm is not None:
        page += f", or {needed.page_of_harm} that speak of harm"
    if told.severity == "calm" and needed.notice_at_once is not None:
        page += f"; a notice {needed.notice_at_once} more voices that are not negative"
    return [page]
