"""Messages in the forms of on-call services: PagerDuty, Opsgenie."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from streams.core.receivers import Opsgenie, PagerDuty
from streams.notify.message import Message
from streams.notify.request import JSON, Request, cut, fact, request

PAGERDUTY_SEVERITIES = {"notice": "info", "warning": "warning", "critical": "critical"}
OPSGENIE_PRIORITIES = {"notice": "P4", "warning": "P2", "critical": "P1"}


def pagerduty(settings: PagerDuty, message: Message) -> list[Request]:
    """One alert for each wave of a crisis: its key is the crisis, so what is told again changes nothing."""
    data = message.event.data
    body: dict[str, Any] = {
        "routing_key": settings.routing_key.get_secret_value(),
        "event_action": "resolve" if message.over else "trigger",
        "dedup_key": _key(message.event.subject, data.wave),
    }
    if not message.over:
        body["payload"] = {
            "summary": cut(message.title, 1_024),
            "source": message.event.source,
            "severity": PAGERDUTY_SEVERITIES[data.severity],
            "timestamp": message.event.time,
            "component": data.silent_source or data.brand,
            "class": ", ".join(data.kinds),
            "custom_details": dict(map(fact, message.facts))
            | {message.headings["posts"]: [post.excerpt for post in message.posts]},
        }
        body["client"] = "larum"
        body["links"] = [{"href": message.link, "text": message.headings["report"]}] if message.link else []
    address = f"{settings.base.rstrip('/')}/v2/enqueue"
    before = {"routing_key": body["routing_key"], "event_action": "resolve"}
    ended = [
        request(address, before | {"dedup_key": _key(message.event.subject, wave)}) for wave in _waves_before(message)
    ]
    return [request(address, body), *ended]


def opsgenie(settings: Opsgenie, message: Message) -> list[Request]:
    """One alert for each wave of a crisis, whose alias it is, closed when it is over or another one begins."""
    headers = JSON | {"Authorization": f"GenieKey {settings.api_key.get_secret_value()}"}
    alerts = f"{settings.base.rstrip('/')}/v2/alerts"
    data, subject = message.event.data, message.event.subject

    def end(wave: int | None) -> Request:
        address = f"{alerts}/{quote(_key(subject, wave))}/close?identifierType=alias"
        return request(address, {"source": "larum", "note": message.advice}, headers)

    if message.over:
        return [end(data.wave)]
    body = {
        "message": cut(message.title, 130),
        "alias": _key(subject, data.wave),
        "description": cut(message.text, 15_000),
        "priority": OPSGENIE_PRIORITIES[data.severity],
        "entity": cut(data.silent_source or data.brand, 512),
        "source": "larum",
        "tags": [cut(kind, 50) for kind in data.kinds],
        "details": dict(map(fact, message.facts)),
    }
    return [request(alerts, body, headers), *map(end, _waves_before(message))]


def _key(crisis: str, wave: int | None) -> str:
    """Name an alert: a further wave of a crisis is another one, for whoever acknowledged the first hears no more of it.

    Examples
    --------
    >>> _key("c0ffee", None), _key("c0ffee", 2)
    ('c0ffee', 'c0ffee-wave-2')
    """
    return f"{crisis}-wave-{wave}" if wave else crisis


def _waves_before(message: Message) -> list[int | None]:
    """Give the wave that ends where another one begins; of a crisis that begins as a further wave there is none."""
    wave = message.event.data.wave
    if wave is None or message.event.step != "raised":
        return []
    return [wave - 1 if wave > 2 else None]
