"""What an examination finds: how bad it is, what was found, and what to change."""

from __future__ import annotations

from typing import Literal

import msgspec

Level = Literal["ok", "warning", "problem"]
Area = Literal["configuration", "machine", "broker", "topics", "permissions", "group", "clock", "labels"]


class Finding(msgspec.Struct, frozen=True):
    """One thing that was looked at.

    Parameters
    ----------
    area
        What it belongs to.
    level
        A worker cannot work, or loses something, with a *problem*; a *warning* will hurt some day.
    found
        What was seen, in words.
    change
        What to do about it: a command, or a key of the configuration with its value. Empty where all is well.
    """

    area: Area
    level: Level
    found: str
    change: str = ""


def ok(area: Area, found: str) -> Finding:
    """Note that something is well."""
    return Finding(area, "ok", found)


def warning(area: Area, found: str, change: str) -> Finding:
    """Note what will hurt some day."""
    return Finding(area, "warning", found, change)


def problem(area: Area, found: str, change: str) -> Finding:
    """Note what keeps a worker from working, or loses something."""
    return Finding(area, "problem", found, change)
