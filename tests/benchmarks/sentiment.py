"""How well sentiment is told, cold and learning, beside VADER and what others learn online.

    python -m tests.benchmarks.sentiment airline|polish|english --data FILE [--json]
    python -m tests.benchmarks.sentiment airline|polish|english --data FILE --curve [--by COLUMN] [--json]

The file is a CSV with columns ``sentiment`` (negative against the rest) and ``text``, in the order of time; others are
ignored. *Cold* scores every post by a model that has learned nothing; *prequential* scores each post before learning
its label. Costs are processor time a post: *words new* meets every word of the file for the first time, all others
of larum have met them; *one at a time* scores and learns each post by calls of its own, the others take posts in bulk.

``--curve`` says how soon labels help: half of the posts, drawn anew in each of twenty orders, are learned from, and
after so many labels the other half is scored. With ``--by``, each value of that column is taken as a new brand, once
with nothing learned and once after all the others were.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from pathlib import Path

from tests.benchmarks.sentiment_contenders import Post, Run, contenders
from tests.benchmarks.sentiment_curves import curves, share
from tests.benchmarks.sentiment_measures import measures

LANGUAGES = {"airline": "en", "polish": "pl", "english": "en"}


def read(path: Path, by: str | None = None) -> list[Post]:
    """Read labelled posts in file order, each with its value in the column `by`."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        there = reader.fieldnames or []
        for column in filter(None, ("sentiment", "text", by)):
            if column not in there:
                raise SystemExit(f"{path}: no column {column!r}; there are: {', '.join(there) or 'none'}")
        posts = [Post(row["text"], row["sentiment"] == "negative", row[by] if by else "") for row in reader]
    if len({post.negative for post in posts[len(posts) // 2 :]}) < 2:
        raise SystemExit(f"{path}: the second half of column 'sentiment' needs both 'negative' and others")
    return posts


def report(posts: list[Post], run: Run) -> dict[str, float | None]:
    """Accuracy and cost of a run, rounded."""
    found = measures([post.negative for post in posts], run.probabilities)
    costs = {"predict_us": run.predict_us, "learn_us": run.learn_us}
    return {
        **{name: round(value, 4) for name, value in found.items()},
        **{name: None if cost is None else round(cost, 1) for name, cost in costs.items()},
    }


def print_table(table: dict[str, dict[str, float | None]]) -> None:
    """Print measures by contender."""
    columns = list(next(iter(table.values())))
    print(f"{'':32}", *(f"{column:>15}" for column in columns))
    for name, row in table.items():
        print(f"{name:32}", *(f"{'' if value is None else value:>15}" for value in row.values()))


def print_curves(found: dict[str, list[dict[str, float]]]) -> None:
    """Print area under the curve by labels."""
    for name, points in found.items():
        print(f"{name}: {share(points):.0%} of the way from cold to fully learned after 200 labels")
        for at, point in enumerate(points):
            print(
                f"  {point['labels']:>6.0f} {'labels' if at else 'cold  '}",
                f"auc {point['auc']:.4f} ± {point['deviation']:.4f}",
                f"against cold {point['gain']:+.4f}, in the worst order {point['worst']:+.4f}",
                f"log loss {point['log_loss']:.4f}",
                sep="  ",
            )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("set", choices=sorted(LANGUAGES), help="what kind of posts the file holds")
    parser.add_argument("--data", type=Path, required=True, help="CSV file with sentiment and text")
    parser.add_argument("--curve", action="store_true", help="measure how soon labels help")
    parser.add_argument("--by", metavar="COLUMN", help="with --curve: column whose values are new brands")
    parser.add_argument("--orders", type=int, default=20, help="with --curve: how many random orders")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    if not arguments.data.is_file():
        parser.error(f"no such file: {arguments.data}")
    posts, lang = read(arguments.data, arguments.by), LANGUAGES[arguments.set]
    shown = {"set": arguments.set, "posts": len(posts), "negative": sum(post.negative for post in posts)}
    if not arguments.json:
        print(f"{arguments.set}: {len(posts)} posts, {shown['negative'] / len(posts):.1%} negative")
    if arguments.curve:
        found = curves(posts, lang, arguments.orders)
        if arguments.json:
            print(
                json.dumps({**shown, "curves": found, "share": {name: share(points) for name, points in found.items()}})
            )
            return
        print_curves(found)
        return
    runs, absent = contenders(posts, lang)
    for sentence in absent:
        print(sentence, file=sys.stderr)
    table = {name: report(posts, run) for name, run in runs.items()}
    if arguments.json:
        print(json.dumps({**shown, "runs": table}))
        return
    print_table(table)


if __name__ == "__main__":
    main()
