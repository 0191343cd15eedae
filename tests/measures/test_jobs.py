"""Long benchmarks go on where they were left, say what they left out, and mix no results of other code."""

from io import StringIO
from pathlib import Path

import msgspec
import pytest
from rich.console import Console

from tests.benchmarks.jobs import Done, Options, run


class Square(msgspec.Struct, frozen=True):
    """A job."""

    number: int


def work(job: Square) -> int:
    if job.number == 13:
        raise ArithmeticError("thirteen")
    return job.number**2


JOBS = [Square(number) for number in range(6)]


def go(out: Path | None = None, seconds: float | None = None, jobs: list[Square] = JOBS, code: str = "a") -> Done[int]:
    return run(jobs, work, int, Options(out, seconds, 1), Console(file=StringIO()), code)


def test_all_jobs_are_done_in_order_and_told_of() -> None:
    console = Console(file=StringIO(), width=300)
    done = run(JOBS, work, int, Options(processes=2), console, "a")
    assert done.results == [0, 1, 4, 9, 16, 25]
    assert done.told.startswith("6 of 6 jobs, ")
    assert "NOT RUN" not in done.told
    told = console.file.getvalue() if isinstance(console.file, StringIO) else ""
    assert told.count(" jobs: ") == 6


def test_a_rerun_takes_what_is_done_from_the_file(tmp_path: Path) -> None:
    out = tmp_path / "done.jsonl"
    assert go(out, jobs=JOBS[:4]).run == 4
    changed = out.read_text().replace('"result":4', '"result":400')  # so it can be seen where it comes from
    out.write_text(changed + '{"code": "a", "jo')  # cut short by a crash
    again = go(out)
    assert (again.results, again.run) == ([0, 1, 400, 9, 16, 25], 2)
    assert "4 of them from the file" in again.told
    assert go(out).run == 0  # the line after the broken one is whole


def test_results_of_other_code_are_passed_over(tmp_path: Path) -> None:
    out = tmp_path / "done.jsonl"
    go(out, code="before")
    assert go(out, code="after").run == 6
    assert go(out, code="before").run == 0


def test_no_job_is_begun_after_the_time_is_up_and_it_says_so(tmp_path: Path) -> None:
    out = tmp_path / "done.jsonl"
    done = go(out, seconds=0.0)
    assert (done.results, done.asked) == ([], 6)
    assert "0 of 6 jobs" in done.told
    assert "NOT RUN: 6" in done.told


def test_a_job_that_fails_ends_the_run_and_keeps_what_was_done(tmp_path: Path) -> None:
    out = tmp_path / "done.jsonl"
    with pytest.raises(ArithmeticError, match="thirteen"):
        go(out, jobs=[Square(2), Square(13), Square(4)])
    assert go(out, jobs=[Square(2)]).run == 0
