"""A report as PDF: with its charts in colour, and without anything from outside; or one sentence of what is missing."""

from __future__ import annotations

import os
import re
import socket
import sys
import zlib
from datetime import UTC

import pytest

from streams.report.incident import render
from streams.report.pdf import PdfError, printable, to_pdf
from streams.report.words import Words
from tests.streams.report.made import MINUTE, Watched, told

ALARM = rb"0?\.784\d* 0?\.258\d* 0?\.043\d* (RG|rg|SCN|scn)"  # the colour of alarms as a share of each light


@pytest.fixture
def page(watched: Watched) -> str:
    watched.act(30, "stated", text="Sprawdzamy", link="https://social.example/1")
    case, account = told(watched.path, watched.id, watched.alarm + 400 * MINUTE)
    return render(account, case.course, Words("pl", UTC))


def drawn(pdf: bytes) -> bytes:
    """Give what is drawn on the pages of a PDF."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    return b"\n".join(zlib.decompress(one) for one in streams if one[:1] == b"\x78")


def needs_weasyprint() -> None:
    try:
        to_pdf("<p>")
    except PdfError as error:
        if os.environ.get("CI"):
            pytest.fail(str(error))
        pytest.skip(f"NOT TESTED, PDF: {error}")


def test_a_report_is_printed_with_its_charts_in_colour(page: str) -> None:
    needs_weasyprint()
    pdf = to_pdf(page)
    assert pdf.startswith(b"%PDF-")
    assert re.search(ALARM, drawn(to_pdf(re.findall(r"<svg .*?</svg>", page, re.DOTALL)[0])))
    assert b"https://social.example/1" in drawn(pdf)  # links stay links
    assert len(pdf) < 1_000_000


def test_charts_have_no_custom_properties_left_and_the_page_keeps_its_own(page: str) -> None:
    made = printable(page)
    assert not any("var(--" in chart for chart in re.findall(r"<svg .*?</svg>", made, re.DOTALL))
    assert "color: var(--muted)" in made
    assert re.sub(r"<svg .*?</svg>", "", made, flags=re.DOTALL) == re.sub(r"<svg .*?</svg>", "", page, flags=re.DOTALL)


def test_a_page_that_would_load_something_does_not() -> None:
    needs_weasyprint()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/x.png"
        assert to_pdf(f'<p>One<img src="{address}">').startswith(b"%PDF-")
        with pytest.raises(BlockingIOError):  # nobody has come
            server.accept()


@pytest.mark.parametrize("error", [ImportError("No module named 'weasyprint'"), OSError("cannot load library 'pango'")])
def test_without_it_one_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    class Finder:
        def find_spec(self, name: str, *_: object) -> None:
            if name == "weasyprint":
                raise error

    for name in [name for name in sys.modules if name.partition(".")[0] == "weasyprint"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [Finder(), *sys.meta_path])
    with pytest.raises(PdfError, match=r"pip install 'larum\[pdf\]'|apt install libpango"):
        to_pdf("<p>")
