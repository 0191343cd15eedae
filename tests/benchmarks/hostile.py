"""What hostile posts cost the sentiment model and the reader of harm: time by kind, the slowest post, NaN, memory.

    python -m tests.benchmarks.hostile [--posts 1000000] [--json]

Posts of all kinds are mixed evenly. Each is scored and read by itself, as the slowest counts and not the mean of a
batch; times are of the processor. What is remembered of words is bounded, so memory may grow until all of that is
full, which the first fifth of the posts is for, and no further. Ordinary posts are there to compare with.
"""

from __future__ import annotations

import argparse
import math
import random
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
from rich.console import Console
from rich.progress import track
from rich.table import Table

from detectors.sentiment import SentimentModel
from detectors.sentiment.harm import HarmReader

LONG = 20_000  # characters: most of what a post may have; a fifth part of it is far beyond what is read
HARMFUL = (
    "nie",
    "zatrulem",
    "w",
    "szpitalu",
    "po",
    "zjedzeniu",
    "smierc",
    "umarla",
    "ze",
    "smiechu",
    "dane",
    "wyciekly",
)
FACES = (":-(", "(-:", ":((((", "[[[", "]]]", ";-;", "-__-", ">_<", "^^", "^_^", "</3", "<333", ":'(", "=D", "-.-.-")

Write = Callable[[random.Random], str]


def any_character(chance: random.Random, planes: int = 0x110000) -> str:
    """Draw one of all code points, halves of surrogate pairs included."""
    return chr(chance.randrange(planes))


def words(chance: random.Random, number: int = 15) -> str:
    """Write words that nobody has written before, so that nothing that is remembered helps."""
    letters = "abcdefghijklmnoprstuwyzżółćęśąź"
    return " ".join("".join(chance.choices(letters, k=chance.randint(3, 9))) for _ in range(number))


KINDS: dict[str, Write] = {
    "ordinary": lambda chance: f"@zorzanka kolejka do kasy, wstyd! {chance.choice(HARMFUL)} #nigdywiecej :(",
    "new words": words,
    "a wall of new words": lambda chance: words(chance, 300),
    "any code point": lambda chance: "".join(any_character(chance) for _ in range(300)),
    "any, spaced": lambda chance: " ".join(any_character(chance, 0x20000) for _ in range(300)),
    "emoji, 100 kB": lambda chance: chr(chance.randrange(0x1F300, 0x1F600)) * 25_000,
    "mixed emoji": lambda chance: "".join(chr(chance.randrange(0x1F300, 0x1F700)) for _ in range(2_000)),
    "right-to-left marks": lambda chance: "".join(f"\u202e{chance.choice('abwąz')}\u200f" for _ in range(700)),
    "zero-width joiners": lambda chance: f"{chr(chance.randrange(0x1F466, 0x1F480))}\u200d" * 1_000,
    "combining marks": lambda chance: chance.choice("aeoz") + chr(chance.randrange(0x300, 0x36F)) * LONG,
    "letters that decompose": lambda chance: chance.choice("\ufb2c\U0001d160\u0344\ufdfa") * LONG,
    "halves of surrogates": lambda chance: chr(chance.randrange(0xD800, 0xE000)) * 2_000,
    "control characters": lambda chance: "".join(chr(chance.randrange(32)) for _ in range(2_000)),
    "one endless word": lambda chance: chance.choice("abcż") * 3 + words(chance, 1) * (LONG // 8),
    "one letter": lambda chance: chance.choice("aąz") * LONG,
    "hashtags": lambda chance: "".join(f"#{words(chance, 1).title()}Nie" for _ in range(200)),
    "capitals in a hashtag": lambda chance: "#" + "".join(chance.choices("aAżŻ_1", k=LONG)),
    "brackets": lambda chance: chance.choice("([)]") * LONG + ":",
    "faces": lambda chance: "".join(chance.choices(FACES, k=700)),
    "half faces": lambda chance: chance.choice((":-", ";_", "-_", "^.", ">_", ":'", "=-")) * (LONG // 2),
    "apostrophes": lambda chance: chance.choice(("'", "n't", "’#@")) * (LONG // 3),
    "entities": lambda chance: chance.choice(("&amp;", "&#x1F4A9;", "&", "&#", "&lt")) * (LONG // 4),
    "addresses": lambda chance: chance.choice(("http://", "www.", "://", "https://a ")) * (LONG // 7),
    "at signs": lambda chance: f"a@{chance.random()} " * 700,
    "harm, word by word": lambda chance: " ".join(chance.choices(HARMFUL, k=300)),
    "harm in one piece": lambda chance: ",".join(chance.choices(HARMFUL, k=300)),
    "negators": lambda chance: " ".join(chance.choices(("nie", "bez", "not", "no", "never", "ani"), k=400)),
}


class Cost(msgspec.Struct):
    """Of the posts of one kind: how many, microseconds of scoring and of reading, of each the mean and the most."""

    kind: str
    posts: int
    score: float
    slowest_score: float
    read: float
    slowest_read: float


class Results(msgspec.Struct):
    """Costs by kind, scores that are no probabilities, and resident megabytes after a fifth of them and at last."""

    costs: list[Cost]
    no_probabilities: int
    megabytes_before: float
    megabytes_after: float


def resident() -> float:
    """Give the resident memory of this process, megabytes (Linux)."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4_096 / 1e6


def measure(posts: int, seed: int = 1) -> Results:
    """Score and read so many posts."""
    chance, model, reader = random.Random(seed), SentimentModel(), HarmReader()
    sums = {kind: [0, 0.0, 0.0, 0.0, 0.0] for kind in KINDS}
    wrong, before, kinds = 0, 0.0, list(KINDS.items())
    for number in track(range(posts), "posts", console=Console(stderr=True), transient=True):
        kind, write = kinds[number % len(kinds)]
        text = write(chance)
        began = time.process_time()
        (scored,) = model.predict_many([text], [("pl", "en", None)[number % 3]])
        between = time.process_time()
        reader.read_many([text], [scored.lang])
        read = time.process_time() - between
        score = between - began
        wrong += scored.negative is not None and not 0.0 <= scored.negative <= 1.0
        wrong += scored.negative is not None and math.isnan(scored.negative)
        known = sums[kind]
        known[0] += 1
        known[1] += score
        known[2] = max(known[2], score)
        known[3] += read
        known[4] = max(known[4], read)
        if number == posts // 5:
            before = resident()
    costs = [
        Cost(kind, int(count), *(round(value * 1e6, 1) for value in (score / count, most, read / count, longest)))
        for kind, (count, score, most, read, longest) in sums.items()
        if count
    ]
    return Results(costs, wrong, round(before, 1), round(resident(), 1))


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posts", type=int, default=100_000, help="how many, of all kinds together")
    parser.add_argument("--json", action="store_true", help="print JSON")
    asked = parser.parse_args()
    results = measure(asked.posts)
    if asked.json:
        print(msgspec.json.encode(results).decode())
        return
    table = Table(box=None, header_style="bold")
    for heading in ("kind", "posts", "µs to score", "slowest", "µs to read", "slowest"):
        table.add_column(heading, justify="left" if heading == "kind" else "right")
    for one in sorted(results.costs, key=lambda one: -one.slowest_score):
        table.add_row(
            one.kind,
            f"{one.posts:,}",
            *(f"{v:,.0f}" for v in (one.score, one.slowest_score, one.read)),
            f"{one.slowest_read:,.0f}",
        )
    Console().print(table)
    Console().print(
        f"{results.no_probabilities} scores are no probabilities; memory {results.megabytes_before:.0f} MB after a "
        f"fifth of the posts, {results.megabytes_after:.0f} MB at the end"
    )


if __name__ == "__main__":
    main()
