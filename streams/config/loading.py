"""Read the configuration file into settings, or say everything that is wrong with it, with file, line and key."""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path as FilePath
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from streams.config.contradictions import Fault, between_brands, in_kafka, in_receivers, in_tokens, within_brand
from streams.config.locator import Path, locate
from streams.config.secrets import take_secrets
from streams.core.receivers import KINDS, Receiver
from streams.core.settings import (
    Bluesky,
    Brand,
    Detection,
    Journal,
    Kafka,
    Notify,
    Response,
    Sentiment,
    Server,
    Settings,
    Web,
)
from streams.core.tokens import Token

_Model = TypeVar("_Model", bound=BaseModel)

_SECTIONS: dict[str, type[BaseModel]] = {
    "brands": Brand,
    "detection": Detection,
    "sentiment": Sentiment,
    "kafka": Kafka,
    "server": Server,
    "journal": Journal,
    "bluesky": Bluesky,
    "notify": Notify,
    "response": Response,
    "tokens": Token,
    "web": Web,
}


class ConfigurationError(ValueError):
    """A configuration that cannot be used; a line of the message for each fault: file, line, key and what is wrong."""


def load(path: FilePath, environ: Mapping[str, str], *, receivers: bool = True, tokens: bool = True) -> Settings:
    """Read a configuration.

    Parameters
    ----------
    path
        Of the TOML file.
    environ
        Environment variables; ``LARUM_KAFKA_SASL_PASSWORD``, ``LARUM_KAFKA_SSL_PASSWORD``, ``LARUM_SERVER_TOKEN``,
        ``LARUM_RECEIVER_NAME_KEY`` and ``LARUM_TOKEN_NAME`` are taken from it where they are not empty. Secrets can
        also stand in files of their own, relative to the configuration, but not in the configuration, which is shown,
        copied and kept under version control.
    receivers
        False leaves them out: who tells nobody needs none of their secrets.
    tokens
        False leaves them out: who shows no pages needs none of them.

    Returns
    -------
    Settings

    Raises
    ------
    ConfigurationError
        The file cannot be read, is no TOML, has unknown keys, values of the wrong type or out of bounds, or contradicts
        itself. The message holds all faults, and never a secret.
    """
    try:
        document = path.read_text(encoding="utf-8-sig")
        data = tomllib.loads(document)
    except FileNotFoundError as error:
        raise ConfigurationError(f"{path}: there is no such file; 'larum init' writes one") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: cannot be read: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(_syntax_error(path, document, str(error))) from error
    if not receivers:
        data.pop("receivers", None)
    if not tokens:
        data.pop("tokens", None)
    faults = list(take_secrets(data, path.parent, environ))
    settings, errors = _validated(Settings, data)
    # Pydantic counts only valid tables: a list of wrong ones is too short to it as well.
    too_few = data.get("brands") and ("too_short", ("brands",))
    faults += [_fault(error) for error in errors if (error["type"], error["loc"]) != too_few]
    faults += _contradictions(data)
    if settings is None or faults:
        raise ConfigurationError(_report(path, locate(document), faults))
    return settings


def _syntax_error(path: FilePath, document: str, message: str) -> str:
    place = re.search(r" \(at (?:line (\d+), column (\d+)|end of document)\)$", message)
    if place is None:
        return f"{path}: {message}"
    line = place[1] or str(document.count("\n") + 1)
    return f"{path}:{line}: {message[: place.start()]}"


def _validated(model: type[_Model], data: object) -> tuple[_Model | None, list[ErrorDetails]]:
    try:
        # By way of JSON, where pydantic's strict mode takes arrays for tuples, but no text for numbers.
        return model.model_validate_json(json.dumps(data, default=str), strict=True), []
    except ValidationError as error:
        return None, error.errors(include_url=False, include_context=False, include_input=False)


def _salvaged(model: type[_Model], table: object) -> _Model | None:
    """Read what is right of a table, so that one mistake does not hide the next; None where too much is missing."""
    whole, errors = _validated(model, table)
    if whole is not None or not isinstance(table, dict):
        return whole
    wrong = {error["loc"][0] for error in errors if error["loc"]}
    return _validated(model, {key: value for key, value in table.items() if key not in wrong})[0]


def _contradictions(data: Mapping[str, Any]) -> Iterator[Fault]:
    tables = data.get("brands")
    read = {index: _salvaged(Brand, table) for index, table in enumerate(tables if isinstance(tables, list) else [])}
    brands = {index: brand for index, brand in read.items() if brand is not None}
    yield from between_brands(brands)
    for index, brand in brands.items():
        yield from within_brand(index, brand)
    kafka = _salvaged(Kafka, data.get("kafka", {}))
    if kafka is not None:
        yield from in_kafka(kafka)
    told = data.get("receivers")
    yield from in_receivers(told if isinstance(told, list) else [], {brand.id for brand in brands.values()})
    tokens = data.get("tokens")
    yield from in_tokens(tokens if isinstance(tokens, list) else [])


def _fault(error: ErrorDetails) -> Fault:
    path, model = _placed(error["loc"])
    if error["type"] == "extra_forbidden":
        return Fault(path, f"unknown key{_suggestion(str(path[-1]), model)}")
    if error["type"].startswith("union_tag"):
        return Fault((*path, "kind"), f"must be one of {', '.join(KINDS)}")
    if path == ("brands",) and error["type"] in {"missing", "too_short"}:
        return Fault(path, "at least one [[brands]] table is needed")
    if error["type"] == "missing" and model is Token and path[-1] == "token":
        return Fault(path, "is missing: set LARUM_TOKEN_ and its name, or token_file")
    if error["type"] == "missing":
        return Fault(path, "is missing")
    return Fault(path, error["msg"].removeprefix("Value error, ").removeprefix("Input "))


def _placed(path: Path) -> tuple[Path, type[BaseModel]]:
    """Give the path of a fault as it is in the file, and the model of its table; pydantic adds a receiver's kind."""
    if path[:1] == ("receivers",) and len(path) > 2 and path[2] in KINDS:
        return (*path[:2], *path[3:]), KINDS[str(path[2])]
    return path, _SECTIONS.get(str(path[0]), Receiver) if len(path) > 1 else Settings


def _suggestion(key: str, model: type[BaseModel]) -> str:
    near = difflib.get_close_matches(key, model.model_fields, n=1)
    return f"; did you mean '{near[0]}'?" if near else f"; known are {', '.join(model.model_fields)}"


def _report(path: FilePath, lines: Mapping[Path, int], faults: list[Fault]) -> str:
    placed = sorted({(_line(lines, fault.path), _dotted(fault.path), fault.message) for fault in faults})
    return "\n".join(f"{path}:{line}: {key}: {message}" for line, key, message in placed)


def _line(lines: Mapping[Path, int], path: Path) -> int:
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


def _dotted(path: Path) -> str:
    """Write a path as people count: ``brands[1].aliases[2]``."""
    return "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")
