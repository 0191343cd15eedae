"""Judge this machine: open files and memory against what the brands will need."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from pathlib import Path

from streams.core.settings import Settings
from streams.doctor.findings import Finding, ok, warning

FILES = 1024  # connections to brokers and scrapers, with room to spare
BASE_BYTES = 200 << 20  # of a worker with one brand
BRAND_BYTES = (
    200 << 10
)  # measured of 2,000: 98 kB of live state, 31 kB of its copy in the table, 11 kB of names a partition
MEMORY_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


def judge_machine(settings: Settings, files: int | None = None, memory: int | None = None) -> Iterator[Finding]:
    """Say whether the machine will do; `files` and `memory` (bytes) are found out unless given."""
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0] if files is None else files
    if 0 <= files < FILES:
        yield warning(
            "machine", f"at most {files} open files", f"'ulimit -n {FILES}', or LimitNOFILE={FILES} in systemd"
        )
    else:
        yield ok("machine", f"{'any number of' if files < 0 else files} open files")
    memory = available() if memory is None else memory
    need = BASE_BYTES + BRAND_BYTES * len(settings.brands)
    text = (
        f"{memory >> 20} MB of memory free; a worker that watches all {len(settings.brands)} brands needs {need >> 20}"
    )
    if memory < need:
        yield warning("machine", text, "give it more memory, or spread the brands over more workers")
    else:
        yield ok("machine", text)


def available(meminfo: Path = Path("/proc/meminfo"), limits: tuple[str, ...] = MEMORY_LIMITS) -> int:
    """Return the bytes of memory that can be had: what is free, within the container's limit."""
    free = next(int(line.split()[1]) << 10 for line in meminfo.read_text().splitlines() if "MemAvailable" in line)
    for limit in limits:
        if Path(limit).is_file():
            text = Path(limit).read_text().strip()
            return min(free, int(text)) if text.isdigit() else free
    return free
