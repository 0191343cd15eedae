"""The development data, which lives beside the repository and never in it."""

import os
from pathlib import Path

import pytest

FOLDER = Path(os.environ.get("LARUM_DATA", Path(__file__).parents[2] / "shared" / "data"))


def data(name: str) -> Path:
    """Find a file of the development data; skip the test where it is absent."""
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"development data absent: {path} (set LARUM_DATA to its folder)")
    return path
