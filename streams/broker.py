"""How clients reach the broker: settings become options of aiokafka and of Faust, secrets only at the last moment."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import faust
from faust.types.auth import CredentialsT

from streams.core.settings import Kafka


class BrokerSettingsError(ValueError):
    """Settings of the broker that contradict each other or point at nothing; the message names the key."""


def client_options(kafka: Kafka) -> dict[str, Any]:
    """Options for every aiokafka client.

    Parameters
    ----------
    kafka
        Where the broker is and how to be let in.

    Returns
    -------
    dict
        Holds the password in clear where there is one: pass it on, do not keep, print or log it.

    Raises
    ------
    BrokerSettingsError
        A key is missing, contradicts another, or names a file that cannot be read.

    Examples
    --------
    >>> client_options(Kafka(bootstrap_servers="kafka-1:9092,kafka-2:9092"))
    {'bootstrap_servers': ['kafka-1:9092', 'kafka-2:9092'], 'security_protocol': 'PLAINTEXT'}
    """
    options: dict[str, Any] = {"bootstrap_servers": servers(kafka), "security_protocol": kafka.security_protocol}
    if context := tls(kafka):
        options["ssl_context"] = context
    if kafka.security_protocol.startswith("SASL"):
        mechanism, username, password = sasl(kafka)
        options |= {
            "sasl_mechanism": mechanism,
            "sasl_plain_username": username,
            "sasl_plain_password": password,
        }
    return options


def faust_options(kafka: Kafka) -> dict[str, Any]:
    """Options for a Faust application.

    Examples
    --------
    >>> faust_options(Kafka(bootstrap_servers="kafka-1:9092,kafka-2:9092"))
    {'broker': 'kafka://kafka-1:9092;kafka-2:9092', 'broker_credentials': None}
    """
    return {"broker": "kafka://" + ";".join(servers(kafka)), "broker_credentials": _credentials(kafka)}


def servers(kafka: Kafka) -> list[str]:
    """Split the list of servers."""
    found = [server.strip() for server in kafka.bootstrap_servers.split(",") if server.strip()]
    if not found:
        raise BrokerSettingsError("kafka.bootstrap_servers names no server")
    return found


def tls(kafka: Kafka) -> ssl.SSLContext | None:
    """Make the TLS context, or None where the connection is not encrypted."""
    files = {
        "ssl_cafile": kafka.ssl_cafile,
        "ssl_certfile": kafka.ssl_certfile,
        "ssl_keyfile": kafka.ssl_keyfile,
    }
    if not kafka.security_protocol.endswith("SSL"):
        for key, path in files.items():
            if path:
                raise BrokerSettingsError(f"kafka.{key} is set, but kafka.security_protocol is not SSL or SASL_SSL")
        return None
    if kafka.ssl_keyfile and not kafka.ssl_certfile:
        raise BrokerSettingsError("kafka.ssl_keyfile needs kafka.ssl_certfile")
    _readable(files)
    try:
        context = ssl.create_default_context(cafile=kafka.ssl_cafile)
        if kafka.ssl_certfile:
            password = kafka.ssl_password.get_secret_value() if kafka.ssl_password else ""
            # Without any, OpenSSL would ask for it at the terminal.
            context.load_cert_chain(kafka.ssl_certfile, kafka.ssl_keyfile, password)
    except ssl.SSLError as error:
        if kafka.ssl_keyfile and _is_encrypted(kafka.ssl_keyfile):
            raise BrokerSettingsError(
                f"kafka.ssl_keyfile = {kafka.ssl_keyfile!r} is encrypted, and LARUM_KAFKA_SSL_PASSWORD or "
                "kafka.ssl_password_file does not open it"
            ) from error
        raise BrokerSettingsError(f"the TLS files of [kafka] do not hold what they should: {error}") from error
    return context


def sasl(kafka: Kafka) -> tuple[str, str, str]:
    """Return mechanism, user and password of a broker that asks for them."""
    if kafka.sasl_mechanism is None or kafka.sasl_username is None:
        raise BrokerSettingsError(
            f"kafka.security_protocol = {kafka.security_protocol!r} needs kafka.sasl_mechanism and kafka.sasl_username"
        )
    if kafka.sasl_password is None:
        raise BrokerSettingsError("LARUM_KAFKA_SASL_PASSWORD or kafka.sasl_password_file is needed")
    return kafka.sasl_mechanism, kafka.sasl_username, kafka.sasl_password.get_secret_value()


def _credentials(kafka: Kafka) -> CredentialsT | None:
    context = tls(kafka)
    if kafka.security_protocol.startswith("SASL"):
        mechanism, username, password = sasl(kafka)
        return faust.SASLCredentials(username=username, password=password, mechanism=mechanism, ssl_context=context)
    return faust.SSLCredentials(context) if context else None


def _is_encrypted(keyfile: str) -> bool:
    """Tell by its first lines whether a private key is encrypted: PKCS #8, or the older form."""
    head = Path(keyfile).read_bytes()[:200]
    return b"BEGIN ENCRYPTED" in head or b"Proc-Type: 4,ENCRYPTED" in head


def _readable(files: Mapping[str, str | None]) -> None:
    for key, path in files.items():
        if path:
            try:
                with Path(path).open("rb"):
                    pass
            except OSError as error:
                raise BrokerSettingsError(f"kafka.{key} = {path!r}: {error.strerror}") from error
