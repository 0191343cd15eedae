"""The templates of the pages: everything that is filled in is escaped, and a name that is not known is an error."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined


@cache
def environment() -> Environment:
    """Give what loads them."""
    made = Environment(
        loader=PackageLoader("streams"),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["lower_first"] = lower_first
    return made


def compile_all() -> None:
    """Compile the templates of all pages, so that nobody's first page waits for it."""
    made = environment()
    for name in made.list_templates(filter_func=lambda name: name.startswith("web/")):
        made.get_template(name)


def lower_first(text: str) -> str:
    """Let a sentence go on in the midst of another.

    Examples
    --------
    >>> lower_first("Assess by")
    'assess by'
    """
    return text[:1].lower() + text[1:]
