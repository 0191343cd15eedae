"""Does the broker let larum in, and may it do what it is about to do? Asked once, before anything begins.

aiokafka logs why a connection failed and raises only that it did, and Faust waits for ever for a group that it may not
join. Asked beforehand, the broker's own answer can be told, with the key of the configuration that it is about.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Mapping

from aiokafka.conn import AIOKafkaConnection, collect_hosts
from aiokafka.errors import (
    GroupAuthorizationFailedError,
    IncompatibleBrokerVersion,
    KafkaError,
    SaslAuthenticationFailed,
    TopicAuthorizationFailedError,
    UnsupportedSaslMechanismError,
)
from aiokafka.protocol.coordination import FindCoordinatorRequest

from streams.broker import BrokerSettingsError, client_options
from streams.core.settings import Kafka
from streams.wire import PermittedMetadata, Right

CONNECT_MILLISECONDS = 10_000
END_SECONDS = 2.0  # for what a broker says when it ends a connection
REFUSALS = (SaslAuthenticationFailed, UnsupportedSaslMechanismError)  # they say why


class AccessError(BrokerSettingsError):
    """The broker cannot be reached, does not let larum in, or does not let it do what it must."""


class AwayError(AccessError):
    """No broker answers now; one may later."""


async def check(kafka: Kafka, topics: Mapping[str, frozenset[Right]] | None = None, group: str | None = None) -> None:
    """Raise unless the broker lets larum in, and may be asked for what is needed.

    Parameters
    ----------
    kafka
        Where the broker is and how to be let in.
    topics
        What must be allowed, by topic; one that is not there is passed over.
    group
        A consumer group that must be open.

    Raises
    ------
    AccessError
        Names the server and the key that is wrong, or every right that is missing; an `AwayError` where nobody answers.
    BrokerSettingsError
        The settings contradict each other.
    """
    connection = await _connected(kafka)
    try:
        missing = [*await _missing(connection, topics or {}), *(await _closed(connection, group) if group else ())]
    except KafkaError as error:
        raise AccessError(f"{connection.host}:{connection.port} ended the conversation: {error}") from error
    finally:
        await _end(connection)
    if missing:
        who = f"the user {kafka.sasl_username!r}" if kafka.sasl_username else "the user that larum connects as"
        raise AccessError(
            f"{who} may not {'; may not '.join(missing)}. Grant it on the broker: deploy/README.md lists all rights."
        )


async def _missing(connection: AIOKafkaConnection, topics: Mapping[str, frozenset[Right]]) -> list[str]:
    """Say which rights are missing on topics; nothing where the broker is too old (before 2.3) to be asked."""
    try:
        answer = await connection.send(PermittedMetadata(sorted(topics)))
    except (IncompatibleBrokerVersion, NotImplementedError):
        return []
    missing = []
    for code, topic, _, _, authorized in sorted(answer.topics, key=lambda told: str(told[1])):
        refused = code == TopicAuthorizationFailedError.errno
        if code and not refused:
            continue
        lacking = [right for right in sorted(topics[topic]) if refused or not authorized >> right & 1]
        missing += [f"{right} the topic {topic}" for right in lacking]
    return missing


async def _closed(connection: AIOKafkaConnection, group: str) -> list[str]:
    answer = await connection.send(FindCoordinatorRequest(group, 0))
    return [f"Read the group {group}"] if answer.error_code == GroupAuthorizationFailedError.errno else []


async def _connected(kafka: Kafka) -> AIOKafkaConnection:
    """Connect to the first server that lets larum in."""
    options = client_options(kafka)
    faults, away = [], True
    for server in options.pop("bootstrap_servers"):
        host, port = _address(server)
        connection = AIOKafkaConnection(host, port, request_timeout_ms=CONNECT_MILLISECONDS, **options)
        try:
            await connection.connect()
        except REFUSALS as error:
            await _end(connection)
            faults.append(_in_words(kafka, server, error))
        except KafkaError as error:
            away = False
            await _end(connection)
            faults.append(_in_words(kafka, server, await _alert(host, port, options.get("ssl_context")) or error))
        except (OSError, TimeoutError) as error:
            away = away and not isinstance(error, ssl.SSLError)
            faults.append(_in_words(kafka, server, error))
        else:
            return connection
    raise (AwayError if away else AccessError)("; ".join(faults))


async def _end(connection: AIOKafkaConnection) -> None:
    """Close a connection, and wait until its socket is."""
    await asyncio.wait([connection.close()], timeout=END_SECONDS)


def _address(server: str) -> tuple[str, int]:
    try:
        [(host, port, _)] = collect_hosts([server])
    except ValueError as error:
        raise BrokerSettingsError(f"kafka.bootstrap_servers: {server!r} is not host:port") from error
    return str(host), int(port)


async def _alert(host: str, port: int, context: ssl.SSLContext | None) -> ssl.SSLError | None:
    """Give the TLS alert with which a broker ends a connection: it comes after the handshake, and aiokafka drops it."""
    if context is None:
        return None
    try:
        async with asyncio.timeout(END_SECONDS):
            reader, writer = await asyncio.open_connection(host, port, ssl=context)
            try:
                await reader.read(1)
            finally:
                writer.transport.abort()  # a close would wait for an answer, and outlast the event loop
                with contextlib.suppress(OSError):
                    await writer.wait_closed()
    except ssl.SSLError as alert:
        return alert
    except (OSError, TimeoutError):
        pass
    return None


def _in_words(kafka: Kafka, server: str, error: Exception) -> str:
    if isinstance(error, ssl.SSLError) and (told := _of_certificates(kafka, server, error)):
        return told
    if isinstance(error, SaslAuthenticationFailed):
        return (
            f"kafka.sasl_username = {kafka.sasl_username!r}: {server} refused the user or the password "
            f"(LARUM_KAFKA_SASL_PASSWORD or kafka.sasl_password_file), by {kafka.sasl_mechanism}"
        )
    if isinstance(error, UnsupportedSaslMechanismError):
        return f"kafka.sasl_mechanism: {server} does not take {kafka.sasl_mechanism}"
    if isinstance(error, (ssl.SSLError, ConnectionResetError, KafkaError)):
        asked = f"is kafka.security_protocol = {kafka.security_protocol!r} right?"
        return f"no broker answers at {server}: it ended the connection; {asked}"
    reason = (isinstance(error, OSError) and error.strerror) or f"silent for {CONNECT_MILLISECONDS / 1000:.0f} s"
    return f"no broker answers at {server} (kafka.bootstrap_servers): {reason}"


def _of_certificates(kafka: Kafka, server: str, error: ssl.SSLError) -> str | None:
    """Say which certificate is not accepted: the broker's by us, or ours by the broker."""
    if isinstance(error, ssl.SSLCertVerificationError):
        key = "bootstrap_servers" if "mismatch" in error.verify_message else "ssl_cafile"
        return f"kafka.{key}: the certificate of {server} is not accepted: {error.verify_message}"
    alert = (error.reason or "").lower().replace("_", " ")
    if "certificate" not in alert:
        return None
    ours = "is not accepted" if kafka.ssl_certfile else "is not set"
    return f"kafka.ssl_certfile {ours}: {server} ended the connection: {alert}"
