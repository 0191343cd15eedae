"""From the configuration of a receiver to what delivers messages to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Protocol

from streams.core import receivers
from streams.core.receivers import AnyReceiver
from streams.notify import chat, mail, oncall, signed
from streams.notify.alertmanager import AlertmanagerChannel
from streams.notify.message import Message
from streams.notify.outgoing import Outgoing, outgoing
from streams.notify.request import Request


class Channel(Protocol):
    """Delivers messages to one receiver."""

    def restore(self, messages: Iterable[Message]) -> None:
        """Go on with open crises that were told before a restart."""

    async def deliver(self, message: Message) -> None:
        """Deliver, or raise `DeliveryError`."""

    async def again(self) -> None:
        """Tell of what is open again and again, for ever, where the receiver wants that."""


class Silent:
    """A channel whose receivers remember what they were told."""

    def restore(self, messages: Iterable[Message]) -> None:
        """Do nothing: the receiver knows."""

    async def again(self) -> None:
        """Do nothing, for ever."""
        await asyncio.Event().wait()


class HttpChannel(Silent):
    """Posts a message in the receiver's own form.

    Parameters
    ----------
    outgoing
        Calls.
    form
        Makes the requests, at a time in epoch seconds.
    clock
        Epoch seconds.
    """

    def __init__(
        self, outgoing: Outgoing, form: Callable[[Message, float], Sequence[Request]], clock: Callable[[], float]
    ) -> None:
        self._outgoing = outgoing
        self._form = form
        self._clock = clock

    async def deliver(self, message: Message) -> None:
        """Post it."""
        for one in self._form(message, self._clock()):
            await self._outgoing.post(*one)


class MailChannel(Silent):
    """Sends mail."""

    def __init__(self, settings: receivers.Email) -> None:
        self._settings = settings

    async def deliver(self, message: Message) -> None:
        """Send it."""
        await mail.send(self._settings, message)


@asynccontextmanager
async def channel(settings: AnyReceiver, clock: Callable[[], float]) -> AsyncIterator[Channel]:
    """Open the way to a receiver."""
    async with outgoing(allow_private=settings.allow_private) as calls:
        match settings:
            case receivers.Alertmanager():
                yield AlertmanagerChannel(settings, calls, clock)
            case receivers.Email():
                yield MailChannel(settings)
            case _:
                yield HttpChannel(calls, _form(settings), clock)


Posted = (
    receivers.Webhook
    | receivers.Slack
    | receivers.Teams
    | receivers.Discord
    | receivers.Ntfy
    | receivers.PagerDuty
    | receivers.Opsgenie
)


def _form(settings: Posted) -> Callable[[Message, float], Sequence[Request]]:  # noqa: PLR0911 - one for each
    match settings:
        case receivers.Webhook():
            return lambda message, now: [signed.webhook(settings, message, now)]
        case receivers.Slack():
            return lambda message, _: [chat.slack(settings, message)]
        case receivers.Teams():
            return lambda message, _: [chat.teams(settings, message)]
        case receivers.Discord():
            return lambda message, _: [chat.discord(settings, message)]
        case receivers.Ntfy():
            return lambda message, _: [chat.ntfy(settings, message)]
        case receivers.PagerDuty():
            return lambda message, _: oncall.pagerduty(settings, message)
        case receivers.Opsgenie():
            return lambda message, _: oncall.opsgenie(settings, message)
