"""A sign of life to somebody outside: when it stays away, they raise the alarm that larum itself no longer can."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from streams.health import Verdict
from streams.notify.errors import DeliveryError
from streams.notify.outgoing import outgoing
from streams.notify.tally import Tally

log = logging.getLogger("larum")


class Heartbeat:
    """Pings an address for as long as the process is healthy, and no longer.

    Services such as healthchecks.io or Dead Man's Snitch expect a request every so often, and raise the alarm when none
    comes: the network, the machine or the process may be gone, or the process no longer does its work.

    Parameters
    ----------
    url
        Where to post; a secret.
    seconds
        Between two requests.
    healthy
        Whether work gets done.
    tally
        Counts.
    allow_private
        Whether the address may be a private one.
    sleep
        Waits.
    """

    def __init__(
        self,
        url: str,
        seconds: float,
        healthy: Callable[[], Verdict],
        tally: Tally,
        *,
        allow_private: bool = False,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._url = url
        self._seconds = seconds
        self._healthy = healthy
        self._tally = tally
        self._allow_private = allow_private
        self._sleep = sleep

    async def beat(self) -> None:
        """Ping, for ever."""
        async with outgoing(allow_private=self._allow_private) as calls:
            while True:
                if (verdict := self._healthy()).ok:
                    try:
                        await calls.post(self._url, b"", {})
                        self._tally.beaten()
                    except DeliveryError as error:
                        log.warning("no sign of life could be given: %s", error)
                else:
                    log.warning("no sign of life is given: %s", verdict.reason)
                await self._sleep(self._seconds)
