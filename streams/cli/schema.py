"""``larum schema``: the JSON Schemas of what crosses larum's borders."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import msgspec
import typer

from streams.bucketcounts import BucketCount
from streams.core.crises import CrisisEvent
from streams.core.labels import Label
from streams.core.posts import Post


class Contract(StrEnum):
    """What has a schema."""

    POST = "post"
    CRISIS = "crisis"
    COUNTS = "counts"
    LABEL = "label"


STRUCTS: dict[Contract, type[msgspec.Struct]] = {
    Contract.POST: Post,
    Contract.CRISIS: CrisisEvent,
    Contract.COUNTS: BucketCount,
    Contract.LABEL: Label,
}


def schema_of(contract: Contract) -> dict[str, Any]:
    """Give the JSON Schema (2020-12) of a contract.

    Examples
    --------
    >>> schema_of(Contract.POST)["$id"]
    'urn:larum:schema:post:1'
    """
    schema = msgspec.json.schema(STRUCTS[contract], ref_template="#/$defs/{name}")
    dialect = "https://json-schema.org/draft/2020-12/schema"
    return {"$schema": dialect, "$id": f"urn:larum:schema:{contract.value}:1", **schema}


def command(contract: Annotated[Contract, typer.Argument(help="Which contract.")]) -> None:
    """Print the JSON Schema of a post, of a crisis event, of a line of the topic of counts, or of a label.

    Example: `larum schema post > post.schema.json`
    """
    typer.echo(msgspec.json.format(msgspec.json.encode(schema_of(contract))).decode())
