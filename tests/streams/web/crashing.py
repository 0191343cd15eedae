"""A web that is killed in the midst of its work, again and again: is all there that it said was kept?"""

from __future__ import annotations

import asyncio
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import NamedTuple

import aiohttp

from tests.streams.notify.made import crisis
from tests.streams.web.entering import token

LARUM = [sys.executable, "-c", "from streams.cli import main; main()"]
SUBJECT = crisis().subject
PERSONS = [f"person-{number}" for number in range(4)]
PATIENCE_SECONDS = 60.0
SETTLE_TRIES = 20


@contextmanager
def running(folder: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Run a command of larum that serves pages; give the process and its address. It is killed at the end."""
    log = folder / f"{time.monotonic_ns()}.log"
    with log.open("wb") as out:
        process = subprocess.Popen([*LARUM, *arguments], cwd=folder, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
    try:
        end = time.monotonic() + PATIENCE_SECONDS
        while not (found := re.search(r"the pages are at (http://[\d.:]+)/", log.read_text())):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < end, log.read_text()
            time.sleep(0.02)
        yield process, found[1]
    finally:
        process.kill()
        process.wait()


class Round(NamedTuple):
    """What came of one life of a process: ids of actions that it said were kept, and how often it said otherwise."""

    acknowledged: set[str]
    refused: int


async def live(folder: Path, seconds: float, *arguments: str) -> Round:
    """Let people act as fast as they can until the process is killed."""
    acknowledged: set[str] = set()
    refused = 0

    async def act(url: str, person: str) -> None:
        nonlocal refused
        headers = {"Authorization": f"Bearer {token(person)}"}
        async with aiohttp.ClientSession(url, headers=headers) as session:
            while True:
                said = {"kind": "noted", "text": f"{person} at {time.monotonic_ns()}"}
                try:
                    async with session.post(f"/api/v1/incidents/{SUBJECT}/actions", json=said) as answer:
                        told = await answer.json()
                        if answer.status == 201:
                            acknowledged.add(told["action"]["id"])
                        else:
                            refused += 1
                            await asyncio.sleep(0.05)
                except (aiohttp.ClientError, ConnectionError):
                    return  # it was killed

    with running(folder, *arguments) as (process, url):
        await until_known(url)
        acting = [asyncio.create_task(act(url, person)) for person in PERSONS]
        await asyncio.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        await asyncio.gather(*acting)
    return Round(acknowledged, refused)


async def until_known(url: str) -> None:
    """Wait until the incident is shown: beside Kafka what is past is read first."""
    async with asyncio.timeout(PATIENCE_SECONDS), aiohttp.ClientSession(url) as session:
        while await _status(session, f"/api/v1/incidents/{SUBJECT}") != 200:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.05)


async def kept(url: str) -> set[str]:
    """Give the ids of all actions that are shown."""
    found: set[str] = set()
    headers = {"Authorization": f"Bearer {token(PERSONS[0])}"}
    async with aiohttp.ClientSession(url, headers=headers) as session:
        skip: int | None = 0
        while skip is not None:
            page = {"skip": str(skip), "limit": "200"}
            async with session.get(f"/api/v1/incidents/{SUBJECT}/actions", params=page) as answer:
                answer.raise_for_status()
                told = await answer.json()
            found |= {one["id"] for one in told["actions"]}
            skip = told["next"]
    return found


async def lost(folder: Path, rounds: int, random: Random, *arguments: str) -> tuple[set[str], set[str]]:
    """Kill a process in each of some rounds at a moment left to chance.

    Returns
    -------
    acknowledged, lost
        Ids of actions that some process said were kept, and those of them that the last one does not show.
    """
    acknowledged: set[str] = set()
    for _ in range(rounds):
        acknowledged |= (await live(folder, random.uniform(0.2, 1.5), *arguments)).acknowledged
    with running(folder, *arguments) as (_, url):
        await until_known(url)
        missing = acknowledged - await kept(url)
        for _ in range(SETTLE_TRIES if missing else 0):  # beside Kafka they are read meanwhile
            await asyncio.sleep(0.5)
            missing = acknowledged - await kept(url)
    return acknowledged, missing


async def _status(session: aiohttp.ClientSession, path: str) -> int:
    async with session.get(path, headers={"Authorization": f"Bearer {token(PERSONS[0])}"}) as answer:
        return answer.status
