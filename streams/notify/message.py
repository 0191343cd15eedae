"""A crisis event in words, Polish or English, from which each receiver makes its own form."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any, Literal
from zoneinfo import ZoneInfo

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined

from streams.core.crises import CrisisEvent, TellingPost
from streams.printing import printable

Lang = Literal["en", "pl"]
POSTS = 3
_HOUR = 60.0
_DAYS = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "pl": ("pon.", "wt.", "śr.", "czw.", "pt.", "sob.", "niedz."),
}


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """What is told of one step of a crisis.

    Parameters
    ----------
    event
        The step.
    title
        One line.
    facts
        Lines of a name, a colon and what there is to say.
    advice
        What to do now, one sentence.
    posts
        What to read first.
    headings
        Words above the ``posts``, the ``report`` and the ``first`` posts.
    link
        The report, where there is one.
    """

    event: CrisisEvent
    title: str
    facts: list[str]
    advice: str
    posts: list[TellingPost]
    headings: dict[str, str]
    link: str | None = None

    @property
    def over(self) -> bool:
        """Whether the crisis is closed."""
        return self.event.step == "closed"

    @property
    def text(self) -> str:
        """All of it but the title as plain text."""
        lines = [*self.facts, "", self.advice]
        if self.posts:
            lines += ["", f"{self.headings['posts']}:"]
            lines += [f"- {post.excerpt}{f' {post.url}' if post.url else ''}" for post in self.posts]
        if self.link:
            lines += ["", f"{self.headings['report']}: {self.link}"]
        return "\n".join(lines)


def message_of(event: CrisisEvent, lang: Lang, zone: str = "UTC", report_url: str | None = None) -> Message:
    """Put an event into words.

    Parameters
    ----------
    event
        One step of a crisis. Its posts and terms are hostile input: line breaks and control characters are taken out,
        and whoever writes markup escapes what is left.
    lang
        Of the words.
    zone
        In whose time moments are told.
    report_url
        In which ``{crisis}`` and ``{brand}`` are filled in.
    """
    words = _words(lang, zone)
    data = event.data
    said: dict[str, Callable[..., Any]] = {name: getattr(words, name) for name in ("title", "facts", "advice")}
    return Message(
        event=event,
        title=printable(str(said["title"](data, event.step))),
        facts=[printable(line) for line in str(said["facts"](data, event.step)).splitlines() if line.strip()],
        advice=str(said["advice"](data, event.step)),
        posts=[msgspec.structs.replace(post, excerpt=printable(post.excerpt)) for post in data.telling_posts[:POSTS]],
        headings=dict(getattr(words, "headings")),  # noqa: B009 - a module made by a template knows no attributes
        link=report_url and report_url.replace("{crisis}", event.subject).replace("{brand}", data.brand),
    )


@cache
def _words(lang: Lang, zone: str) -> Any:
    environment = Environment(
        loader=PackageLoader("streams"),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - plain text, escaped by whoever makes markup of it
        trim_blocks=False,
    )
    known = ZoneInfo(zone)
    comma = "," if lang == "pl" else "."
    environment.filters |= {
        "number": lambda value: f"{value:.0f}" if value >= 10 or value == int(value) else _decimal(value, comma),
        "percent": lambda value: f"{100 * value:.0f} %",
        "span": _span,
        "moment": lambda text: _moment(text, known, lang),
    }
    return environment.get_template(f"notify.{lang}.j2").module


def _decimal(value: float, comma: str) -> str:
    return f"{value:.1f}".replace(".", comma)


def _span(minutes: float) -> str:
    return f"{minutes:.0f} min" if minutes < 2 * _HOUR else f"{minutes / _HOUR:.0f} h"


def _moment(text: str, zone: ZoneInfo, lang: Lang) -> str:
    at = datetime.fromisoformat(text).astimezone(zone)
    return f"{_DAYS[lang][at.weekday()]} {at:%Y-%m-%d %H:%M %Z}"
