"""``larum budget``: what false alarms are borne, the thresholds that follow, and what was told of late."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from streams.cli.common import DEFAULT_CONFIG, Config, Json, configuration, fail
from streams.core.judgement import Limits
from streams.core.settings import Settings
from streams.printing import minute
from streams.spending import Spent, spent


class Budget(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="larum.budget"):
    """What is borne and what was spent.

    Parameters
    ----------
    false_pages_per_month, false_notices_per_month
        As stated, over all brands.
    page_days, notice_days
        A test pages, or gives notice of, a level due once in so many days for its brand.
    days
        For how long back alarms were counted.
    brands
        Pages and notices of each.
    """

    false_pages_per_month: float
    false_notices_per_month: float
    page_days: float
    notice_days: float
    days: float
    brands: list[Spent]


def command(
    config: Config = DEFAULT_CONFIG,
    state: Annotated[Path, typer.Option(help="What `larum watch` keeps (SQLite).")] = Path("larum.sqlite"),
    days: Annotated[float, typer.Option(min=1, help="How far back to count alarms.")] = 30.0,
    as_json: Json = False,
) -> None:
    """Show the budget of false alarms, the thresholds it gives, and the alarms of the last days.

    Every alarm counts: which of them were false, only people know. Example:

    `larum budget --days 30 --json`
    """
    told = read(configuration(config), state, days)
    if as_json:
        typer.echo(msgspec.json.encode(told))
        return
    show(Console(), told)


def read(settings: Settings, state: Path, days: float) -> Budget:
    """Derive the thresholds, and count the alarms that `larum watch` has kept."""
    from streams.storage import StorageError, Store

    detection = settings.detection
    limits = Limits.of(detection, len(settings.brands))
    if not state.exists():
        fail(f"{state}: there is no such file; 'larum watch' writes it, --state says where")
    try:
        with Store(state) as store:
            events = store.crises()
    except StorageError as error:
        fail(str(error))
    return Budget(
        false_pages_per_month=detection.false_pages_per_month,
        false_notices_per_month=detection.false_notices_per_month,
        page_days=round(10.0**limits.page, 1),
        notice_days=round(10.0**limits.notice, 1),
        days=days,
        brands=spent(events, [brand.id for brand in settings.brands], time.time(), days),
    )


def show(console: Console, told: Budget) -> None:
    """Print it as a table."""
    console.print(
        f"Borne over all brands, a month: {told.false_pages_per_month:g} false pages, "
        f"{told.false_notices_per_month:g} false notices.\n"
        f"So a test pages at a level due once in {told.page_days:,.0f} days for its brand, "
        f"and gives notice at one due once in {told.notice_days:,.0f}."
    )
    table = Table("brand", "pages", "notices", "last (UTC)", title=f"The last {told.days:g} days", title_justify="left")
    for one in told.brands:
        table.add_row(one.brand, str(one.pages), str(one.notices), minute(one.last) if one.last else "")
    console.print(table)
