"""A page as PDF, by WeasyPrint, which the extra ``pdf`` brings: it needs Pango, a library of the system."""

from __future__ import annotations

import logging
import re

from jinja2 import Environment, PackageLoader

_CHART = re.compile(r"<svg .*?</svg>", re.DOTALL)
_VARIABLE = re.compile(r"var\((--[a-z-]+)\)")
_VALUE = re.compile(r"(--[a-z-]+):\s*([^;]+);")


class PdfError(RuntimeError):
    """No PDF can be made; the message says what to install."""


def to_pdf(page: str) -> bytes:
    """Make a PDF of a page that loads nothing from anywhere.

    Parameters
    ----------
    page
        HTML, with the style sheet of the reports.

    Raises
    ------
    PdfError
        WeasyPrint is not installed, or does not find its libraries.
    """
    try:
        import weasyprint  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise PdfError("PDF needs WeasyPrint: pip install 'larum[pdf]'; --out with HTML needs nothing") from error
    except OSError as error:
        raise PdfError(
            "WeasyPrint does not find Pango: apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0, "
            f"brew install pango ({error})"
        ) from error
    logging.getLogger("weasyprint").setLevel(logging.ERROR)  # it warns of every rule that is for screens
    nothing = weasyprint.urls.URLFetcher(allowed_protocols=())
    made: bytes = weasyprint.HTML(string=printable(page), url_fetcher=nothing).write_pdf()
    return made


def printable(page: str) -> str:
    """Put the light colours into the charts of a page: WeasyPrint knows custom properties in HTML, not in SVG.

    Examples
    --------
    >>> printable('<svg fill="var(--alarm)"></svg> <p style="color: var(--alarm)">')
    '<svg fill="#c8420b"></svg> <p style="color: var(--alarm)">'
    """
    light = dict(_VALUE.findall(_style().partition("@media")[0]))
    return _CHART.sub(lambda chart: _VARIABLE.sub(lambda name: light.get(name[1], name[0]), chart[0]), page)


def _style() -> str:
    return Environment(loader=PackageLoader("streams"), autoescape=True).get_template("style.css.j2").render()
