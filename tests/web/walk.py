"""The demo's Friday crisis, answered from the alarm to the closed incident: by the page, and by commands."""

from __future__ import annotations

import json
import subprocess
import time
from itertools import groupby
from pathlib import Path
from typing import Any

import msgspec
from selenium.webdriver.common.keys import Keys
from typer.testing import CliRunner

from detectors.sentiment import SentimentModel
from streams.cli import app
from streams.core.actions import STEPS
from streams.core.crises import CrisisEvent
from streams.core.settings import Detection, Settings
from streams.core.times import epoch, rfc3339
from streams.demo.play import NoDeadLetters
from streams.demo.script import BRANDS, HOUR, plan
from streams.demo.simulation import simulate
from streams.embedded import Embedded
from streams.storage import Store
from tests.streams.web.crashing import LARUM, running
from tests.streams.web.entering import token, tokens
from tests.web.browser import Browser

BRAND, TOKEN = "zorzanka", token("ola")
SEED = 7  # of the demo
STEP = 300  # seconds
AGO = 60.0  # seconds since the alarm when somebody looks
LINK = "https://social.example/1"


class Walk(msgspec.Struct, kw_only=True):
    """How a crisis was answered.

    Parameters
    ----------
    way
        ``page`` or ``commands``.
    actions
        Taps and fields filled in, or commands; those up to the acknowledgement apart.
    actions_to_acknowledge, seconds_to_acknowledge
        From the moment that the page, or the command, is asked for to the answer that it is known.
    seconds
        For all of it, by a machine that does not think; of commands those after the first without their start.
    incident
        As `larum incidents --json` tells it afterwards.
    """

    way: str
    actions: int
    actions_to_acknowledge: int
    seconds_to_acknowledge: float
    seconds: float
    incident: dict[str, Any]


def story(folder: Path) -> None:
    """Play the demo's brand until its crisis was updated, as if the alarm had come a minute ago, and keep the events.

    Time is counted in steps of some minutes: what is judged less often is played sooner.
    """
    settings = Settings(brands=BRANDS, detection=Detection(bucket_seconds=STEP))
    runtime = Embedded(settings, SentimentModel(), NoDeadLetters())
    told: list[CrisisEvent] = []
    until = plan(SEED).crisis + HOUR
    posts = (post for post in simulate(SEED) if post.timestamp < until and BRAND[:5] in post.text.lower())
    for _, some in groupby(posts, key=lambda post: post.timestamp // STEP):
        told += runtime.take_posts([(post, "demo") for post in some]).events
    later = time.time() - AGO - epoch(told[0].time)
    with Store(folder / "larum.sqlite") as store:
        store.save(events=[_shifted(event, later) for event in told[:2]])
    tables = "".join(f'[[brands]]\nid = "{brand.id}"\nname = "{brand.name}"\n' for brand in BRANDS)
    (folder / "larum.toml").write_text(f"{tables}{tokens(folder, ['ola'], 'respond')}")


def by_page(folder: Path, window: Browser) -> Walk:
    """Answer it by the page, on a phone: signed in already, as whoever is woken is."""
    with running(folder, "watch", "--serve", "--port", "0") as (_, address):
        window.size(320)
        window.driver.get(f"{address}/login")
        window.one("#token").send_keys(TOKEN, Keys.ENTER)
        window.wait(lambda: window.every(".card a"))
        link = window.one(".card a").get_attribute("href")
        hand = Hand(window)
        began = time.perf_counter()
        window.get(str(link))
        hand.actions += 1  # the link of the alarm is opened
        hand.send("#next button.main")
        window.wait(lambda: window.every("#assess-text"))
        acknowledged, first = time.perf_counter() - began, hand.actions
        hand.write("#assess-text", "Glass in jars of one batch; three children at the doctor's")
        hand.send("#next button.main")
        hand.write("#stated-link", LINK)
        hand.send("#stated-more button.main")
        for step in STEPS:
            hand.tap(f"#step-{step} summary")
            hand.write(f"#step-{step}-text", f"{step}: done")
            hand.send(f"#step-{step} form button")
        hand.write("#close-text", "All jars are back")
        hand.send("#close button[value=resolved]")
        hand.write("#close-reviewed-text", "Call the lab first")
        hand.send("#next button.main")
        seconds = time.perf_counter() - began
    return Walk(
        way="page", actions=hand.actions, actions_to_acknowledge=first, seconds_to_acknowledge=round(acknowledged, 2),
        seconds=round(seconds, 1), incident=shown(folder),
    )  # fmt: skip


def by_commands(folder: Path) -> Walk:
    """Answer it by commands."""
    began = time.perf_counter()
    larum(folder, "ack", BRAND, "--by", "ola")
    acknowledged = time.perf_counter() - began
    commands = [
        ("note", BRAND, "Glass in jars of one batch; three children at the doctor's", "--assessment"),
        ("statement", BRAND, "--form", "short"),
        ("update-given", BRAND, "--link", LINK, "--next", "30"),
        *(("step", BRAND, step, f"{step}: done") for step in STEPS),
        ("close", BRAND, "All jars are back"),
        ("close", shown(folder)["id"], "Call the lab first", "--lessons"),
    ]
    for command in commands:
        quickly(folder, *command)
    return Walk(
        way="commands", actions=1 + len(commands), actions_to_acknowledge=1,
        seconds_to_acknowledge=round(acknowledged, 2), seconds=round(time.perf_counter() - began, 1),
        incident=shown(folder),
    )  # fmt: skip


class Hand:
    """Counts what a person does to a page."""

    def __init__(self, window: Browser) -> None:
        self.actions = 0
        self._window = window

    def tap(self, selector: str) -> None:
        """Tap on something."""
        self.actions += 1
        self._window.one(selector).click()

    def send(self, selector: str) -> None:
        """Tap on what leads to another page."""
        self.actions += 1
        self._window.go(selector)

    def write(self, selector: str, text: str) -> None:
        """Fill a field in."""
        self.actions += 1
        self._window.one(selector).send_keys(text)


def larum(folder: Path, *arguments: str) -> str:
    """Run a command, in a process of its own, and give what it prints."""
    done = subprocess.run([*LARUM, *arguments], cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def quickly(folder: Path, *arguments: str) -> str:
    """Run a command in this process, which has imported what it needs."""
    at = ["--config", str(folder / "larum.toml"), "--state", str(folder / "larum.sqlite")]
    done = CliRunner().invoke(app, [*arguments, *at])
    assert done.exit_code == 0, done.output
    return done.stdout


def shown(folder: Path) -> dict[str, Any]:
    """Tell the incident as the command line does."""
    return dict(json.loads(quickly(folder, "incidents", "--all", "--json").splitlines()[0]))


def _shifted(event: CrisisEvent, by: float) -> CrisisEvent:
    def moved(moment: str) -> str:
        return rfc3339(epoch(moment) + by)

    data = event.data
    posts = {
        name: [msgspec.structs.replace(post, created_at=moved(post.created_at)) for post in getattr(data, name)]
        for name in ("first_posts", "telling_posts")
    }
    times = {name: moved(getattr(data, name)) for name in ("onset", "detected_at", "time")}
    return msgspec.structs.replace(event, time=moved(event.time), data=msgspec.structs.replace(data, **posts, **times))
