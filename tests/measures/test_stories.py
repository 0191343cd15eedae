"""Counts put into words stay what they were: nearly every post a voice of its own, and a crisis with its own words."""

import json
from collections import Counter
from pathlib import Path

import numpy as np

from tests.benchmarks.backgrounds import Counts, Simulated
from tests.benchmarks.stories import Writer
from tests.benchmarks.year import FIRST, part_of_voices, year


def test_nearly_every_post_is_an_independent_voice(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    counts = Simulated(120.0).sample(rng, 1_440)
    file = tmp_path / "posts.jsonl"
    file.write_text("\n".join(Writer(rng, []).posts(counts)))
    assert part_of_voices(file) >= 0.95


def test_a_year_has_crises_with_more_voices_and_words_of_their_own() -> None:
    rng = np.random.default_rng(3)
    counts, ((start, end),) = year(rng, 60.0, 47)
    assert start - counts.start == FIRST
    first, last = (start - counts.start) // 60, (end - counts.start) // 60
    loud, before = counts.cut(first, last), counts.cut(first - 1_440, last - 1_440)
    assert loud.voices.sum() > 4 * before.voices.sum()
    assert loud.negatives.sum() / loud.voices.sum() > 1.5 * before.negatives.sum() / before.voices.sum()
    writer = Writer(rng, [(start, end)])
    said, usual = (Counter(_words(writer, part)) for part in (loud, before))
    own = [word for word, number in said.most_common(80) if number > 20 and not usual[word]]
    assert len(own) >= 20


def _words(writer: Writer, counts: Counts) -> list[str]:
    return [word for post in writer.posts(counts) for word in json.loads(post)["text"].split()]
