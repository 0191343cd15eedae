"""The API asked by schemathesis, from the description that it serves: whatever is sent, the answer is as described."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from streams.response.desk import into_store
from streams.storage import Store
from streams.web.api import install
from streams.web.auditlogs import StoreLog
from streams.web.board import Board
from streams.web.login import Login
from streams.web.openapi import Description
from streams.web.people import Person
from tests.streams.notify.made import FRIDAY, crisis
from tests.streams.samples import silence
from tests.streams.web.entering import SETTINGS, TOKENS, entrance
from tests.streams.web.serving import served

CHECKS = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
    "response_schema_conformance", "negative_data_rejection", "positive_data_acceptance", "missing_required_header",
    "unsupported_method", "allow_header_conformance", "use_after_free", "ensure_resource_availability", "ignored_auth",
)  # fmt: skip
INCIDENTS = 40


class Fuzzed(NamedTuple):
    """How often it was asked, and what schemathesis says of the answers."""

    cases: int
    passed: bool
    told: str


@contextmanager
def fuzzed_server(folder: Path) -> Iterator[int]:
    """Serve the API of a state file with incidents, from a thread of its own; give the port."""
    ready, ended = threading.Event(), asyncio.Event()
    loop, ports = asyncio.new_event_loop(), list[int]()

    async def serve() -> None:
        with Store(folder / "larum.sqlite") as store:
            board = Board(SETTINGS, into_store(store))
            for number in range(INCIDENTS):
                brand = SETTINGS.brands[number % 2].id
                board.see(
                    crisis(brand=brand, onset=FRIDAY + 60 * number, severity=("warning", "critical")[number % 3 % 2])
                )
            board.see(silence())
            access = entrance(StoreLog(store))
            parts = (access.install, Login(access).install, install, Description(access.cookie).install)
            async with served(board, *parts) as server:
                ports.append(server.port)
                ready.set()
                await ended.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    try:
        assert ready.wait(10)
        yield ports[0]
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join()
        loop.close()


def configured(folder: Path) -> Path:
    """Write where incidents and brands are that there are: of names made up, none is."""
    file = folder / "schemathesis.toml"
    incident = crisis(onset=FRIDAY).subject
    file.write_text(
        f'[[operations]]\ninclude-path-regex = "/incidents/"\nparameters = {{ "path.id" = "{incident}" }}\n'
        f'[[operations]]\ninclude-path-regex = "/brands/"\nparameters = {{ "path.id" = "northquill" }}\n'
    )
    return file


def fuzz(port: int, person: Person | None, folder: Path, *arguments: str) -> Fuzzed:
    """Ask in the name of somebody, or of nobody; arguments of schemathesis say how much."""
    address = f"http://127.0.0.1:{port}/api/v1/openapi.json"
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(configured(folder)), "run", address]
    who = ["--header", f"Authorization: Bearer {TOKENS[person.name]}"] if person else []
    command += [
        "--checks", ",".join(CHECKS), "--exclude-path", "/api/v1/events", "--no-color",
        "--continue-on-failure", *who, *arguments,
    ]  # fmt: skip
    ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    cases = re.search(r"(\d+) generated", ran.stdout)
    return Fuzzed(int(cases[1]) if cases else 0, ran.returncode == 0, ran.stdout + ran.stderr)
