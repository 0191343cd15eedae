"""Who is told of crises, and by which way: the ``[[receivers]]`` tables of the configuration."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from streams.core.fields import Secret, Section, Slug

SECRETS = ("url", "secret", "token", "password", "routing_key", "api_key")
"""Keys that never stand in the configuration: each comes from a file, or from the environment."""


def _an_address(text: str) -> str:
    if not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", text):
        raise ValueError("must read 'name@example.org'")
    return text


def _a_label(name: str) -> str:
    if not re.fullmatch(r"[a-zA-Z_][a-zA-Z0-9_]*", name):
        raise ValueError("is letters, digits and underscores, and begins with no digit")
    return name


Address = Annotated[str, Field(max_length=254), AfterValidator(_an_address)]
Url = Annotated[str, Field(pattern=r"^https?://[^\s/?#]+[^\s]*$", max_length=2_000)]
Label = Annotated[str, AfterValidator(_a_label)]
SeverityName = Literal["notice", "warning", "critical"]


class Receiver(Section):
    """What all receivers have."""

    name: Slug = Field(description="Short name, used in metrics and logs.")
    min_severity: SeverityName = Field("warning", description="What is less severe is not told.")
    updates: bool = Field(False, description="Tell of news in an open crisis too, not of its steps alone.")
    lang: Literal["en", "pl"] = Field("en", description="Language of the words.")
    brands: tuple[Slug, ...] | None = Field(None, description="Tell of these brands only; of all by default.")
    allow_private: bool = Field(False, description="Whether it may be at a private or local address.")


class Alertmanager(Receiver):
    """Prometheus' Alertmanager, by its API: open crises are told again and again, as it wants it."""

    kind: Literal["alertmanager"]
    min_severity: SeverityName = Field("notice", description="What is less severe is not told.")
    updates: bool = Field(True, description="Keep the annotations up to date while a crisis is open.")
    allow_private: bool = Field(True, description="Whether it may be at a private or local address, as most are.")
    urls: tuple[Url, ...] = Field(min_length=1, description="All instances of the cluster: http://host:9093.")
    token: Secret | None = Field(None, description="Bearer token.")
    token_file: str | None = Field(None, description="A file that holds the token.")
    labels: dict[Label, str] = Field({}, description="Further labels of each alert, for routing.")
    resend_seconds: float = Field(60.0, ge=1, le=180, description="How often an open crisis is told again.")


class Webhook(Receiver):
    """Any HTTP endpoint that takes the crisis event as JSON, signed."""

    kind: Literal["webhook"]
    url: Secret = Field(description="Where to post the events.")
    url_file: str | None = Field(None, description="A file that holds the address.")
    secret: Secret | None = Field(None, description="Key of the signature: HMAC with SHA-256.")
    secret_file: str | None = Field(None, description="A file that holds the key.")


class _Hook(Receiver):
    url: Secret = Field(description="The incoming webhook's address, which is a secret.")
    url_file: str | None = Field(None, description="A file that holds the address.")


class Slack(_Hook):
    """A channel of Slack, or of what understands its incoming webhooks, as Mattermost does."""

    kind: Literal["slack"]


class Teams(_Hook):
    """A channel of Microsoft Teams, by a workflow that takes adaptive cards."""

    kind: Literal["teams"]


class Discord(_Hook):
    """A channel of Discord."""

    kind: Literal["discord"]


class Email(Receiver):
    """Mail, by an SMTP server."""

    kind: Literal["email"]
    allow_private: bool = Field(True, description="Whether the server may be at a private or local address.")
    host: str = Field(description="The SMTP server.")
    port: int = Field(587, ge=1, le=65535, description="Its port.")
    encryption: Literal["starttls", "tls", "none"] = Field("starttls", description="starttls, tls or none.")
    username: str | None = Field(None, description="User name, with a password.")
    password: Secret | None = Field(None, description="Password.")
    password_file: str | None = Field(None, description="A file that holds the password.")
    sender: Address = Field(description="From whom.")
    to: tuple[Address, ...] = Field(min_length=1, description="To whom.")


class PagerDuty(Receiver):
    """A service of PagerDuty, by its Events API v2: triggered, and resolved when the crisis is closed."""

    kind: Literal["pagerduty"]
    routing_key: Secret = Field(description="Integration key of the service.")
    routing_key_file: str | None = Field(None, description="A file that holds the key.")
    base: Url = Field("https://events.pagerduty.com", description="The API's address, for the EU another one.")


class Opsgenie(Receiver):
    """Opsgenie, or Jira Service Management, by the Alert API."""

    kind: Literal["opsgenie"]
    api_key: Secret = Field(description="Key of an API integration.")
    api_key_file: str | None = Field(None, description="A file that holds the key.")
    base: Url = Field("https://api.opsgenie.com", description="The API's address, for the EU another one.")


class Ntfy(Receiver):
    """A topic of ntfy, which pushes to telephones."""

    kind: Literal["ntfy"]
    base: Url = Field("https://ntfy.sh", description="The server.")
    topic: str = Field(pattern=r"^[-_A-Za-z0-9]{1,64}$", description="The topic.")
    token: Secret | None = Field(None, description="Access token.")
    token_file: str | None = Field(None, description="A file that holds the token.")


AnyReceiver = Annotated[
    Alertmanager | Webhook | Slack | Teams | Discord | Email | PagerDuty | Opsgenie | Ntfy, Field(discriminator="kind")
]

KINDS: dict[str, type[Receiver]] = {
    "alertmanager": Alertmanager,
    "webhook": Webhook,
    "slack": Slack,
    "teams": Teams,
    "discord": Discord,
    "email": Email,
    "pagerduty": PagerDuty,
    "opsgenie": Opsgenie,
    "ntfy": Ntfy,
}
"""All of them by the word that stands in the configuration."""
