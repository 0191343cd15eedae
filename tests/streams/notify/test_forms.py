"""Each receiver's own form, held against what its vendor documents."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

import jsonschema
import msgspec
import pytest

from streams.core import receivers
from streams.core.crises import decode
from streams.notify import chat, oncall, signed
from streams.notify.message import Message, message_of
from streams.notify.request import Request
from tests.streams.notify.made import crisis

LINK = "https://larum.example/{crisis}"
TEXT = {"type": "string", "minLength": 1}


def text(most: int) -> dict[str, Any]:
    return {"type": "string", "minLength": 1, "maxLength": most}


def thing(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": required | (optional or {}),
        "required": list(required),
        "additionalProperties": False,
    }


PLAIN = thing({"type": {"const": "plain_text"}, "text": text(150)}, {"emoji": {"type": "boolean"}})
MARKED = thing({"type": {"const": "mrkdwn"}, "text": text(3_000)})
# docs.slack.dev: reference/block-kit/blocks, messaging/incoming webhooks, attachments
SLACK = thing(
    {
        "text": TEXT,
        "attachments": {
            "type": "array",
            "items": thing(
                {
                    "color": {"pattern": "^#[0-9a-f]{6}$"},
                    "fallback": TEXT,
                    "blocks": {
                        "type": "array",
                        "maxItems": 50,
                        "items": {
                            "oneOf": [
                                thing({"type": {"const": "header"}, "text": PLAIN}),
                                thing({"type": {"const": "section"}, "text": MARKED}),
                                thing(
                                    {
                                        "type": {"const": "actions"},
                                        "elements": {
                                            "type": "array",
                                            "items": thing(
                                                {"type": {"const": "button"}, "text": PLAIN, "url": text(3_000)}
                                            ),
                                        },
                                    }
                                ),
                            ]
                        },
                    },
                }
            ),
        },
    },
    {"unfurl_links": {"type": "boolean"}},
)
# discord.com/developers/docs/resources/webhook and /message#embed-object
DISCORD = thing(
    {
        "embeds": {
            "type": "array",
            "maxItems": 10,
            "items": thing(
                {"title": text(256), "description": text(4_096)},
                {
                    "color": {"type": "integer", "maximum": 0xFFFFFF},
                    "url": {"pattern": "^https?://"},
                    "timestamp": {"type": "string", "format": "date-time"},
                    "fields": {
                        "type": "array",
                        "maxItems": 25,
                        "items": thing({"name": text(256), "value": text(1_024)}, {"inline": {"type": "boolean"}}),
                    },
                },
            ),
        },
        "allowed_mentions": thing({"parse": {"type": "array", "maxItems": 0}}),
    }
)
# developer.pagerduty.com: Events API v2, sending an alert event
PAGERDUTY = thing(
    {
        "routing_key": text(32),
        "event_action": {"enum": ["trigger", "acknowledge", "resolve"]},
        "dedup_key": text(255),
    },
    {
        "client": TEXT,
        "links": {"type": "array", "items": thing({"href": TEXT}, {"text": TEXT})},
        "payload": thing(
            {
                "summary": text(1_024),
                "source": TEXT,
                "severity": {"enum": ["critical", "error", "warning", "info"]},
            },
            {
                "timestamp": TEXT,
                "component": TEXT,
                "class": TEXT,
                "group": TEXT,
                "custom_details": {"type": "object"},
            },
        ),
    },
)
# docs.opsgenie.com: Alert API, create alert
OPSGENIE = thing(
    {"message": text(130)},
    {
        "alias": text(512),
        "description": text(15_000),
        "priority": {"enum": ["P1", "P2", "P3", "P4", "P5"]},
        "entity": text(512),
        "source": text(100),
        "tags": {"type": "array", "maxItems": 20, "items": text(50)},
        "details": {"type": "object", "additionalProperties": {"type": "string"}},
    },
)
# docs.ntfy.sh/publish: publish as JSON
NTFY = thing(
    {"topic": text(64)},
    {
        "title": text(250),
        "message": text(4_096),
        "priority": {"type": "integer", "minimum": 1, "maximum": 5},
        "tags": {"type": "array", "items": TEXT},
        "click": {"pattern": "^https?://"},
    },
)
CARD_STYLES = {"good", "accent", "warning", "attention"}


def document(request: Request, schema: dict[str, Any]) -> Any:
    found = json.loads(request.body)
    jsonschema.validate(found, schema)
    assert request.headers["Content-Type"] == "application/json"
    return found


@pytest.fixture
def message() -> Message:
    return message_of(crisis(), "pl", "Europe/Warsaw", LINK)


@pytest.fixture
def over() -> Message:
    return message_of(crisis("closed", 3), "pl", "Europe/Warsaw", LINK)


def hook(kind: type[Any], word: str) -> Any:
    return kind(name="one", kind=word, url="https://hooks.example/secret")


def test_slack(message: Message, over: Message) -> None:
    settings = hook(receivers.Slack, "slack")
    found = document(chat.slack(settings, message), SLACK)
    document(chat.slack(settings, over), SLACK)
    words = str(found)
    assert "<!channel>" not in words
    assert "<script>" not in words
    assert "&lt;!channel&gt;" in words


def test_teams(message: Message, over: Message) -> None:
    settings = hook(receivers.Teams, "teams")
    for one in (message, over):
        found = document(chat.teams(settings, one), {"type": "object", "required": ["type", "attachments"]})
        assert found["type"] == "message"
        (attachment,) = found["attachments"]
        assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
        card = attachment["content"]
        assert (card["type"], card["version"]) == ("AdaptiveCard", "1.4")
        assert card["body"][0]["style"] in CARD_STYLES
        assert all(set(fact) == {"title", "value"} for fact in card["body"][1]["facts"])
        assert "](http" not in str(card["body"])


def test_discord(message: Message, over: Message) -> None:
    settings = hook(receivers.Discord, "discord")
    found = document(chat.discord(settings, message), DISCORD)
    document(chat.discord(settings, over), DISCORD)
    assert "](http" not in found["embeds"][0]["description"]


def test_pagerduty_is_triggered_and_resolved_by_the_name_of_the_crisis(message: Message, over: Message) -> None:
    settings = receivers.PagerDuty(name="one", kind="pagerduty", routing_key="k" * 32)
    [trigger], [resolve] = oncall.pagerduty(settings, message), oncall.pagerduty(settings, over)
    opened, closed = document(trigger, PAGERDUTY), document(resolve, PAGERDUTY)
    assert (opened["event_action"], closed["event_action"]) == ("trigger", "resolve")
    assert opened["dedup_key"] == closed["dedup_key"] == message.event.subject
    assert trigger.url == "https://events.pagerduty.com/v2/enqueue"


def test_opsgenie_is_opened_and_closed_by_the_name_of_the_crisis(message: Message, over: Message) -> None:
    settings = receivers.Opsgenie(name="one", kind="opsgenie", api_key="secret")
    [opened], [closed] = oncall.opsgenie(settings, message), oncall.opsgenie(settings, over)
    assert document(opened, OPSGENIE)["alias"] == message.event.subject
    assert opened.headers["Authorization"] == "GenieKey secret"
    assert closed.url == f"https://api.opsgenie.com/v2/alerts/{message.event.subject}/close?identifierType=alias"
    document(closed, thing({"source": text(100), "note": text(25_000)}))


def waved(number: int) -> Message:
    event = crisis("raised", number)
    return message_of(msgspec.structs.replace(event, data=msgspec.structs.replace(event.data, wave=number)), "en")


def test_another_wave_is_another_alert_for_services_and_the_one_before_is_resolved(over: Message) -> None:
    duty = receivers.PagerDuty(name="one", kind="pagerduty", routing_key="k" * 32)
    genie = receivers.Opsgenie(name="two", kind="opsgenie", api_key="secret")
    subject = over.event.subject
    for number, before in ((2, subject), (3, f"{subject}-wave-2")):
        told = [document(one, PAGERDUTY) for one in oncall.pagerduty(duty, waved(number))]
        assert [(one["event_action"], one["dedup_key"]) for one in told] == [
            ("trigger", f"{subject}-wave-{number}"), ("resolve", before)
        ]  # fmt: skip
        opened, ended = oncall.opsgenie(genie, waved(number))
        assert document(opened, OPSGENIE)["alias"] == f"{subject}-wave-{number}"
        assert f"/{before}/close?" in ended.url
    last = msgspec.structs.replace(over.event, data=msgspec.structs.replace(over.event.data, wave=3))
    [resolved] = oncall.pagerduty(duty, message_of(last, "en"))
    assert document(resolved, PAGERDUTY)["dedup_key"] == f"{subject}-wave-3"
    [closed] = oncall.opsgenie(genie, message_of(last, "en"))
    assert f"/{subject}-wave-3/close?" in closed.url


def test_ntfy(message: Message, over: Message) -> None:
    settings = receivers.Ntfy(name="one", kind="ntfy", topic="larum", token="secret")
    assert document(chat.ntfy(settings, message), NTFY)["priority"] == 5
    assert document(chat.ntfy(settings, over), NTFY)["priority"] == 2
    assert chat.ntfy(settings, message).headers["Authorization"] == "Bearer secret"


def test_a_webhook_gets_the_event_itself_under_a_signature(message: Message) -> None:
    settings = receivers.Webhook(name="one", kind="webhook", url="https://example.org/in", secret="plain key")
    made = signed.webhook(settings, message, 1_767_370_000.7)
    assert decode(made.body) == message.event
    assert made.headers["Idempotency-Key"] == made.headers["webhook-id"] == message.event.id
    assert made.headers["webhook-timestamp"] == "1767370000"
    content = f"{message.event.id}.1767370000.".encode() + made.body
    mac = base64.b64encode(hmac.new(b"plain key", content, hashlib.sha256).digest()).decode()
    assert made.headers["webhook-signature"] == f"v1,{mac}"


def test_an_attempt_later_has_the_same_identity(message: Message) -> None:
    settings = receivers.Webhook(name="one", kind="webhook", url="https://example.org/in", secret="key")
    first, second = (signed.webhook(settings, message, now) for now in (1.0, 90.0))
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.headers["webhook-signature"] != second.headers["webhook-signature"]
