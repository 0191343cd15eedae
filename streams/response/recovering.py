"""The counts that a recovery is told by, from lines of the topic of counts or of a journal."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from streams.bucketcounts import BucketCount
from streams.core.aftermath import Recovery, Tide, recovery
from streams.core.incident import Incident
from streams.core.times import epoch, rfc3339
from streams.past import kept
from streams.storage import Store

OF_ANGER = frozenset({"negativity", "smoulder", "harm"})


def recovered(tide: Tide, incident: Incident) -> Recovery | None:
    """Say how an incident recovers: by its negatives, or by all voices where it is a surge without anger.

    Parameters
    ----------
    tide
        What was counted of its brand.
    incident
        Which one.

    Returns
    -------
    Recovery | None
        None where nothing was counted since its onset.
    """
    share = incident.last.data.negativity.expected
    if not set(incident.last.data.kinds) & OF_ANGER:
        tide, share = tide._replace(negatives=tide.voices), 1.0
    return recovery(tide, incident.onset, share) if tide.end > incident.onset else None


def tide_of(counts: Sequence[BucketCount]) -> Tide:
    """Put the lines of one brand into columns, for `streams.core.aftermath.recovery`.

    Parameters
    ----------
    counts
        Of buckets that have mentions, as long as the last one, in any order; the same bucket may come twice. In
        buckets between nobody spoke, and the expectation is interpolated.

    Raises
    ------
    ValueError
        There are none.

    Examples
    --------
    >>> line = BucketCount(brand="orlen", bucket="2026-01-02T16:00:00Z", seconds=60, mentions=8, negatives=2, voices=7,
    ...                    expected=5.0, lower=1.0, upper=9.0, coverage=1.0)
    >>> import msgspec
    >>> tide = tide_of([line, msgspec.structs.replace(line, bucket="2026-01-02T16:02:00Z", expected=6.0)])
    >>> tide.voices.tolist(), tide.expected.tolist()
    ([7.0, 0.0, 7.0], [5.0, 5.5, 6.0])
    """
    if not counts:
        raise ValueError("there are no counts")
    ordered = sorted(counts, key=lambda one: one.bucket)
    width = ordered[-1].seconds
    known = {epoch(one.bucket): one for one in ordered if one.seconds == width}
    begins = np.array(list(known))
    grid = np.arange(begins[0], begins[-1] + width, width)
    at = ((begins - begins[0]) // width).astype(int)
    voices, negatives = np.zeros(len(grid)), np.zeros(len(grid))
    voices[at], negatives[at] = [one.voices for one in known.values()], [one.negatives for one in known.values()]
    expected = np.interp(grid, begins, [one.expected for one in known.values()])
    return Tide(float(begins[0]), float(width), voices, negatives, expected)


def tide_at(path: Path, brand: str, start: float, end: float, seconds: int) -> Tide | None:
    """Put what a state file has of a brand between two moments into columns, without judging it again.

    Parameters
    ----------
    path
        The state file, which a `larum watch` may be writing.
    brand
        Its identifier.
    start, end
        Epoch seconds.
    seconds
        How long a bucket is.

    Returns
    -------
    Tide | None
        None where nothing was counted, or it was not noted what was expected.

    Raises
    ------
    StorageError
        The file cannot be read.
    """
    with Store(path) as store:
        rows = [(at, counted.voices, seen) for at, counted, seen in kept(store, brand, start, end)]
    lines = [
        BucketCount(
            brand=brand, bucket=rfc3339(at), seconds=seconds, mentions=seen.mentions, negatives=voices.negative,
            voices=voices.all, expected=seen.expected, lower=0.0, upper=0.0, coverage=1.0,
        )
        for at, voices, seen in rows if not math.isnan(seen.expected)
    ]  # fmt: skip
    return tide_of(lines) if lines else None
