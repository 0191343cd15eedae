"""A crisis in a state file, once for all tests, and a copy of it for each."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from streams.core.crises import CrisisEvent
from tests.streams.report.made import Watched, watch


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[CrisisEvent]]:
    path = tmp_path_factory.mktemp("watched") / "larum.sqlite"
    return path, watch(path)


@pytest.fixture
def watched(kept: tuple[Path, list[CrisisEvent]], tmp_path: Path) -> Watched:
    path, events = kept
    return Watched(Path(shutil.copy(path, tmp_path / "larum.sqlite")), events)
