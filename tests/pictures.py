"""Make the pictures of the README anew: ``python -m tests.pictures``.

All but the terminal's need Chromium, and a font that has emoji (Debian's fonts-noto-color-emoji).
"""

from __future__ import annotations

import argparse
import base64
import re
import shutil
import subprocess
import tempfile
from io import StringIO
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.terminal_theme import MONOKAI

from detectors.sentiment import SentimentModel
from streams.core.settings import Detection, Settings
from streams.demo.board import Board
from streams.demo.play import NoDeadLetters, Pace, play
from streams.demo.script import BRANDS, WARSAW, script
from streams.demo.view import LABEL, draw
from streams.embedded import Embedded
from streams.report import Frame, write_report
from tests.web.browser import browser
from tests.web.site import site

PLACE = Path(__file__).parent.parent / "deploy" / "pictures"
COLUMNS, LINES = 110, 44
PAGE_AFTER_ALARM = 3 * 60.0  # when somebody looks at the pages, who was woken
AFTER_ALARM = 40 * 60.0  # seconds of the crisis that the picture shows
MOST_BYTES = 500_000
FONT_FACES = re.compile(r"@font-face \{\{.*?\}\}", re.DOTALL)


def main() -> None:
    """Play the demo once; draw the terminal some minutes into the crisis, and the report at the end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--place", type=Path, default=PLACE)
    asked = parser.parse_args()
    asked.place.mkdir(parents=True, exist_ok=True)
    settings, told = Settings(brands=BRANDS), script(asked.seed)
    board = Board(BRANDS, told)
    runtime = Embedded(settings, SentimentModel(), NoDeadLetters())
    drawn = looked = False
    for step in play(asked.seed, runtime, Pace(told, float("inf"))):
        board.take(step.clock, step.posts, step.outcome)
        if not looked and board.alarm and step.clock >= board.alarm.clock + PAGE_AFTER_ALARM:
            for name, picture in woken(board).items():
                keep(asked.place / name, picture)
            looked = True
        if not drawn and board.alarm and step.clock >= board.alarm.clock + AFTER_ALARM:
            keep(asked.place / "demo.svg", terminal(board).encode())
            drawn = True
    frame = Frame(
        names={brand.id: brand.name for brand in BRANDS},
        told=told,
        zone=WARSAW,
        note=LABEL.capitalize(),
        delay=settings.detection.lateness_seconds,
    )
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "report.html"
        write_report(page, board.readings, board.events, frame)
        keep(asked.place / "report.png", photograph(page))


def terminal(board: Board) -> str:
    """Draw the terminal as SVG that fetches no font."""
    console = Console(
        record=True, width=COLUMNS, height=LINES, file=StringIO(), force_terminal=True, color_system="truecolor"
    )
    console.print(draw(board, COLUMNS, LINES))
    form = FONT_FACES.sub("", CONSOLE_SVG_FORMAT).replace("Fira Code", "Menlo, Consolas, 'DejaVu Sans Mono'")
    return console.export_svg(title="larum demo", theme=MONOKAI, code_format=form, unique_id="larum")


def woken(board: Board) -> dict[str, bytes]:
    """Photograph, on a phone, what somebody sees who was woken: the incident in the dark, the first page by day."""
    settings = Settings(brands=BRANDS, detection=Detection(timezone="Europe/Warsaw"))
    last = board.events[-1]
    with site(*board.events, settings=settings) as served, browser() as window:
        served.board.clock = lambda: board.clock

        def fill() -> None:
            for reading in board.readings[-3 * 1_440 :]:
                voices = reading.voices
                served.board.count(reading.brand, reading.bucket, voices.observed, voices.expected, 60)

        served.call(fill)
        window.size(390, 844, scale=2)
        window.enter(served.address)
        pictures = {}
        for name, path, theme in (("incident.png", f"/incidents/{last.subject}", "dark"), ("start.png", "/", "light")):
            window.get(served.address + path, lang="en", theme=theme)
            window.wait(lambda: not window.run("return document.body.dataset.soon"))
            pictures[name] = base64.b64decode(window.driver.get_screenshot_as_base64())
        return pictures


def photograph(page: Path) -> bytes:
    """Photograph the upper part of a page with Chromium."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        raise SystemExit("no Chromium is installed; the picture of the report was not made")
    picture = page.with_suffix(".png")
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--hide-scrollbars"]
    subprocess.run(
        [browser, *flags, "--window-size=1280,1890", f"--screenshot={picture}", page.as_uri()],
        check=True,
        capture_output=True,
    )
    return picture.read_bytes()


def keep(path: Path, picture: bytes) -> None:
    """Write a picture, unless it is too large for a README."""
    if len(picture) > MOST_BYTES:
        raise SystemExit(f"{path.name} would have {len(picture):,} bytes, more than {MOST_BYTES:,}")
    path.write_bytes(picture)
    print(f"{path}: {len(picture):,} bytes")


if __name__ == "__main__":
    main()
