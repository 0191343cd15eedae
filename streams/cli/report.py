"""``larum report``: one incident from its first post to its end, as a page that stands for itself."""

from __future__ import annotations

import asyncio
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from streams.cli.common import DEFAULT_CONFIG, Config, Json, configuration, errors, fail
from streams.cli.responding import STATE, AtKafka, StateFile, Which
from streams.report.words import Lang

if TYPE_CHECKING:
    from streams.core.settings import Settings
    from streams.report.accounting import Case

Out = Annotated[Path | None, typer.Option(help="Where to write it; by default a file named after the incident.")]
InLang = Annotated[Lang, typer.Option("--lang", help="In which language.")]
AsPdf = Annotated[bool, typer.Option("--pdf", help="As PDF; needs the extra 'pdf'.")]


def command(
    incident: Which,
    config: Config = DEFAULT_CONFIG,
    state: StateFile = STATE,
    kafka: AtKafka = False,
    out: Out = None,
    lang: InLang = "pl",
    pdf: AsPdf = False,
    as_json: Json = False,
) -> None:
    """Report an incident: what was seen, what was due, what was done, what was said, what is to be learned.

    One page of HTML that loads nothing from anywhere, or a PDF, or, with --json, its numbers as plain data on standard
    output. Example:

    `larum report zorzanka --lang en --out zorzanka.html`
    """
    from zoneinfo import ZoneInfo

    from streams.core.duties import Duties
    from streams.report.accounting import account_of
    from streams.report.incident import render
    from streams.report.words import Words

    if pdf and as_json:
        fail("--pdf and --json are two forms; name one")
    settings, now = configuration(config), time.time()
    case = _gathered(settings, state, incident, now, kafka=kafka)
    names = {brand.id: brand.name for brand in settings.brands}
    account = account_of(case, Duties(settings), names.get(case.incident.brand, case.incident.brand), now)
    if as_json:
        typer.echo(msgspec.json.encode(account))
        return
    page = render(account, case.course, Words(lang, ZoneInfo(settings.detection.timezone)))
    write(page, out or Path(f"{_safe(f'larum-{account.brand}-{account.id[:8]}')}.{'pdf' if pdf else 'html'}"), pdf=pdf)


def _safe(name: str) -> str:
    """Make a name of a file here, whatever a record of Kafka calls its brand."""
    return re.sub(r"[^A-Za-z0-9_-]", "_", name)


def write(page: str, path: Path, *, pdf: bool) -> None:
    """Write a page to a file, or end with what is in the way."""
    from streams.report.pdf import PdfError, to_pdf

    try:
        path.write_bytes(to_pdf(page) if pdf else page.encode())
    except PdfError as error:
        fail(str(error))
    except OSError as error:
        fail(f"{path}: {error.strerror}")
    errors.print(f"larum: wrote {path}", markup=False, highlight=False, soft_wrap=True)


def _gathered(settings: Settings, state: Path, incident: str, now: float, *, kafka: bool) -> Case:
    from aiokafka.errors import KafkaError

    from streams.broker import BrokerSettingsError
    from streams.report.gathering import from_path, from_topics
    from streams.storage import StorageError
    from streams.tail import TailError

    if not kafka and not state.exists():
        fail(f"{state}: there is no such file; 'larum watch' makes one, and --kafka asks Kafka")
    try:
        if kafka:
            return asyncio.run(from_topics(settings, incident, now))
        return from_path(settings, state, incident, now)
    except (LookupError, StorageError, BrokerSettingsError, TailError, KafkaError) as error:
        fail(str(error))
