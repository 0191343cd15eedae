"""Judge the configuration beyond its being valid: names that can be matched, secrets that only their owner reads."""

from __future__ import annotations

import stat
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from streams.broker import client_options
from streams.core.matching.matcher import Matcher
from streams.core.settings import Settings
from streams.doctor.findings import Finding, ok, warning

SECRETS = (
    ("kafka", "sasl_password_file"),
    ("kafka", "ssl_password_file"),
    ("kafka", "ssl_keyfile"),
    ("server", "token_file"),
)


def judge_configuration(path: Path, settings: Settings) -> Iterator[Finding]:
    """Say what the configuration holds, and who else could read its secrets.

    Raises
    ------
    BrokerSettingsError
        The settings of the broker cannot be used.
    """
    Matcher(settings.brands)
    client_options(settings.kafka)
    yield ok("configuration", f"{path}: {len(settings.brands)} brands, all names can be matched")
    data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    for section, key in SECRETS:
        name = _table(data, section).get(key)
        if name:
            yield _secret_file(f"{section}.{key}", path.parent / str(name))


def _table(data: dict[str, Any], section: str) -> dict[str, Any]:
    table = data.get(section, {})
    return table if isinstance(table, dict) else {}


def _secret_file(key: str, path: Path) -> Finding:
    if path.stat().st_mode & stat.S_IROTH:
        return warning("configuration", f"{key} = {path} can be read by everybody", f"chmod o= {path}")
    return ok("configuration", f"{key} = {path} can be read, and not by everybody")
