"""What holds for all tests: patience, and an order of their files by which no process is left with a long one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import settings
from xdist.scheduler import LoadFileScheduling

settings.register_profile("larum", deadline=None)  # a shared machine is slow now and then, which no test is to hang on
settings.load_profile("larum")

TOGETHER = ("tests/scenarios/",)  # folders that one process has whole: their tests share days that were worked out once
# Files that take longest, the longest first: begun last, they would leave the other processes idle.
LONG = (
    "tests/scenarios/test_crises.py",  # and all that it is together with
    "tests/kafka/faults/test_schedules.py",
    "tests/kafka/test_worker.py",
    "tests/streams/cli/test_watch.py",
    "tests/kafka/test_security.py",
    "tests/kafka/test_broker_outage.py",
    "tests/streams/demo/test_demo.py",
    "tests/kafka/test_doctor.py",
    "tests/kafka/test_hostile_records.py",
    "tests/kafka/test_alignment.py",
    "tests/kafka/test_alarm.py",
    "tests/streams/cli/test_notify.py",
    "tests/streams/core/test_shedding.py",
    "tests/kafka/test_failing_worker.py",
    "tests/kafka/test_transport.py",
)
WAITING = ("tests/kafka/", "tests/monitoring/")  # they wait for brokers and servers, and the others for the processor


class Shares(LoadFileScheduling):
    """Gives a process a file at a time, or a folder whose tests belong together."""

    def _split_scope(self, nodeid: str) -> str:
        return next((folder for folder in TOGETHER if nodeid.startswith(folder)), super()._split_scope(nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Shares:
    """Share the tests out so."""
    return Shares(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order the files: the long ones first, then those that wait and those that compute in turn, doctests last."""
    files: dict[str, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.nodeid.partition("::")[0], []).append(item)
    items[:] = [item for file in ordered(files) for item in files[file]]


def ordered(files: Iterable[str]) -> list[str]:
    """Order files as processes are to take them."""
    known = list(files)
    others = [file for file in known if file not in LONG]
    waiting = [file for file in others if file.startswith(WAITING)]
    computing = [file for file in others if file.startswith("tests/") and file not in waiting]
    places = {file: index / len(group) for group in (waiting, computing) for index, file in enumerate(group)}
    doctests = [file for file in others if file not in places]
    return [*(file for file in LONG if file in known), *sorted(places, key=lambda file: places[file]), *doctests]
