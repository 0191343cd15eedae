"""The templates of the pages: everything that is filled in is escaped, and a name that is not known is an error."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined


@cache
def environment() -> Environment:
    """Give what loads them."""
    return Environment(
        loader=PackageLoader("streams"), undefined=StrictUndefined, autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
