"""`larum init`: write a configuration to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from streams.cli.common import DEFAULT_CONFIG, fail
from streams.config import template


def command(
    path: Annotated[Path, typer.Argument(help="Where to write it.")] = DEFAULT_CONFIG,
    force: Annotated[bool, typer.Option("--force", help="Overwrite a file that is already there.")] = False,
) -> None:
    """Write a commented configuration: three example brands, and every setting with its default.

    Example: larum init && larum check "Drogo na Orlenie"
    """
    try:
        with path.open("w" if force else "x", encoding="utf-8") as file:
            file.write(template())
    except FileExistsError:
        fail(f"{path} is already there; --force overwrites it")
    except OSError as error:
        fail(f"{path}: cannot be written: {error.strerror}")
    typer.echo(f'{path} written. Put your brands into it, then: larum check --config {path} "A sentence about them"')
