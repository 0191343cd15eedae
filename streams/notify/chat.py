"""Messages in the forms of chats and telephones: Slack, Teams, Discord, ntfy."""

from __future__ import annotations

from typing import Any

from streams.core.receivers import Discord, Ntfy, Slack, Teams
from streams.notify.message import Message
from streams.notify.request import JSON, Request, colour, cut, fact, request

CARD_STYLES = {"notice": "accent", "warning": "warning", "critical": "attention"}
NTFY_PRIORITIES = {"notice": 3, "warning": 4, "critical": 5}
NTFY_TAGS = {"notice": "mega", "warning": "warning", "critical": "rotating_light"}


def slack(settings: Slack, message: Message) -> Request:
    """Blocks in the colour of the severity; what people wrote can neither mention anybody nor be a link."""
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": {"type": "plain_text", "text": cut(message.title, 150), "emoji": False}},
        {"type": "section", "text": _mrkdwn("\n".join(map(_bold, message.facts)))},
        {"type": "section", "text": _mrkdwn(_slack(message.advice))},
    ]
    if message.posts:
        quoted = "\n".join(f"> {_slack(post.excerpt)}" for post in message.posts)
        blocks.append({"type": "section", "text": _mrkdwn(f"*{message.headings['posts']}*\n{quoted}")})
    if message.link:
        button = {"type": "plain_text", "text": message.headings["report"]}
        blocks.append({"type": "actions", "elements": [{"type": "button", "text": button, "url": message.link}]})
    body = {
        "text": _slack(message.title),
        "attachments": [{"color": f"#{colour(message):06x}", "blocks": blocks, "fallback": message.title}],
        "unfurl_links": False,
    }
    return request(settings.url.get_secret_value(), body)


def teams(settings: Teams, message: Message) -> Request:
    """Make an adaptive card, as a workflow of Teams takes it."""
    heading = "good" if message.over else CARD_STYLES[message.event.data.severity]
    facts = [dict(zip(("title", "value"), fact(line), strict=True)) for line in message.facts]
    parts: list[dict[str, Any]] = [
        {
            "type": "Container",
            "style": heading,
            "bleed": True,
            "items": [_block(message.title, size="Large", weight="Bolder")],
        },
        {"type": "FactSet", "facts": facts},
        _block(message.advice),
    ]
    if message.posts:
        parts.append(_block(message.headings["posts"], weight="Bolder"))
        parts += [_block(f"„{post.excerpt}”") for post in message.posts]
    card: dict[str, Any] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": parts,
    }
    if message.link:
        card["actions"] = [{"type": "Action.OpenUrl", "title": message.headings["report"], "url": message.link}]
    content = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return request(settings.url.get_secret_value(), {"type": "message", "attachments": [content]})


def discord(settings: Discord, message: Message) -> Request:
    """One embed; nobody is mentioned by what people wrote."""
    fields = [
        {"name": cut(name, 256), "value": cut(_plain(value), 1_024), "inline": len(value) < 40}
        for name, value in map(fact, message.facts)
    ]
    quoted = "\n".join(f"> {_plain(post.excerpt)}" for post in message.posts)
    embed = {
        "title": cut(message.title, 256),
        "description": cut(f"{message.advice}\n\n{quoted}".strip(), 4_096),
        "color": colour(message),
        "fields": fields[:25],
        "timestamp": message.event.time,
        **({"url": message.link} if message.link else {}),
    }
    return request(settings.url.get_secret_value(), {"embeds": [embed], "allowed_mentions": {"parse": []}})


def ntfy(settings: Ntfy, message: Message) -> Request:
    """One notification; a critical one rings until somebody looks."""
    severity = message.event.data.severity
    body = {
        "topic": settings.topic,
        "title": cut(message.title, 250),
        "message": cut(message.text, 3_500),
        "priority": 2 if message.over else NTFY_PRIORITIES[severity],
        "tags": ["white_check_mark" if message.over else NTFY_TAGS[severity]],
        **({"click": message.link} if message.link else {}),
    }
    token = settings.token
    headers = JSON | ({"Authorization": f"Bearer {token.get_secret_value()}"} if token else {})
    return request(settings.base, body, headers)


def _block(text: str, **style: str) -> dict[str, Any]:
    return {"type": "TextBlock", "text": _plain(text), "wrap": True, **style}


def _mrkdwn(text: str) -> dict[str, str]:
    return {"type": "mrkdwn", "text": cut(text, 3_000)}


def _bold(line: str) -> str:
    name, value = fact(line)
    return f"*{_slack(name)}:* {_slack(value)}"


def _slack(text: str) -> str:
    """Escape as Slack asks, after which nothing is a link or a mention; its marks of style lose their meaning."""
    for mark, instead in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("*", "∗"), ("`", "ˋ"), ("~", "∼")):
        text = text.replace(mark, instead)
    return text


def _plain(text: str) -> str:
    """Escape Markdown."""
    return "".join(f"\\{character}" if character in r"\`*_{}[]()<>#|~@" else character for character in text)
