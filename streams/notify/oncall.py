"""Messages in the forms of on-call services: PagerDuty, Opsgenie."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from streams.core.receivers import Opsgenie, PagerDuty
from streams.notify.message import Message
from streams.notify.request import JSON, Request, cut, fact, request

PAGERDUTY_SEVERITIES = {"notice": "info", "warning": "warning", "critical": "critical"}
OPSGENIE_PRIORITIES = {"notice": "P4", "warning": "P2", "critical": "P1"}


def pagerduty(settings: PagerDuty, message: Message) -> Request:
    """One alert for each crisis: its key is the crisis, so what is told again changes nothing."""
    data = message.event.data
    body: dict[str, Any] = {
        "routing_key": settings.routing_key.get_secret_value(),
        "event_action": "resolve" if message.over else "trigger",
        "dedup_key": message.event.subject,
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
    return request(f"{settings.base.rstrip('/')}/v2/enqueue", body)


def opsgenie(settings: Opsgenie, message: Message) -> Request:
    """One alert for each crisis, whose alias it is, closed when it is over."""
    headers = JSON | {"Authorization": f"GenieKey {settings.api_key.get_secret_value()}"}
    alerts = f"{settings.base.rstrip('/')}/v2/alerts"
    data = message.event.data
    if message.over:
        address = f"{alerts}/{quote(message.event.subject)}/close?identifierType=alias"
        return request(address, {"source": "larum", "note": message.advice}, headers)
    body = {
        "message": cut(message.title, 130),
        "alias": message.event.subject,
        "description": cut(message.text, 15_000),
        "priority": OPSGENIE_PRIORITIES[data.severity],
        "entity": cut(data.silent_source or data.brand, 512),
        "source": "larum",
        "tags": [cut(kind, 50) for kind in data.kinds],
        "details": dict(map(fact, message.facts)),
    }
    return request(alerts, body, headers)
