"""Crisis events from a file, as the commands that tell of crises print them."""

from __future__ import annotations

from pathlib import Path

import msgspec

from streams.core.crises import CrisisEvent, decode
from streams.core.malformed import MALFORMED
from streams.readers import InputError, read


class _Document(msgspec.Struct):
    type: str


_document = msgspec.json.Decoder(_Document)


def read_events(path: str | Path) -> list[CrisisEvent]:
    r"""Read crisis events: JSON Lines as ``larum replay``, ``watch`` and ``tail`` print them with ``--json``.

    Other documents of larum that stand among them, such as the summary of a replay, are passed over; an event that is
    told again, as after a crash, counts once.

    Parameters
    ----------
    path
        The file, plain or gzipped; ``-`` is standard input.

    Returns
    -------
    list of CrisisEvent
        In their order.

    Raises
    ------
    InputError
        The file cannot be read, or a line is no document of larum; the message names it.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder) / "crises.jsonl"
    ...     _ = file.write_text('{"type": "larum.replay.summary", "records": 7}\n')
    ...     read_events(file)
    []
    """
    events: dict[str, CrisisEvent] = {}
    for record, place in read(path, "jsonl"):
        try:
            kind = _document.decode(record).type
            if kind.startswith("larum.crisis."):
                event = decode(record)
                events.setdefault(event.id, event)
        except MALFORMED as error:
            raise InputError(f"{place}: {error}") from error
        if not kind.startswith("larum."):
            raise InputError(f"{place}: {kind!r} is nothing that larum tells")
    return list(events.values())
