"""Crises in Alertmanager by its v2 API: told again while they are open, resolved when they are closed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import msgspec

from streams.core.receivers import Alertmanager
from streams.notify.errors import DeliveryError, RefusedError
from streams.notify.message import Message
from streams.notify.outgoing import Outgoing

LASTS = 5  # times of telling again after which an alert that is told no more is over: Alertmanager then says so itself
LEAST_SECONDS = 300.0

log = logging.getLogger("larum")


class AlertmanagerChannel:
    """Keeps the alerts of open crises alive in a cluster of Alertmanagers.

    An alert is known by its labels: while they stay as they are it is one alert, whoever sends it and however often,
    so a restart pages nobody twice. A crisis that becomes graver, or rises again, has another label, and so is another
    alert: the one before is resolved.

    Parameters
    ----------
    settings
        Where, and which further labels.
    outgoing
        Calls.
    clock
        Epoch seconds.
    """

    def __init__(self, settings: Alertmanager, outgoing: Outgoing, clock: Callable[[], float]) -> None:
        self._settings = settings
        self._outgoing = outgoing
        self._clock = clock
        self._open: dict[str, Message] = {}
        self._turn = asyncio.Lock()  # an open crisis told again must not arrive behind its own end

    def restore(self, messages: Iterable[Message]) -> None:
        """Go on with crises that were told before a restart."""
        self._open |= {message.event.subject: message for message in messages}

    async def deliver(self, message: Message) -> None:
        """Tell one step; what it changes is remembered only when an instance has taken it."""
        subject = message.event.subject
        async with self._turn:
            before = self._open.get(subject)
            alerts = [self._alert(message)]
            if before and self._labels(before) != self._labels(message):
                alerts.append(self._alert(before, over=True))
            await self._post(alerts)
            if message.over:
                self._open.pop(subject, None)
            else:
                self._open[subject] = message

    async def again(self) -> None:
        """Tell all open crises again, for ever."""
        while True:
            await asyncio.sleep(self._settings.resend_seconds)
            async with self._turn:
                await self._remind()

    async def _remind(self) -> None:
        if self._open:
            try:
                await self._post([self._alert(message) for message in self._open.values()])
            except DeliveryError as error:
                log.warning("%s: %d open crises not told again: %s", self._settings.name, len(self._open), error)

    async def _post(self, alerts: list[dict[str, Any]]) -> None:
        """Post to all instances, as a cluster wants it; one that takes them is enough."""
        body, headers = msgspec.json.encode(alerts), {"Content-Type": "application/json"}
        if token := self._settings.token:
            headers["Authorization"] = f"Bearer {token.get_secret_value()}"
        calls = [self._outgoing.post(f"{url.rstrip('/')}/api/v2/alerts", body, headers) for url in self._settings.urls]
        answers = await asyncio.gather(*calls, return_exceptions=True)
        failed = [answer for answer in answers if isinstance(answer, BaseException)]
        for error in failed:
            if not isinstance(error, DeliveryError):
                raise error
        if len(failed) == len(answers):
            raise next((error for error in failed if not isinstance(error, RefusedError)), failed[0])
        for error in failed:
            log.warning("%s: one instance of several: %s", self._settings.name, error)

    def _labels(self, message: Message) -> dict[str, str]:
        data = message.event.data
        name = "LarumSourceSilent" if data.silent_source else "LarumCrisis"
        about = {"source": data.silent_source} if data.silent_source else {"brand": data.brand}
        own = {"alertname": name, **about, "severity": data.severity, "crisis": message.event.subject}
        own |= {"wave": str(data.wave)} if data.wave else {}
        return dict(self._settings.labels) | own

    def _alert(self, message: Message, *, over: bool = False) -> dict[str, Any]:
        now, settings = self._clock(), self._settings
        over = over or message.over
        lasts = max(LEAST_SECONDS, LASTS * settings.resend_seconds)
        notes = {"summary": message.title, "description": message.text, "kinds": ", ".join(message.event.data.kinds)}
        return {
            "labels": self._labels(message),
            "annotations": notes | {"runbook": message.advice} | ({"report": message.link} if message.link else {}),
            "startsAt": message.event.data.detected_at,
            "endsAt": _rfc3339(now if over else now + lasts),
            **({"generatorURL": message.link} if message.link else {}),
        }


def _rfc3339(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
