"""Everything a user can set, as frozen pydantic models; `streams.config` reads them from TOML."""

from __future__ import annotations

import re
from ipaddress import ip_network
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from detectors.calendar import Calendar
from streams.core.fields import Secret, Section, Slug
from streams.core.receivers import AnyReceiver
from streams.core.tokens import Token


def _a_name(text: str) -> str:
    if not any(character.isalnum() for character in text):
        raise ValueError("must hold a letter or a digit")
    return text


def _not_the_canary(name: str) -> str:
    if name == "larum-canary":
        raise ValueError("is taken: it is larum's own canary")
    return name


def _a_hashtag(text: str) -> str:
    if not text.replace("_", "a").isalnum():
        raise ValueError("is letters, digits and underscores only, and goes without '#'")
    return text


def _an_account(text: str) -> str:
    user, at, server = text.partition("@")
    if not all(re.fullmatch(r"\w+([.-]+\w+)*", part) for part in ([user, server] if at else [user])):
        raise ValueError("must read 'name' or 'name@server', without '@' in front")
    return text


Name = Annotated[str, Field(min_length=2, max_length=100), AfterValidator(_a_name)]
Hashtag = Annotated[str, Field(min_length=2, max_length=100), AfterValidator(_a_hashtag)]
Account = Annotated[str, Field(min_length=2, max_length=100), AfterValidator(_an_account)]


def _a_timezone(name: str) -> str:
    Calendar(name)
    return name


def _a_country(code: str) -> str:
    Calendar(countries=[code])
    return code


def _a_network(text: str) -> str:
    ip_network(text)
    return text


Network = Annotated[str, AfterValidator(_a_network)]
TimeZone = Annotated[str, AfterValidator(_a_timezone)]
Country = Annotated[str, AfterValidator(_a_country)]


class Brand(Section):
    """A brand to watch and the words by which posts name it."""

    id: Annotated[Slug, AfterValidator(_not_the_canary)] = Field(
        description="Short name used in metrics, topics and events."
    )
    name: Name = Field(description="The brand's name in its base form, as people write it.")
    aliases: tuple[Name, ...] = Field((), description="Other names, base form.")
    hashtags: tuple[Hashtag, ...] = Field((), description="Hashtags, without '#'.")
    handles: tuple[Account, ...] = Field((), description="Account names, without '@'.")
    exclude: tuple[Name, ...] = Field(
        (), description="Phrases in which the name means something else: there it does not count."
    )
    context: tuple[Name, ...] = Field(
        (), description="For an ambiguous name: it counts only beside one of these words."
    )
    countries: tuple[Country, ...] | None = Field(
        None, description="Whose public holidays count for this brand; those of [detection] by default."
    )
    inflect: bool = Field(True, description="Match Polish inflected forms too: of names, exclusions and context words.")


class Detection(Section):
    """When a departure from the expected counts as a crisis."""

    bucket_seconds: int = Field(60, ge=10, le=3600, description="Width of a counting bucket, seconds of event time.")
    lateness_seconds: float = Field(60.0, ge=0, le=3600, description="How long a bucket waits for late posts.")
    max_hold_seconds: float = Field(600.0, ge=0, description="How far a slow source may hold back the watermark.")
    false_pages_per_month: float = Field(
        1.0, gt=0, le=10_000, description="How many false pages a month are borne, over all brands."
    )
    false_notices_per_month: float = Field(
        10.0, gt=0, le=10_000, description="The same for notices of a surge, which page nobody."
    )
    timezone: TimeZone = Field("UTC", description="In whose hours people live, such as Europe/Warsaw.")
    countries: tuple[Country, ...] = Field(("PL",), description="Whose public holidays count, such as PL or GB.")
    min_voices: int = Field(30, ge=1, description="Fewer distinct voices in the window are never a crisis.")
    min_negatives: int = Field(15, ge=1, description="Fewer negative voices in the window are never a crisis of tone.")
    min_harmed: int = Field(
        5, ge=1, description="Fewer voices that speak of harm, such as poisoning or fraud, are no crisis by themselves."
    )
    cooldown_minutes: int = Field(60, ge=1, description="Calm minutes after which a crisis is closed.")
    update_minutes: int = Field(15, ge=1, description="An open crisis is updated at most this often.")
    max_open_hours: int = Field(72, ge=1, description="After this long the new level is taken for the normal one.")


class Sentiment(Section):
    """The sentiment model."""

    threshold: float = Field(0.5, gt=0, lt=1, description="Probability from which a post counts as negative.")


class Kafka(Section):
    """How to reach the broker and which topics to use."""

    bootstrap_servers: str = Field("localhost:9092", description="Comma-separated host:port list.")
    posts_topic: str = Field("larum.posts", description="Posts come in here.")
    dead_topic: str = Field("larum.posts.dead", description="Posts that cannot be read go here.")
    tallies_topic: str = Field("larum.tallies", description="From the match stage to the watch stage.")
    crises_topic: str = Field("larum.crises", description="Crisis events go out here.")
    counts_topic: str = Field("larum.counts", description="What was counted of each closed bucket goes out here.")
    labels_topic: str = Field("larum.labels", description="Judged posts, from which sentiment learns.")
    models_topic: str = Field("larum.models", description="What sentiment has learned is kept here for a quick start.")
    incidents_topic: str = Field("larum.incidents", description="What people do about crises goes here.")
    audit_topic: str = Field("larum.audit", description="Who did what on the pages, and who was refused, goes here.")
    group: str = Field("larum", description="Consumer group and prefix of the changelog topics.")
    partitions: int = Field(4, ge=1, le=1024, description="Partitions of posts and tallies.")
    replication_factor: int = Field(1, ge=1, le=10, description="Copies of each topic; 3 in production.")
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = Field(
        "PLAINTEXT", description="PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL."
    )
    ssl_cafile: str | None = Field(None, description="Authorities to trust, PEM; the system's by default.")
    ssl_certfile: str | None = Field(None, description="Client certificate, PEM; with ssl_keyfile.")
    ssl_keyfile: str | None = Field(None, description="Its private key, PEM.")
    ssl_password: Secret | None = Field(None, description="What the private key is encrypted with.")
    ssl_password_file: str | None = Field(
        None, description="A file that holds the key's password; or set LARUM_KAFKA_SSL_PASSWORD."
    )
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] | None = Field(
        None, description="PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512; with user name and password."
    )
    sasl_username: str | None = Field(None, description="User name for SASL.")
    sasl_password: Secret | None = Field(None, description="Password for SASL.")
    sasl_password_file: str | None = Field(
        None, description="A file that holds the password; or set LARUM_KAFKA_SASL_PASSWORD."
    )
    session_timeout_seconds: float = Field(10.0, ge=1, description="A worker silent for this long is given up.")
    heartbeat_seconds: float = Field(3.0, ge=0.1, description="How often a worker says that it lives.")
    fetch_records: int = Field(5_000, ge=1, description="An agent gets at most this many records at a time.")
    checkpoint_seconds: float = Field(
        30.0, gt=0, description="How often the watch writes its state: what came since is read again after a crash."
    )
    idle_seconds: float = Field(
        5.0, gt=0, description="An input read to its end for this long is no longer waited for."
    )
    max_drift_seconds: float = Field(
        3_600.0, ge=0, description="A partition further ahead of the slowest than this, and a bucket, waits for it."
    )
    shed_after_seconds: float = Field(
        0.0, ge=0, description="Of loud brands every other post is left out while posts wait longer; 0: never."
    )


class Server(Section):
    """The port for metrics, health and posts."""

    host: str = Field("127.0.0.1", description="Address to listen on; 0.0.0.0 for all.")
    port: int = Field(8321, ge=0, le=65535, description="0 takes any free port.")
    token: Secret | None = Field(
        None, description="Required as 'Authorization: Bearer …' on POST /posts and /labels when set."
    )
    token_file: str | None = Field(None, description="A file that holds the token; or set LARUM_SERVER_TOKEN.")
    stall_seconds: float = Field(
        60.0, gt=0, description="/healthz fails when work was there and none got done for so long."
    )


class Journal(Section):
    """What `larum watch` keeps of what it counted, so that `larum explain` can say why."""

    days: int = Field(28, ge=0, le=366, description="How far back any minute can be explained; 0 keeps nothing.")


class Notify(Section):
    """What those who are told of crises need beside the crises."""

    report_url: str | None = Field(
        None, pattern=r"^https?://", description="Where a report is: {crisis} and {brand} in it are filled in."
    )
    heartbeat_url: Secret | None = Field(
        None, description="Pinged while larum is healthy, for a dead man's switch outside; it may be a secret."
    )
    heartbeat_url_file: str | None = Field(
        None, description="A file that holds the address; or set LARUM_NOTIFY_HEARTBEAT_URL."
    )
    heartbeat_seconds: float = Field(60.0, ge=1, le=86_400, description="How often it is pinged.")
    allow_private: bool = Field(False, description="Whether it may be at a private or local address.")
    canary_seconds: float = Field(
        30.0, ge=0, le=3_600, description="How often a canary is sent into each partition of posts; 0: never."
    )


class Response(Section):
    """What is to be done about a crisis, and until when."""

    min_severity: Literal["warning", "critical"] = Field("warning", description="What is less severe is no incident.")
    acknowledge_minutes: float = Field(15.0, gt=0, description="Until somebody has said that they look into it.")
    assess_minutes: float = Field(30.0, gt=0, description="Until it has been assessed for the first time.")
    first_word_minutes: float = Field(60.0, gt=0, description="Until the first public word.")
    update_minutes: float = Field(120.0, gt=0, description="From one public word to the next, where none is promised.")
    critical_factor: float = Field(0.5, gt=0, le=1, description="Of these times, where the crisis is critical.")
    off_hours_factor: float = Field(
        1.0, ge=1, le=24, description="Of these times at night, at weekends and on holidays: crises do not wait."
    )


class Web(Section):
    """The pages and the API for those who respond: `larum watch --serve`, and `larum web` beside Kafka."""

    address: str | None = Field(
        None,
        pattern=r"^https?://[^/\s?#]+$",
        description="Where people reach them, such as https://larum.example.org: for links, and behind a proxy.",
    )
    proxies: tuple[Network, ...] = Field(
        (), description="Networks of proxies in front, whose X-Forwarded-For says who asks, such as 10.0.0.0/8."
    )
    max_streams: int = Field(1_000, ge=1, le=100_000, description="Pages and programs that may listen live at once.")
    max_streams_each: int = Field(20, ge=1, description="Of these, those of one person.")


class Bluesky(Section):
    """Where Bluesky's public posts are read."""

    hosts: tuple[Annotated[str, Field(pattern=r"^wss?://")], ...] = Field(
        (
            "wss://jetstream1.us-east.bsky.network/subscribe",
            "wss://jetstream2.us-east.bsky.network/subscribe",
            "wss://jetstream1.us-west.bsky.network/subscribe",
            "wss://jetstream2.us-west.bsky.network/subscribe",
        ),
        min_length=1,
        description="Jetstream servers, tried in turn.",
    )


class Settings(Section):
    """The whole configuration."""

    brands: tuple[Brand, ...] = Field(min_length=1)
    detection: Detection = Detection()
    sentiment: Sentiment = Sentiment()
    kafka: Kafka = Kafka()
    server: Server = Server()
    journal: Journal = Journal()
    bluesky: Bluesky = Bluesky()
    notify: Notify = Notify()
    response: Response = Response()
    web: Web = Web()
    receivers: tuple[AnyReceiver, ...] = ()
    tokens: tuple[Token, ...] = ()
