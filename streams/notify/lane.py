"""The way of crises to one receiver: in order, again until taken, and never in anybody else's way."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Protocol

from streams.core.crises import CrisisEvent, Severity
from streams.core.receivers import AnyReceiver
from streams.notify.channel import Channel
from streams.notify.errors import DeliveryError, RefusedError
from streams.notify.message import Message, message_of
from streams.notify.tally import Tally

FIRST_SECONDS, MOST_SECONDS = 1.0, 60.0  # between two attempts; each wait is up to twice the one before

log = logging.getLogger("larum")


class Source(Protocol):
    """Where a lane gets events from, each until it is done."""

    async def told(self) -> Sequence[CrisisEvent]:
        """Give the last step that is done of each crisis that is open."""

    def events(self) -> AsyncIterator[CrisisEvent]:
        """Give events in order, for ever; the one that was not done is the first after a restart."""

    async def done(self, event: CrisisEvent) -> None:
        """Note that an event needs no more to be done."""


class Lane:
    """Tells one receiver.

    Each event is delivered at least once, and the next one waits for it: what is said of a crisis comes in order. What
    the receiver will never take is set aside.

    Parameters
    ----------
    settings
        The receiver's.
    channel
        Delivers.
    source
        Has the events.
    tally
        Counts.
    bury
        Keeps what the receiver refuses: event, receiver, reason.
    zone, report_url
        See `message_of`.
    sleep
        Waits between attempts.
    """

    def __init__(
        self,
        settings: AnyReceiver,
        channel: Channel,
        source: Source,
        tally: Tally,
        bury: Callable[[CrisisEvent, str, str], Awaitable[None]],
        *,
        zone: str = "UTC",
        report_url: str | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._settings = settings
        self._channel = channel
        self._source = source
        self._tally = tally
        self._bury = bury
        self._zone, self._report_url = zone, report_url
        self._sleep = sleep

    async def run(self) -> None:
        """Tell, for ever."""
        told = [self._message(event) for event in await self._source.told() if wanted(event, self._settings)]
        self._channel.restore(told)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._channel.again())
            tasks.create_task(self._tell())

    async def _tell(self) -> None:
        async for event in self._source.events():
            if wanted(event, self._settings):
                await self._deliver(event)
            await self._source.done(event)

    async def _deliver(self, event: CrisisEvent) -> None:
        name, message, wait = self._settings.name, self._message(event), FIRST_SECONDS
        while True:
            try:
                await self._channel.deliver(message)
            except RefusedError as error:
                log.warning("%s: %s of %s was refused for good: %s", name, event.step, event.subject, error)
                self._tally.refused(name)
                await self._bury(event, name, str(error))
                return
            except DeliveryError as error:
                pause = max(error.retry_after or 0.0, wait * random.uniform(0.5, 1.0))  # noqa: S311 - no secret
                log.warning("%s: %s of %s, again in %.0f s: %s", name, event.step, event.subject, pause, error)
                self._tally.failed(name)
                await self._sleep(min(pause, 10 * MOST_SECONDS))
                wait = min(2 * wait, MOST_SECONDS)
            else:
                self._tally.delivered(name)
                return

    def _message(self, event: CrisisEvent) -> Message:
        return message_of(event, self._settings.lang, self._zone, self._report_url)


def wanted(event: CrisisEvent, settings: AnyReceiver) -> bool:
    """Tell whether a receiver is to hear of an event: a silence, which concerns all brands, is no brand's."""
    data = event.data
    severe = Severity[data.severity.upper()] >= Severity[settings.min_severity.upper()]
    ours = settings.brands is None or data.silent_source is not None or data.brand in settings.brands
    return severe and ours and (settings.updates or event.step != "updated")
