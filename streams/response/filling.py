"""The last day of every brand, from the journal onto the board, after a restart."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from streams.core.traces import BIN_SECONDS, BINS
from streams.past import day_of
from streams.storage import Store
from streams.web.board import Board


async def fill(board: Board, path: Path) -> None:
    """Count what was counted before the board was there, brand by brand, in a thread beside the watch that writes it.

    Parameters
    ----------
    board
        Whose watch keeps its journal in the state file.
    path
        Of the state file.
    """
    loop, now = asyncio.get_running_loop(), int(board.clock())
    with ThreadPoolExecutor(1, "filling") as thread:  # of SQLite, whose connections stay in theirs
        store = await loop.run_in_executor(thread, Store, path)
        try:
            for brand in board.settings.brands:
                day = await loop.run_in_executor(thread, day_of, store, brand.id, now - BINS * BIN_SECONDS, now)
                board.traces.precede(brand.id, *day)
        finally:
            await loop.run_in_executor(thread, store.close)
    board.counted()
