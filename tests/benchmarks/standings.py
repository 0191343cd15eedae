"""What races on Kafka come to: each contender's median of its laps, beside larum's."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec
from rich.table import Table

from tests.benchmarks.contenders import CONTENDERS
from tests.benchmarks.racing import Lap


class Standing(msgspec.Struct):
    """One contender in one work: medians, the largest memory, and how far apart the laps were.

    `ratio` is to larum with one worker and as many names, `by_cpu` the same of the posts that a processor second is
    enough for, which other programs on the machine disturb less; `spread` is (fastest - slowest) / median.
    """

    work: str
    contender: str
    brands: int
    aliases: int
    workers: int
    laps: int
    posts_per_second: float
    cpu_per_million: float
    megabytes: float
    ratio: float | None
    by_cpu: float | None
    spread: float
    slowest: float
    fastest: float
    wrong: list[str]
    repeated: int


def standings(laps: Iterable[Lap]) -> list[Standing]:
    """Sum up all laps."""
    grouped: dict[tuple[str, str, int, int, int], list[Lap]] = defaultdict(list)
    for lap in laps:
        job = lap.job
        grouped[job.work, job.contender, job.brands, job.aliases, job.workers].append(lap)
    return [_standing(*key, laps, grouped) for key, laps in grouped.items()]


def _standing(
    work: str,
    contender: str,
    brands: int,
    aliases: int,
    workers: int,
    laps: list[Lap],
    grouped: dict[tuple[str, str, int, int, int], list[Lap]],
) -> Standing:
    speeds, costs = [lap.posts_per_second for lap in laps], [lap.cpu_per_million for lap in laps]
    middle, cost = statistics.median(speeds), statistics.median(costs)
    beside = [lap for lap in grouped.get((work, "larum", brands, aliases, 1), []) if lap.posts_per_second]
    ratio = by_cpu = None
    if beside:
        ratio = round(middle / statistics.median(lap.posts_per_second for lap in beside), 3)
        by_cpu = round(statistics.median(lap.cpu_per_million for lap in beside) / cost, 3) if cost else None
    return Standing(
        work=work,
        contender=contender,
        brands=brands,
        aliases=aliases,
        workers=workers,
        laps=len(laps),
        posts_per_second=middle,
        cpu_per_million=round(cost, 2),
        megabytes=max(lap.megabytes for lap in laps),
        ratio=ratio,
        by_cpu=by_cpu,
        spread=round((max(speeds) - min(speeds)) / max(middle, 1.0), 3),
        slowest=min(speeds),
        fastest=max(speeds),
        wrong=[lap.wrong for lap in laps if lap.wrong],
        repeated=sum(lap.repeated for lap in laps),
    )


def table(work: str, some: Sequence[Standing]) -> Table:
    """Show the contenders of one work, the fastest first."""
    brands = some[0].brands
    shown = Table(box=None, header_style="bold", title=f"\n{work}, {brands:,} brands", title_justify="left")
    for heading in ("", "posts/s", "of larum", "spread", "CPU s/million", "of larum", "MB", "counts"):
        shown.add_column(heading, justify="right" if heading else "left", no_wrap=True)
    for one in sorted(some, key=lambda each: -each.posts_per_second):
        says = CONTENDERS[one.contender].says + f", {one.workers} workers" * (one.workers > 1)
        shown.add_row(
            says, f"{one.posts_per_second:,.0f}", _times(one.ratio), f"{one.spread:.0%}", f"{one.cpu_per_million:.1f}",
            _times(one.by_cpu), f"{one.megabytes:,.0f}", _counts(one),
        )  # fmt: skip
    return shown


def _counts(one: Standing) -> str:
    return f"[red]WRONG: {one.wrong[0]}[/]" if one.wrong else "all" + f", {one.repeated} twice" * (one.repeated > 0)


def _times(ratio: float | None) -> str:
    return "–" if ratio is None else f"{ratio:.2f}×"


def names_table(some: Sequence[Standing]) -> Table:
    """Show what matching costs by the number of brands and of names."""
    shown = Table(box=None, header_style="bold", title="\nmatching, by number of names", title_justify="left")
    for heading in ("brands", "names", "CPU s/million", "of the fewest", "posts/s", "MB", "counts"):
        shown.add_column(heading, justify="right", no_wrap=True)
    ordered = sorted(some, key=lambda each: (each.brands * (1 + each.aliases), each.brands))
    for one in ordered:
        shown.add_row(
            f"{one.brands:,}", f"{one.brands * (1 + one.aliases):,}", f"{one.cpu_per_million:.1f}",
            _times(one.cpu_per_million / ordered[0].cpu_per_million if ordered[0].cpu_per_million else None),
            f"{one.posts_per_second:,.0f}", f"{one.megabytes:,.0f}", _counts(one),
        )  # fmt: skip
    return shown
