"""What several commands share: the configuration option, errors in one line, and where output goes."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from streams.config import ConfigurationError, load
from streams.core.settings import Settings

Config = Annotated[Path, typer.Option("--config", "-c", help="The configuration; 'larum init' writes one.")]
Json = Annotated[bool, typer.Option("--json", help="Machine-readable output, one JSON document a line.")]
Labels = Annotated[
    Path | None, typer.Option("--labels", help="Teach the sentiment model first: a file as 'larum label' writes it.")
]
DEFAULT_CONFIG = Path("larum.toml")


class SourceName(StrEnum):
    """Live sources that larum can read by itself."""

    BLUESKY = "bluesky"


errors = Console(stderr=True)


def fail(message: str) -> NoReturn:
    """End with exit code 2 and one sentence on standard error."""
    errors.print(f"larum: {message}", style="bold red", markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(code=2)


def configuration(path: Path, *, receivers: bool = False, tokens: bool = False) -> Settings:
    """Load the configuration, or end with what is wrong with it; secrets of others only for who needs them."""
    try:
        return load(path, os.environ, receivers=receivers, tokens=tokens)
    except ConfigurationError as error:
        fail(str(error))
