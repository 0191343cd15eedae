"""The commands that a finding proposes."""

from __future__ import annotations

from streams.core.settings import Kafka


def alter(kafka: Kafka, topic: str, **config: object) -> str:
    """Set keys of a topic's configuration; underscores stand for dots.

    Examples
    --------
    >>> alter(Kafka(), "larum.posts", retention_ms=604800000)
    'kafka-configs.sh --bootstrap-server localhost:9092 --alter --topic larum.posts --add-config retention.ms=604800000'
    """
    pairs = ",".join(f"{key.replace('_', '.')}={_value(value)}" for key, value in config.items())
    return f"kafka-configs.sh --bootstrap-server {kafka.bootstrap_servers} --alter --topic {topic} --add-config {pairs}"


def grant(kafka: Kafka, operation: str, resource: str, name: str) -> str:
    """Allow the configured user something.

    Examples
    --------
    >>> grant(Kafka(), "Read", "group", "larum")
    'kafka-acls.sh --bootstrap-server localhost:9092 --add --allow-principal User:ANONYMOUS --operation Read --group larum'
    """  # noqa: E501
    target = f"--{resource}" if resource == "cluster" else f"--{resource} {name}"
    return (
        f"kafka-acls.sh --bootstrap-server {kafka.bootstrap_servers} --add --allow-principal User:{principal(kafka)} "
        f"--operation {operation} {target}"
    )


def principal(kafka: Kafka) -> str:
    """Name the user that the broker sees."""
    if kafka.security_protocol.startswith("SASL"):
        return kafka.sasl_username or "?"
    return "'the subject of kafka.ssl_certfile'" if kafka.ssl_certfile else "ANONYMOUS"


def _value(value: object) -> str:
    text = str(value)
    return f"[{text}]" if "," in text else text
