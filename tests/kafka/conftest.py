"""The broker of these tests: the user's own (KAFKA_BOOTSTRAP_SERVERS), or one started from Maven's jars."""

from __future__ import annotations

import gc
import os
import warnings
from collections.abc import Iterator
from uuid import uuid4

import pytest

from tests.kafka.broker import Broker, BrokerUnavailableError, running

pytest.register_assert_rewrite("tests.kafka.workers")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/kafka/" in item.path.as_posix():
            item.add_marker("kafka")


@pytest.fixture(scope="session")
def bootstrap_servers() -> Iterator[str]:
    """Where the broker listens."""
    given = os.environ.get("KAFKA_BOOTSTRAP_SERVERS")
    if given:
        yield given
        return
    try:
        with running() as broker:
            yield broker.bootstrap_servers
    except BrokerUnavailableError as missing:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"no Kafka broker: {missing}. Set KAFKA_BOOTSTRAP_SERVERS, or install java and mvn.")


@pytest.fixture
def broker() -> Iterator[Broker]:
    """A broker of this test's own, for it is going to be killed."""
    try:
        with running() as own:
            yield own
    except BrokerUnavailableError as missing:
        pytest.skip(f"no Kafka broker: {missing}")


@pytest.fixture
def name() -> str:
    """A name no other test uses, for topics and groups."""
    return f"test-{uuid4().hex[:12]}"


@pytest.fixture(autouse=True)
def leaks() -> Iterator[None]:
    """Let what a test leaves open be found here: else it fails whichever test comes when it is collected."""
    yield
    gc.collect()


@pytest.fixture(autouse=True, scope="module")
def remains() -> Iterator[None]:
    """Dispose of connections that a client made while it was being closed: they die with the loop, and not before.

    Seen once in many runs of all tests on a busy machine, never since: a scenario failed for two sockets of a broker.
    What was there before the module's tests is not looked through after each of them, which would take half a second.
    """
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
