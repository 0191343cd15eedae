"""Whether the crisis-like days of a real week are found, and its quiet days left alone.

    python -m tests.benchmarks.week --data airline.csv [--bots amzn.csv] [--json]

The week is 17 to 24 February 2015 of three airlines. Which days were like a crisis is known from hand labels: United
and US Airways on 22 and 23 February, by volume and share of negatives, Southwest on the 21st, by the share alone. It is
run twice: as production reads it, and by the hand labels themselves, which shows what is owed to the sentiment model.
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
from rich.console import Console
from rich.table import Table

from streams.cli.history import History, prepare
from streams.cli.tape import Tape
from streams.core.ledger import Voices
from streams.core.settings import Brand, Detection, Settings
from streams.core.times import epoch
from streams.counting import Counting
from streams.counts import Counts
from streams.scores import Alarm, Backtest, backtest
from streams.told import Told

PACIFIC = ZoneInfo("America/Los_Angeles")
AIRLINES = (
    Brand(id="united", name="United Airlines", handles=("united",)),
    Brand(id="usairways", name="US Airways", handles=("USAirways",)),
    Brand(id="southwest", name="Southwest Airlines", handles=("SouthwestAir",)),
)
NAMES = {"United": "united", "US Airways": "usairways", "Southwest": "southwest"}
SETTINGS = Settings(brands=AIRLINES, detection=Detection(timezone="America/Los_Angeles", countries=("US",)))
MAPPING = ["id=tweet_id", "source==twitter"]
BOTS = Settings(brands=(Brand(id="amzn", name="AMZN"),))


class Line(msgspec.Struct):
    """One run of the week."""

    run: str
    known: list[dict[str, str | float | None]]
    alarms: list[Alarm]
    caught: int
    false_pages: int
    notices: int


def day(number: int) -> float:
    """Give the beginning of a day of that February, by the clocks of the Pacific coast; epoch seconds."""
    return datetime(2015, 2, number, tzinfo=PACIFIC).timestamp()


def told(brand: str, first: int, last: int, what: str) -> Told:
    """Name a crisis of one or more days."""
    end = day(last + 1)
    return Told(name=f"{brand}-{first}", title=what, about="", brand=brand, start=day(first), end=end, alarm_by=end)


KNOWN = (
    told("southwest", 21, 21, "21 Feb, by tone alone"),
    told("united", 22, 23, "22 and 23 Feb"),
    told("usairways", 22, 23, "22 and 23 Feb"),
)


def read(path: Path) -> Backtest:
    """Run the week as production reads it: posts matched, and scored by the model as it is delivered."""
    return _posts(path, SETTINGS, [*MAPPING, "reach=retweets"], KNOWN)


def _posts(path: Path, settings: Settings, mapping: list[str], known: Sequence[Told]) -> Backtest:
    tape = Tape()
    prepare(settings, History([str(path)], mapping, "csv", sort=True), tape).go(tape.note)
    return backtest(known, tape.events, tape.spans, settings.detection.lateness_seconds)


def judged(path: Path) -> Backtest:
    """Run the week by its hand labels: counts by minute, each tweet as negative as people said it is."""
    everyone: dict[str, Counter[int]] = {brand.id: Counter() for brand in AIRLINES}
    negative: dict[str, Counter[int]] = {brand.id: Counter() for brand in AIRLINES}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            minute = int(epoch(row["created_at"])) // 60 * 60
            everyone[NAMES[row["airline"]]][minute] += 1
            negative[NAMES[row["airline"]]][minute] += row["sentiment"] == "negative"
    counts = Counts(
        60,
        {
            brand: {minute: (Voices(number, number, negative[brand][minute]), 1.0) for minute, number in its.items()}
            for brand, its in everyone.items()
        },
    )
    tape = Tape()
    for outcome in Counting(SETTINGS, counts).run():
        tape.note(outcome)
    return backtest(KNOWN, tape.events, tape.spans)


def line(run: str, result: Backtest) -> Line:
    """Sum up a run."""
    known = [
        {
            "brand": one.told.brand,
            "what": one.told.title,
            "grade": one.grade,
            "minutes": one.minutes,
            "pages": one.pages,
        }
        for one in result.judgement.verdicts
    ]
    whole = result.whole
    return Line(run, known, result.alarms, whole.caught, whole.false_pages or 0, whole.notices)


def show(console: Console, lines: Iterable[Line]) -> None:
    """Print when each crisis was found, and every other alarm."""
    for one in lines:
        table = Table(
            "brand", "crisis", "alarm (Pacific)", "severity", "kinds", title=one.run, title_justify="left", box=None
        )
        for known in one.known:
            if known["minutes"] is None:
                table.add_row(str(known["brand"]), str(known["what"]), "missed")
        for alarm in one.alarms:
            what = alarm.known or ("false page" if alarm.page else "notice")
            table.add_row(alarm.brand, what, local(alarm.seen), alarm.severity, ", ".join(alarm.kinds))
        console.print(table)
        console.print(
            f"{one.caught} of {len(one.known)} found, {one.false_pages} false pages, {one.notices} notices\n"
            if one.known
            else f"{sum(alarm.page for alarm in one.alarms)} pages, {one.notices} notices; none of them is a crisis\n"
        )


def local(moment: str) -> str:
    """Give a time by the clocks of the Pacific coast."""
    return f"{datetime.fromisoformat(moment).astimezone(PACIFIC):%a %d %b %H:%M}"


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the airline week, CSV")
    parser.add_argument("--bots", type=Path, help="the bot day, CSV: must page nobody")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    lines = [line("as larum reads it", read(asked.data)), line("by the hand labels", judged(asked.data))]
    if asked.bots:
        lines.append(line("one text, 527 times", _posts(asked.bots, BOTS, MAPPING, ())))
    if asked.json:
        for one in lines:
            print(msgspec.json.encode(one).decode())
    else:
        show(Console(), lines)


if __name__ == "__main__":
    main()
