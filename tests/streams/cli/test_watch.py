"""`larum watch` as a process: pipes, HTTP, a followed file, a restart after kill -9."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from streams.cli import app
from streams.storage import Store
from tests.streams.core.mentions import MONDAY
from tests.streams.sources.jetstream import JetstreamServer, Mark, frame

CONFIG = '[[brands]]\nid = "orlen"\nname = "Orlen"\n[server]\ntoken_file = "token"\n'
SHORT = "[detection]\nbucket_seconds = 10\nlateness_seconds = 1\n"
COMMAND = [sys.executable, "-c", "from streams.cli import main; main()", "watch", "--json", "--port", "0"]
PATIENCE = 60.0  # seconds: no time is tested here, and a machine with much to do is slow


def post(number: int, at: float, text: str = "Orlen") -> dict[str, Any]:
    return {"id": str(number), "source": "x", "text": text, "created_at": at}


class Running:
    """A started `larum watch`."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [*COMMAND, *arguments], cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        assert self.process.stderr is not None
        self.told = b""
        while not (found := re.search(rb"http://([\d.:]+)/", self.told)):
            line = self.process.stderr.readline()
            assert line, f"larum watch ended: {self.told!r}"
            self.told += line
        self.url = f"http://{found[1].decode()}"

    def get(self, path: str) -> str:
        with urllib.request.urlopen(f"{self.url}{path}", timeout=PATIENCE) as answer:
            return str(answer.read().decode())

    def send(self, *posts: dict[str, Any], token: str = "hush", path: str = "posts") -> dict[str, Any]:
        request = urllib.request.Request(
            f"{self.url}/{path}",
            "\n".join(map(json.dumps, posts)).encode(),
            {"Content-Type": "application/x-ndjson", "Authorization": f"Bearer {token}"},
        )
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return dict(json.loads(answer.read()))

    def sample(self, name: str) -> float:
        found = re.search(rf"^{re.escape(name)} (\S+)$", self.get("/metrics"), re.MULTILINE)
        return float(found[1]) if found else 0.0

    def stop(self, how: signal.Signals = signal.SIGTERM) -> bytes:
        self.process.send_signal(how)
        _, told = self.process.communicate(timeout=PATIENCE)
        return told


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    (tmp_path / "larum.toml").write_text(CONFIG + SHORT)
    (tmp_path / "token").write_text("hush")
    started: list[Running] = []

    def begin(*arguments: str) -> Running:
        started.append(Running(tmp_path, *arguments))
        return started[-1]

    yield begin
    for one in started:
        if one.process.poll() is None:
            one.stop(signal.SIGKILL)


def until(holds: Callable[[], bool], seconds: float = PATIENCE) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.1)


def test_a_piped_history_is_watched_to_its_end(tmp_path: Path) -> None:
    (tmp_path / "larum.toml").write_text(CONFIG)
    (tmp_path / "token").write_text("hush")
    lines: list[str] = []
    for minute in range(1_500):
        for turn in range(4 + 20 * (minute >= 1_400)):
            word = "jest" if turn < 3 else "wstyd, skandal"
            lines.append(
                json.dumps(post(len(lines), MONDAY + minute * 60, f"Orlen {word} {chr(97 + turn) * (minute + 1)}"))
            )
    done = subprocess.run(
        COMMAND, cwd=tmp_path, input="\n".join(lines).encode(), capture_output=True, check=True, timeout=120
    )
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert events[0]["type"] == "larum.crisis.opened"
    assert len({event["subject"] for event in events}) == 1


def test_posts_over_http_are_counted_once_their_minute_is_over(start: Callable[..., Running]) -> None:
    running = start()
    now = time.time()
    receipt = running.send(post(1, now), post(2, now), post(2, now))
    assert receipt["accepted"] == 3
    until(lambda: running.sample('larum_mentions_total{brand="orlen",language="und",source="x"}') == 2)
    assert json.loads(running.get("/healthz"))["ok"] is True
    assert b"hush" not in running.stop()


def test_a_brand_is_taken_up_while_it_runs_and_a_mistake_is_told_and_changes_nothing(
    start: Callable[..., Running], tmp_path: Path
) -> None:
    running = start()
    config = tmp_path / "larum.toml"
    config.write_text(CONFIG + SHORT + "no_such_key = 1\n")
    until(lambda: running.sample("larum_config_valid") == 0)
    config.write_text(CONFIG + SHORT + '[[brands]]\nid = "zabka"\nname = "Żabka"\n')
    until(lambda: 'larum_crisis_severity{brand="zabka"' in running.get("/metrics"))
    now = time.time()
    running.send(post(1, now, "Zabka, Orlen"))
    until(lambda: running.sample('larum_mentions_total{brand="zabka",language="und",source="x"}') == 1)
    until(lambda: running.sample('larum_mentions_total{brand="orlen",language="und",source="x"}') == 1)
    assert running.sample("larum_config_valid") == 1
    told = running.stop().decode()
    assert "detection.no_such_key: unknown key" in told
    assert "configuration taken up: new zabka" in told


def test_a_wrong_token_is_refused(start: Callable[..., Running]) -> None:
    running = start()
    with pytest.raises(urllib.error.HTTPError, match="401"):
        running.send(post(1, time.time()), token="guess")


def test_what_was_acknowledged_survives_kill_9(start: Callable[..., Running]) -> None:
    running = start()
    now = time.time()
    running.send(post(1, now), post(2, now))
    labels = [{"text": text, "negative": True} for text in ("Karuzela", "Kawa")]
    running.send(*labels, {**labels[0], "negative": None}, path="labels")
    until(lambda: running.sample("larum_model_rebuild_seconds_count") == 1)
    running.stop(signal.SIGKILL)
    again = start()
    again.send(labels[1], path="labels")
    assert again.sample('larum_labels_total{effect="repeated"}') == 1
    again.send(post(2, now), post(3, now))
    until(lambda: again.sample('larum_mentions_total{brand="orlen",language="und",source="x"}') == 3)


def test_a_followed_file_goes_on_where_it_was_left(tmp_path: Path, start: Callable[..., Running]) -> None:
    file = tmp_path / "posts.jsonl"
    file.write_text("".join(json.dumps(post(number, MONDAY + number)) + "\n" for number in range(5)))
    running = start("--follow", str(file))
    until(lambda: running.sample('larum_posts_total{source="x"}') == 5)
    time.sleep(1.5)  # a commit is made each second
    running.stop()
    with file.open("a") as more:
        more.write(json.dumps(post(9, MONDAY + 9)) + "\n")
    again = start("--follow", str(file))
    until(lambda: again.sample('larum_posts_total{source="x"}') >= 1)
    assert again.sample('larum_posts_total{source="x"}') == 1


async def test_posts_of_bluesky_are_watched_as_they_come(tmp_path: Path, start: Callable[..., Running]) -> None:
    now = int(time.time() * 1e6)
    frames = [frame(f"r{number}", "Orlen, wstyd!", time_us=now + number) for number in range(4)]
    deletion = frame("r3", time_us=now + 9, operation="delete")
    async with JetstreamServer([*frames[:2], Mark.DROP], [frames[1], *frames[2:], deletion]) as server:
        with (tmp_path / "larum.toml").open("a") as more:
            more.write(f'[bluesky]\nhosts = ["{server.url}"]\n')
        running = await asyncio.to_thread(start, "--source", "bluesky")
        wanted = 'larum_mentions_total{brand="orlen",language="pl",source="bluesky"}'
        await asyncio.to_thread(until, lambda: running.sample(wanted) == 3)
        assert await asyncio.to_thread(running.sample, "larum_deleted_posts_total") == 1
        await asyncio.to_thread(running.stop)


def test_a_running_watch_obeys_rebaseline_and_is_explained_meanwhile(
    tmp_path: Path, start: Callable[..., Running]
) -> None:
    running, now = start(), time.time()
    running.send(*until_now(now, minutes=1_500, angry=30))
    with Store(tmp_path / "larum.sqlite") as store:
        until(lambda: [event.step for event in store.crises()][-1:] in (["opened"], ["raised"], ["updated"]))
        fixed = "orlen", "--config", str(tmp_path / "larum.toml")
        told = CliRunner().invoke(app, ["explain", fixed[0], str(now - 600), *fixed[1:], "--state", str(store.path)])
        assert told.exit_code == 0, told.output
        assert "negatives:" in told.stdout
        assert "a crisis is open since" in told.stdout
        done = CliRunner().invoke(app, ["rebaseline", *fixed, "--url", running.url])
        assert done.exit_code == 0, done.output
        until(lambda: store.crises()[-1].step == "closed")
    (tmp_path / "stranger.toml").write_text(CONFIG.replace('"token"', '"guess"'))
    (tmp_path / "guess").write_text("guess")
    stranger = "orlen", "--config", str(tmp_path / "stranger.toml"), "--url", running.url
    refused = CliRunner().invoke(app, ["rebaseline", *stranger])
    assert (refused.exit_code, "refused: 401" in refused.stderr) == (2, True)


def test_a_running_watch_closes_what_is_called_a_false_alarm(tmp_path: Path, start: Callable[..., Running]) -> None:
    running, now = start(), time.time()
    running.send(*until_now(now, minutes=600, angry=30))
    with Store(tmp_path / "larum.sqlite") as store:
        until(lambda: any(event.data.severity != "notice" for event in store.crises()))
        fixed = "--config", str(tmp_path / "larum.toml"), "--state", str(store.path)
        done = CliRunner().invoke(app, ["close", "orlen", "A raffle", "--false-alarm", *fixed])
        assert done.exit_code == 0, done.output
        until(lambda: store.crises()[-1].step == "closed", 100)
        assert store.crises()[-1].data.reason == "Somebody said that it was a false alarm."
    until(lambda: running.sample('larum_judged_incidents{verdict="false"}') == 1)


def until_now(now: float, minutes: int, angry: int) -> list[dict[str, Any]]:
    """Some voices a minute, and in the last minutes many that are angry."""
    syllables = ["ba", "ko", "mi", "ru", "te", "za", "no", "li", "pe", "du"]
    said: list[dict[str, Any]] = []
    for minute in range(-minutes, 0):
        for turn in range(4 + 20 * (minute >= -angry)):
            number = len(said)
            words = " ".join(
                "".join(syllables[int(one)] for one in f"{number * by % 99_991:05d}") for by in (7, 31, 101)
            )
            tone = "wstyd i skandal," if turn >= 4 else "dzisiaj"
            said.append(post(number, now + 60 * minute + 2 * turn, f"Orlen {tone} {words}"))
    return said
