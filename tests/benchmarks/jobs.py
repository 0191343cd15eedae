"""Long benchmarks in jobs: told of one by one, bounded in time, and gone on with by a rerun.

With a file to keep them in, the result of each job is appended as it is done, a JSON document a line; a rerun takes
from there what the same code has done already. What other code did stands in the same file and is passed over.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

import msgspec
from rich.console import Console

ROOT = Path(__file__).parents[2]
MEASURED = ("detectors", "streams/core", "tests/benchmarks")

J = TypeVar("J", bound=msgspec.Struct)
R = TypeVar("R")


class Options(NamedTuple):
    """How to run.

    Parameters
    ----------
    out
        File to keep results in, and to go on from; None keeps none.
    seconds
        No job is begun after so many; those that run then are finished, so that quick ones are not preferred.
    processes
        At a time; all processors by default.
    """

    out: Path | None = None
    seconds: float | None = None
    processes: int | None = None

    @classmethod
    def add_to(cls, parser: argparse.ArgumentParser) -> None:
        """Let a command line ask for them."""
        parser.add_argument("--out", type=Path, help="keep the result of each job here (JSON Lines); a rerun goes on")
        parser.add_argument("--seconds", type=float, help="begin no job after so many seconds")
        parser.add_argument("--processes", type=int, help="at a time; all processors by default")

    @classmethod
    def of(cls, asked: argparse.Namespace) -> Options:
        """Take them from the command line."""
        return cls(asked.out, asked.seconds, asked.processes)


class Done(NamedTuple, Generic[R]):
    """Results in the order of the jobs that there are results of; how many jobs there were, and were run just now."""

    results: list[R]
    asked: int
    run: int
    seconds: float

    @property
    def told(self) -> str:
        """Say in a sentence what was done and what was not."""
        done = len(self.results)
        kept = f", {done - self.run} of them from the file" if done > self.run else ""
        short = "" if done == self.asked else f"; NOT RUN: {self.asked - done}, so this is a part of the whole"
        return f"{done} of {self.asked} jobs{kept}, {self.seconds:.0f} seconds{short}"


class Line(msgspec.Struct):
    """What is kept of a job: the code that ran it, the job, how long it took, and its result."""

    code: str
    job: msgspec.Raw
    seconds: float
    result: msgspec.Raw


def run(
    jobs: Sequence[J], work: Callable[[J], R], kind: type[R], options: Options, console: Console, code: str = ""
) -> Done[R]:
    """Do all jobs that are not done yet, in order, a process each.

    Parameters
    ----------
    jobs
        Each all that its work needs, encodable as JSON, by which it is known again.
    work
        Does one of them; defined at the top of a module.
    kind
        What it returns.
    options
        Where to keep results, and when to stop.
    console
        Is told of every job.
    code
        Which code does it; by default told by the files of `MEASURED`.
    """
    began, code = time.perf_counter(), code or fingerprint()
    keys = {msgspec.json.encode(job).decode(): job for job in jobs}
    done = {key: msgspec.json.decode(line.result, type=kind) for key, line in _kept(options.out, code, keys).items()}
    rest = [(key, job) for key, job in keys.items() if key not in done]
    number = len(done)
    for key, spent, result in _each(rest, work, options, began):
        done[key], number = result, number + 1
        if options.out:
            line = Line(code, msgspec.Raw(key.encode()), round(spent, 1), msgspec.Raw(msgspec.json.encode(result)))
            with options.out.open("ab") as out:
                out.write(msgspec.json.encode(line) + b"\n")
        past = time.perf_counter() - began
        ahead = past / max(1, number - len(keys) + len(rest)) * (len(keys) - number)
        told = f"{number} of {len(keys)} jobs: {_label(keys[key])}, {spent:.0f} s"
        console.print(f"{told}; {past:.0f} s so far, {ahead:.0f} s to go", markup=False, soft_wrap=True)
    found = [done[key] for key in keys if key in done]
    return Done(found, len(keys), number - len(keys) + len(rest), time.perf_counter() - began)


def fingerprint(folders: Sequence[str] = MEASURED) -> str:
    """Tell the code that is measured from any other: a hash of the files in these folders."""
    files = sorted(file for folder in folders for file in (ROOT / folder).rglob("*.py"))
    whole = hashlib.sha256()
    for file in files:
        whole.update(file.relative_to(ROOT).as_posix().encode() + b"\0" + file.read_bytes())
    return whole.hexdigest()[:16]


def _label(job: msgspec.Struct) -> str:
    return " ".join(str(value) for value in msgspec.structs.astuple(job) if isinstance(value, str | int | float))


def _kept(out: Path | None, code: str, wanted: Mapping[str, object]) -> dict[str, Line]:
    """Read what the same code has done of the jobs; a line that was cut short by a crash is made to end."""
    found: dict[str, Line] = {}
    if out is None or not out.exists():
        return found
    kept = out.read_bytes()
    if kept and not kept.endswith(b"\n"):
        with out.open("ab") as file:
            file.write(b"\n")
    for record in kept.splitlines():
        try:
            line = msgspec.json.decode(record, type=Line)
        except msgspec.MsgspecError:
            continue
        key = bytes(line.job).decode()
        if line.code == code and key in wanted:
            found[key] = line
    return found


def _each(
    rest: Sequence[tuple[str, J]], work: Callable[[J], R], options: Options, began: float
) -> Iterator[tuple[str, float, R]]:
    """Yield key, seconds and result of each job as it is done; only as many are begun as there are processes."""
    processes, waiting = options.processes or os.cpu_count() or 1, iter(rest)
    with ProcessPoolExecutor(processes) as pool:
        running: dict[Future[tuple[float, R]], str] = {}

        def begin() -> None:
            late = options.seconds is not None and time.perf_counter() - began >= options.seconds
            following = None if late else next(waiting, None)
            if following:
                running[pool.submit(_timed, work, following[1])] = following[0]

        for _ in range(processes):
            begin()
        while running:
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                spent, result = future.result()
                yield running.pop(future), spent, result
                begin()


def _timed(work: Callable[[J], R], job: J) -> tuple[float, R]:
    began = time.perf_counter()
    result = work(job)
    return time.perf_counter() - began, result
