"""`larum watch` as an operator runs it, for Prometheus to scrape."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.monitoring.processes import PATIENCE_SECONDS


@asynccontextmanager
async def running_watch(folder: Path, config: str | Path, *arguments: str) -> AsyncIterator[str]:
    """Run it in a folder on its file ``posts.jsonl``; gives the host and port it listens on."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", "from streams.cli import main; main()", "watch", "--port", "0"),
        *("--config", str(config), "--follow", "posts.jsonl", *arguments),
        cwd=folder,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stderr is not None
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            told = (await process.stderr.readline()).decode()
        address = re.search(r"http://\S+:(\d+)/metrics", told)
        assert address, told
        yield f"127.0.0.1:{address[1]}"
    finally:
        process.terminate()
        await process.communicate()
