"""Secrets of the configuration: from the environment, or from files of their own, never from the file itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path as FilePath
from typing import Any, NamedTuple

from streams.config.contradictions import Fault
from streams.config.locator import Path
from streams.core.receivers import SECRETS


class Secret(NamedTuple):
    """A secret of one table: its path, its key, and the environment variable that may hold it."""

    path: Path
    key: str
    variable: str

    @property
    def file_key(self) -> str:
        """Key of the file that may hold it."""
        return f"{self.key}_file"


_OF_SECTIONS = (
    Secret(("kafka",), "sasl_password", "LARUM_KAFKA_SASL_PASSWORD"),
    Secret(("kafka",), "ssl_password", "LARUM_KAFKA_SSL_PASSWORD"),
    Secret(("server",), "token", "LARUM_SERVER_TOKEN"),
    Secret(("notify",), "heartbeat_url", "LARUM_NOTIFY_HEARTBEAT_URL"),
)


def take_secrets(data: dict[str, Any], folder: FilePath, environ: Mapping[str, str]) -> Iterator[Fault]:
    """Put secrets from the environment and from files where settings have them.

    Both ways at once are a fault, and so is a secret in the configuration itself.
    """
    for secret in _OF_SECTIONS:
        (section,) = secret.path
        if environ.get(secret.variable):
            data.setdefault(str(section), {})
        yield from _take(data.get(str(section)), secret, folder, environ)
    receivers = data.get("receivers")
    for index, table in enumerate(receivers if isinstance(receivers, list) else ()):
        for key in SECRETS:
            if isinstance(table, dict):
                name = in_variables(table.get("name"))
                secret = Secret(("receivers", index), key, f"LARUM_RECEIVER_{name}_{key.upper()}")
                yield from _take(table, secret, folder, environ)
    tokens = data.get("tokens")
    for index, table in enumerate(tokens if isinstance(tokens, list) else ()):
        if isinstance(table, dict):
            secret = Secret(("tokens", index), "token", f"LARUM_TOKEN_{in_variables(table.get('name'))}")
            yield from _take(table, secret, folder, environ)


def in_variables(name: object) -> str:
    """Write a name as it stands in names of environment variables."""
    return str(name).upper().replace("-", "_")


def _take(table: object, secret: Secret, folder: FilePath, environ: Mapping[str, str]) -> Iterator[Fault]:
    if not isinstance(table, dict):
        return
    given, file_key = environ.get(secret.variable), secret.file_key
    if table.pop(secret.key, None) is not None:
        reason = f"a secret does not belong in this file: set {secret.variable}, or {file_key}"
        yield Fault((*secret.path, secret.key), reason)
    if given and file_key in table:
        reason = f"the secret is given more than once: {file_key} and {secret.variable}"
        yield Fault((*secret.path, file_key), reason)
    if given:
        table[secret.key] = given
    elif isinstance(table.get(file_key), str):
        try:
            table[secret.key] = (folder / table[file_key]).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = str(error.strerror) if isinstance(error, OSError) else "is not UTF-8 text"
            yield Fault((*secret.path, file_key), f"cannot read '{table[file_key]}': {reason}")
