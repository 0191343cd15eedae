"""Settings that are each right and together make no sense."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from streams.config.locator import Path
from streams.core.matching.folding import fold
from streams.core.matching.phrase import Phrase
from streams.core.settings import Brand, Kafka


class Fault(NamedTuple):
    """What is wrong, and the path of the key where it is."""

    path: Path
    message: str


def between_brands(brands: Mapping[int, Brand]) -> Iterator[Fault]:
    """Find what two brands claim alike.

    Parameters
    ----------
    brands
        By their index in the file.
    """
    owners: dict[tuple[str, str], int] = {}
    for index, brand in brands.items():
        claims: list[tuple[str, str, Path]] = [("id", brand.id, ("id",)), ("name", brand.name, ("name",))]
        claims += [("name", alias, ("aliases", place)) for place, alias in enumerate(brand.aliases)]
        claims += [("handle", handle, ("handles", place)) for place, handle in enumerate(brand.handles)]
        claims += [("hashtag", hashtag, ("hashtags", place)) for place, hashtag in enumerate(brand.hashtags)]
        for kind, value, path in claims:
            owner = owners.setdefault((kind, fold(value)), index)
            if owner != index:
                taken = f"the {kind} '{value}' is already that of brand '{brands[owner].id}' (number {owner + 1})"
                yield Fault(("brands", index, *path), taken)


def within_brand(index: int, brand: Brand) -> Iterator[Fault]:
    """Find names that a brand's own exclusions swallow, and exclusions that can never apply."""
    if not brand.exclude:  # inflecting a hundred thousand names takes a minute
        return
    named: list[tuple[Path, str]] = [(("name",), brand.name)]
    named += [(("aliases", place), alias) for place, alias in enumerate(brand.aliases)]
    phrases = [Phrase(text, inflect=brand.inflect) for _, text in named]
    words = frozenset[str]().union(*(word for phrase in phrases for word in phrase.words))
    for place, text in enumerate(brand.exclude):
        excluded = Phrase(text, inflect=brand.inflect)
        for path, name in named:
            if any(excluded.spans(fold(name))):
                swallowed = f"'{name}' could never count, for the exclusion '{text}' is a part of it"
                yield Fault(("brands", index, *path), swallowed)
        if not any(words & word for word in excluded.words):
            useless = f"'{text}' holds no word of the brand's names, so it could never apply; use 'context' instead"
            yield Fault(("brands", index, "exclude", place), useless)


def in_kafka(kafka: Kafka) -> Iterator[Fault]:
    """Find security settings of which a part is missing, timeouts that do not fit, and a topic used twice."""
    yield from _sasl(kafka)
    yield from _tls(kafka)
    yield from _topics(kafka)
    if kafka.heartbeat_seconds >= kafka.session_timeout_seconds / 2:
        slow = f"{kafka.heartbeat_seconds:g} s must be less than half of session_timeout_seconds"
        yield Fault(("kafka", "heartbeat_seconds"), f"{slow} ({kafka.session_timeout_seconds:g} s)")


def in_receivers(receivers: Sequence[object], brands: Collection[str]) -> Iterator[Fault]:
    """Find names given twice, brands that are not watched, and half of a login.

    Parameters
    ----------
    receivers
        Their tables as they stand in the file.
    brands
        Identifiers of all brands.
    """
    names: dict[str, int] = {}
    for index, table in enumerate(receivers):
        if not isinstance(table, dict):
            continue
        first = names.setdefault(str(table.get("name")), index)
        if first != index:
            yield Fault(("receivers", index, "name"), f"is already that of receiver number {first + 1}")
        told = table.get("brands")
        for place, brand in enumerate(told if isinstance(told, list) else ()):
            if brand not in brands:
                yield Fault(("receivers", index, "brands", place), f"there is no brand '{brand}'")
        if table.get("kind") == "email" and ("username" in table) != ("password" in table):
            yield Fault(("receivers", index, "username"), "a user name needs a password, and a password a user name")


def in_tokens(tokens: Sequence[object]) -> Iterator[Fault]:
    """Find names that the environment could not tell apart, and a token that two have.

    Parameters
    ----------
    tokens
        Their tables as they stand in the file, with the secrets put in.
    """
    owners: dict[tuple[str, str], int] = {}
    for index, table in enumerate(tokens):
        if not isinstance(table, dict):
            continue
        for key, value in (("name", str(table.get("name")).replace("-", "_")), ("token", table.get("token"))):
            first = owners.setdefault((key, value), index) if isinstance(value, str) else index
            if first != index:
                yield Fault(("tokens", index, key), f"is already that of token number {first + 1}")


def _sasl(kafka: Kafka) -> Iterator[Fault]:
    wanted = kafka.security_protocol.startswith("SASL")
    if kafka.sasl_mechanism is not None:
        path = ("kafka", "sasl_mechanism")
        if not wanted:
            yield Fault(path, f"needs security_protocol SASL_SSL or SASL_PLAINTEXT, not {kafka.security_protocol}")
        if kafka.sasl_username is None:
            yield Fault(path, "needs sasl_username")
        if kafka.sasl_password is None:
            yield Fault(path, "needs a password: LARUM_KAFKA_SASL_PASSWORD or sasl_password_file")
    elif wanted:
        yield Fault(("kafka", "security_protocol"), f"{kafka.security_protocol} needs sasl_mechanism")
    elif kafka.sasl_username is not None:
        yield Fault(("kafka", "sasl_username"), "needs sasl_mechanism")


def _tls(kafka: Kafka) -> Iterator[Fault]:
    if kafka.ssl_certfile is not None and kafka.ssl_keyfile is None:
        yield Fault(("kafka", "ssl_certfile"), "needs ssl_keyfile")
    if kafka.ssl_keyfile is not None and kafka.ssl_certfile is None:
        yield Fault(("kafka", "ssl_keyfile"), "needs ssl_certfile")
    if kafka.ssl_cafile is not None and not kafka.security_protocol.endswith("SSL"):
        yield Fault(("kafka", "ssl_cafile"), f"has no effect with security_protocol {kafka.security_protocol}")


def _topics(kafka: Kafka) -> Iterator[Fault]:
    owners: dict[str, str] = {}
    for key in (name for name in Kafka.model_fields if name.endswith("_topic")):
        topic: str = getattr(kafka, key)
        owner = owners.setdefault(topic, key)
        if owner != key:
            yield Fault(("kafka", key), f"'{topic}' is already the {owner}")
