"""Drawings that a strict content security policy lets through: without `style`, as an element or as an attribute."""

from __future__ import annotations

import re

_STYLE = re.compile(r' style="([^"]*)"')
_SHEET = re.compile(r"<defs>\s*<style[^>]*>.*?</style>\s*</defs>", re.DOTALL)
_ID, _MEANT = re.compile(r' id="([^"]*)"'), re.compile(r"#([\w.-]+)")
_FONT = re.compile(r"^(?:(?P<weight>bold|\d{3}) )?(?P<size>[\d.]+px)\b")
INHERITED = 'stroke-linejoin="round" stroke-linecap="butt"'
"""What matplotlib's sheet says of every element; as attributes of the root, all below inherit it."""


def presented(drawing: str) -> str:
    """Turn the styles of a drawing of matplotlib's into presentation attributes, which mean the same.

    Names of parts that nothing refers to go too: two drawings on a page would have the same ones.

    Parameters
    ----------
    drawing
        SVG, whose text keeps its font (``svg.fonttype`` none).

    Examples
    --------
    >>> presented('<path d="M 0 0" style="fill: none; stroke: #010101; stroke-width: 2"/>')
    '<path d="M 0 0" fill="none" stroke="#010101" stroke-width="2"/>'
    >>> presented('<text style="font: bold 12px sans-serif; text-anchor: middle">1</text>')
    '<text font-weight="bold" font-size="12px" text-anchor="middle">1</text>'
    """
    drawing = _SHEET.sub("", drawing)
    meant = set(_MEANT.findall(drawing))
    drawing = _ID.sub(lambda found: found[0] if found[1] in meant else "", drawing)
    return _STYLE.sub(lambda found: "".join(_attributes(found[1])), drawing)


def _attributes(style: str) -> list[str]:
    pairs = (declaration.partition(":")[::2] for declaration in style.split(";") if ":" in declaration)
    found: list[str] = []
    for name, value in ((name.strip(), value.strip()) for name, value in pairs):
        if name == "font":
            font = _FONT.match(value)
            if font:
                found += [f' font-weight="{font["weight"]}"'] if font["weight"] else []
                found.append(f' font-size="{font["size"]}"')
        elif name != "font-family":
            found.append(f' {name}="{value}"')
    return found
