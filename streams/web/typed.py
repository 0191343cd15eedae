"""What somebody typed into a form that could not be kept, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Typed(NamedTuple):
    """A form as it was sent, to be shown again.

    Parameters
    ----------
    form
        Which one of the page; none where all are fresh.
    values
        What was typed, by field.
    errors
        What is wrong, by field.

    Examples
    --------
    >>> typed = Typed("note", {"text": "", "link": "x"}, {"link": "A link begins with https://."})
    >>> typed.value("note", "link", ""), typed.value("close", "text", "fresh"), typed.error("close", "link")
    ('x', 'fresh', None)
    """

    form: str | None = None
    values: Mapping[str, str] = {}
    errors: Mapping[str, str] = {}

    def value(self, form: str, field: str, fresh: str) -> str:
        """Give what stands in a field."""
        return self.values.get(field, fresh) if form == self.form else fresh

    def error(self, form: str, field: str) -> str | None:
        """Say what is wrong with a field."""
        return self.errors.get(field) if form == self.form else None

    @property
    def first(self) -> str:
        """Name the first field that is wrong, as the page does."""
        return f"{self.form}-{next(iter(self.errors), '')}"
