"""Messages as mail: text and HTML, with the counts beside what is ordinary as an inline picture."""

from __future__ import annotations

import io
import ssl
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from functools import cache
from typing import cast

import aiosmtplib
from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from matplotlib.figure import Figure

from streams.core.crises import Interval
from streams.core.receivers import Email
from streams.notify.errors import DeliveryError, RefusedError
from streams.notify.message import Message
from streams.notify.request import colour, fact

TIMEOUT_SECONDS = 30.0
PICTURE = "counts"
MEASURES = ("voices", "negatives", "negativity")  # in the order of the facts
PERMANENT = 500  # replies from here on mean that it will never be taken


async def send(settings: Email, message: Message) -> None:
    """Send a message; all steps of a crisis are one conversation.

    Raises
    ------
    RefusedError
        The server says that it will never take it.
    DeliveryError
        The server does not answer, or says that it may take it later.
    """
    password = settings.password.get_secret_value() if settings.password else None
    try:
        await aiosmtplib.send(
            mail(settings, message),
            sender=settings.sender,
            recipients=list(settings.to),
            hostname=settings.host,
            port=settings.port,
            username=settings.username,
            password=password,
            use_tls=settings.encryption == "tls",
            start_tls=settings.encryption == "starttls",
            tls_context=ssl.create_default_context() if settings.encryption != "none" else None,
            timeout=TIMEOUT_SECONDS,
        )
    except aiosmtplib.SMTPRecipientsRefused as error:
        raise RefusedError(f"{settings.host} takes mail for none of the addresses") from error
    except aiosmtplib.SMTPResponseException as error:
        kind = RefusedError if error.code >= PERMANENT else DeliveryError
        raise kind(f"{settings.host} answers {error.code}") from None  # its text may repeat what it was told
    except (aiosmtplib.SMTPException, OSError) as error:
        raise DeliveryError(f"{settings.host} does not answer: {type(error).__name__}") from None


def mail(settings: Email, message: Message) -> EmailMessage:
    """Write a mail."""
    event = message.event
    domain = parseaddr(settings.sender)[1].rpartition("@")[2]
    built = EmailMessage()
    built["From"], built["To"], built["Subject"] = settings.sender, ", ".join(settings.to), message.title
    built["Date"] = format_datetime(datetime.fromisoformat(event.time))
    built["Message-ID"] = f"<{event.id}@{domain}>"
    built["References"] = f"<{event.subject}@{domain}>"
    built["Auto-Submitted"] = "auto-generated"  # so that nobody's holiday answers
    if message.event.data.severity == "critical" and not message.over:
        built["Importance"] = "high"
    built.set_content(message.text)
    drawn = not event.data.silent_source
    html = _page().render(
        message=message,
        facts=[fact(line) for line in message.facts],
        colour=f"#{colour(message):06x}",
        picture=PICTURE if drawn else "",
        alt="; ".join(message.facts[: len(MEASURES)]),
    )
    built.add_alternative(html, subtype="html")
    if drawn:
        page = cast("list[EmailMessage]", built.get_payload())[1]
        page.add_related(_picture(message), "image", "png", cid=f"<{PICTURE}>")
    return built


@cache
def _page() -> Template:
    environment = Environment(loader=PackageLoader("streams"), undefined=StrictUndefined, autoescape=True)
    return environment.get_template("mail.html.j2")


def _picture(message: Message) -> bytes:
    """Draw what was seen beside what is ordinary, each measure on its own scale."""
    figure = Figure(figsize=(6.4, 1.7), dpi=120)
    for axes, name, line in zip(figure.subplots(1, len(MEASURES)), MEASURES, message.facts, strict=False):
        measure: Interval = getattr(message.event.data, name)
        top = max(measure.observed, measure.upper, 1e-9) * 1.15
        axes.axhspan(measure.lower, measure.upper, color="#d3e3f0")
        axes.axhline(measure.expected, color="#0067a3", linestyle="--", linewidth=1.2)
        beyond = measure.observed > measure.upper
        axes.bar([0], [measure.observed], width=0.4, color="#c8420b" if beyond else "#66625b")
        axes.set(xlim=(-1, 1), ylim=(0, top), xticks=[])
        axes.set_title(fact(line)[0], fontsize=8)
        axes.spines[["top", "right", "bottom"]].set_visible(False)
        axes.tick_params(labelsize=7)
    figure.tight_layout()
    drawn = io.BytesIO()
    figure.savefig(drawn, format="png")
    return drawn.getvalue()
