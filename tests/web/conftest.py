"""A browser for each module of tests, and a site that it looks at."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.web.browser import Browser, browser
from tests.web.site import Site, site


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/web/" in item.path.as_posix():
            item.add_marker("browser")


@pytest.fixture(scope="module")
def window() -> Iterator[Browser]:
    """A browser; without one the tests are skipped, or fail where everything has to be there."""
    with browser() as started:
        yield started


@pytest.fixture
def place() -> Iterator[Site]:
    """A site with one open incident, which nobody has answered yet."""
    with site() as served:
        yield served
