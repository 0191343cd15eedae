"""The bounds that deploy/README.md tells of are those that hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from streams import inflation, intake, letters, metrics, records
from streams.core import posts, splitting, watermark
from streams.topics import LARGE

TOLD = (Path(__file__).parents[2] / "deploy" / "README.md").read_text()
MEBIBYTE, KIBIBYTE = 1 << 20, 1 << 10


@pytest.mark.parametrize(
    "row",
    [
        f"| a post | {posts.MAX_POST_BYTES:,} bytes, 20,000 characters of text |",
        f"| its time | the years 2000 to 2100, and {records.FUTURE_SECONDS / 60:.0f} minutes ahead of the clock |",
        f"inflates to {inflation.MOST_BYTES // MEBIBYTE} MiB, or to {inflation.MOST_FOLD} times its size |",
        f"| lines of one record that are no posts | {records.MOST_REFUSED:,} |",
        f"| {LARGE // MEBIBYTE} MiB less {(LARGE - letters.MOST_BYTES) // KIBIBYTE} KiB |",
        f"| a record of tallies | {splitting.MOST_BYTES // MEBIBYTE} MiB |",
        f"| sources with a clock of their own | {watermark.MOST_CLOCKS} for each partition |",
        f"| {metrics.MAX_LABEL_VALUES} sources, {metrics.MAX_LABEL_VALUES} languages |",
        f"| {intake.MAX_BODY_BYTES // MEBIBYTE} MiB after decompression, {intake.MAX_RECORDS:,} records |",
    ],
)
def test_a_bound_is_told_as_it_is(row: str) -> None:
    assert row in TOLD
