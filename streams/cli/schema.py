"""``larum schema``: the JSON Schemas of what crosses larum's borders, and the description of its API."""

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
    API = "api"


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
    """Print the JSON Schema of a post, a crisis event, a line of the topic of counts, or a label; or the API's OpenAPI.

    Example: `larum schema post > post.schema.json`
    """
    if contract is Contract.API:
        from streams.web.openapi import document

        described = document()
    else:
        described = schema_of(contract)
    typer.echo(msgspec.json.format(msgspec.json.encode(described)).decode())
