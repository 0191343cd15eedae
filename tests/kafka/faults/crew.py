"""Workers as processes, started again when they end unasked, as whatever runs them would."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import subprocess
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from streams.watchdog import EXIT_CODE
from tests.kafka.workers import LARUM

AGAIN_SECONDS = 1.0
LOOK_SECONDS = 0.1
SETTLE_SECONDS = 20.0
STOP_SECONDS = 60.0


class Crew:
    """A handful of numbered workers.

    Parameters
    ----------
    config
        Their configuration.
    logs
        Folder for what they say.

    Attributes
    ----------
    ended
        Exit codes of workers that ended by themselves.
    unclear
        What is wrong with how workers ended.
    """

    def __init__(self, config: Path, logs: Path) -> None:
        self._config, self._logs = config, logs
        self._running: dict[int, subprocess.Popen[bytes]] = {}
        self._leaving: list[subprocess.Popen[bytes]] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._said: dict[int, int] = {}
        self.ended: list[int] = []
        self.unclear: list[str] = []

    async def settle(self, number: int | None) -> None:
        """Wait until a worker, or any of them, has got its share and begun; not for ever, for it may be frozen."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SETTLE_SECONDS):
                while not any(map(self._ready, self._running if number is None else [number])):  # noqa: ASYNC110
                    await asyncio.sleep(LOOK_SECONDS)

    def _ready(self, number: int) -> bool:
        if number not in self._running:
            return False
        with self._log(number).open("rb") as log:
            log.seek(self._said[number])
            return b"larum: ready" in log.read()

    def start(self, number: int) -> None:
        """Start a worker, and see to it that it runs on."""
        self._running[number] = self._spawn(number)
        self._later(self._watch(number, self._running[number]))

    def kill(self, number: int) -> None:
        """End a worker at once."""
        process = self._running.pop(number)
        process.kill()
        process.wait()

    def stop(self, number: int) -> None:
        """Tell a worker to end."""
        process = self._running.pop(number)
        process.send_signal(signal.SIGTERM)
        self._leaving.append(process)

    async def restart(self, number: int) -> None:
        """Tell a worker to end, as it must, and start it again when it has; return when it works."""
        process = self._running[number]
        self.stop(number)
        await self._left(process, clean=True)
        self._leaving.remove(process)
        self.start(number)
        await self.settle(number)

    def freeze(self, number: int, seconds: float) -> None:
        """Let a worker stand still for a while; it knows nothing of it."""
        process = self._running[number]
        process.send_signal(signal.SIGSTOP)
        self._later(self._wake(process, seconds))

    async def leave(self, *, clean: bool) -> None:
        """Stop all that still run, one after the other; each must end well if it is to be `clean`."""
        for process in self._leaving:
            await self._left(process, clean=False)
        self._leaving.clear()
        for number in sorted(self._running):
            await self.settle(number)  # one that has just been started again would die of the signal
            process = self._running[number]
            self.stop(number)
            await self._left(process, clean=clean)
        self._leaving.clear()

    async def disband(self) -> None:
        """End whatever is left."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for process in [*self._running.values(), *self._leaving]:
            process.kill()
            process.wait()

    def _spawn(self, number: int) -> subprocess.Popen[bytes]:
        with self._log(number).open("ab") as log:
            self._said[number] = log.tell()
            return subprocess.Popen(
                [*LARUM, "worker", "--config", str(self._config), "--metrics-port", "0", "--verbose"],
                stdout=log,
                stderr=log,
            )

    def _log(self, number: int) -> Path:
        return self._logs / f"worker-{number}.log"

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _watch(self, number: int, process: subprocess.Popen[bytes]) -> None:
        """Start a worker again whenever it ends by itself."""
        while self._running.get(number) is process:
            if (code := process.poll()) is not None:
                self.ended.append(code)
                self._judge(code)
                await asyncio.sleep(AGAIN_SECONDS)
                if self._running.get(number) is process:
                    self._running[number] = process = self._spawn(number)
            await asyncio.sleep(LOOK_SECONDS)

    def _judge(self, code: int) -> None:
        """Code 2 is for a broker that does not answer when a worker starts; one that has not begun dies of SIGTERM."""
        if code not in {EXIT_CODE, 2, -signal.SIGTERM}:
            self.unclear.append(f"a worker ended with {code}")

    async def _wake(self, process: subprocess.Popen[bytes], seconds: float) -> None:
        try:
            await asyncio.sleep(seconds)
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGCONT)

    async def _left(self, process: subprocess.Popen[bytes], *, clean: bool) -> None:
        began = time.monotonic()
        try:
            code = await asyncio.to_thread(process.wait, STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.unclear.append(f"a worker did not end within {time.monotonic() - began:.0f} s of being told to")
            process.kill()
            process.wait()
            return
        if clean and code:
            self.unclear.append(f"a worker that was told to end while all was well ended with {code}")
        elif code:
            self._judge(code)
