"""Receivers of `larum watch` and `larum notify --rehearse`, as processes, and what their configuration may say."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import typer
from aiokafka.errors import ProducerFenced

from streams.cli import notify
from streams.config import ConfigurationError, load
from streams.core.crises import decode
from streams.core.settings import Kafka
from streams.notify import burying, running
from streams.notify.running import Notifier
from tests.kafka import story
from tests.streams.notify.recorder import recording

LARUM = [sys.executable, "-c", "from streams.cli import main; main()"]
BRAND = '[[brands]]\nid = "northquill"\nname = "Northquill"\n[server]\nport = 0\n'
HOOK = """
[[receivers]]
name = "on-call"
kind = "webhook"
url_file = "hook"
allow_private = true
min_severity = "notice"
"""


async def larum(folder: Path, *arguments: str, stdin: bytes = b"", **environ: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        *LARUM, *arguments, cwd=folder, env=os.environ | environ,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    told, _ = await process.communicate(stdin)
    return process.returncode or 0, told.decode()


async def test_a_watch_tells_its_receivers_and_what_one_missed_comes_with_the_next_watch(tmp_path: Path) -> None:
    (tmp_path / "larum.toml").write_text(BRAND + HOOK)
    async with recording() as server:
        (tmp_path / "hook").write_text(f"{server.url}/in/verysecretpath\n")
        server.answers = [503] * 1_000
        code, told = await larum(tmp_path, "watch", stdin=b"\n".join(story.posts()))
        assert code == 0, told
        assert server.posted
        assert "answers 503" in told
        assert "verysecretpath" not in told
        server.answers.clear()
        server.posted.clear()
        code, told = await larum(tmp_path, "watch", stdin=b"")
        assert code == 0, told
        events = [decode(posted.body) for posted in server.posted]
        assert events[0].step == "opened"
        assert events[0].data.brand == "northquill"
        server.posted.clear()
        await larum(tmp_path, "watch", stdin=b"")
        assert not server.posted


async def test_a_rehearsal_says_who_would_not_be_told(tmp_path: Path) -> None:
    chat = HOOK.replace("on-call", "chat").replace('"webhook"', '"slack"').replace('url_file = "hook"\n', "")
    (tmp_path / "larum.toml").write_text(BRAND + HOOK + chat)
    async with recording() as server, recording() as slack:
        (tmp_path / "hook").write_text(server.url)
        slack.answers = [404]
        code, told = await larum(tmp_path, "notify", "--rehearse", LARUM_RECEIVER_CHAT_URL=f"{slack.url}/s")
        assert code == 1
        assert "on-call: told" in told
        assert "chat: 127.0.0.1 answers 404: ok" in told
        assert [decode(posted.body).step for posted in server.posted] == ["opened", "closed"]


@pytest.mark.parametrize(
    ("receiver", "fault"),
    [
        ('name = "a"\nkind = "slak"', "larum.toml:8: receivers[1].kind: must be one of alertmanager, webhook"),
        ('name = "a"\nkind = "slack"', "larum.toml:6: receivers[1].url: is missing"),
        ('name = "a"\nkind = "slack"\nurl = "https://x/secret"', "a secret does not belong in this file"),
        ('name = "a"\nkind = "slack"\nurl_file = "gone"', "cannot read 'gone'"),
        ('name = "a"\nkind = "ntfy"\ntopic = "t"\nupdtes = true', "did you mean 'updates'?"),
        ('name = "a"\nkind = "ntfy"\ntopic = "t"\nbrands = ["velaro"]', "there is no brand 'velaro'"),
        ('name = "a"\nkind = "alertmanager"\nurls = ["am:9093"]', "receivers[1].urls[1]"),
        (
            'name = "a"\nkind = "email"\nhost = "h"\nsender = "a@b"\nto = ["c@d"]\nusername = "u"',
            "a user name needs a password",
        ),
    ],
)
def test_what_is_wrong_with_a_receiver_is_told_with_its_line(tmp_path: Path, receiver: str, fault: str) -> None:
    path = tmp_path / "larum.toml"
    path.write_text(f"{BRAND}[[receivers]]\n{receiver}\n")
    with pytest.raises(ConfigurationError) as raised:
        load(path, {})
    assert fault in str(raised.value)
    assert "https://x/secret" not in str(raised.value)


def test_two_receivers_of_one_name_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "larum.toml"
    one = '[[receivers]]\nname = "a"\nkind = "ntfy"\ntopic = "t"\n'
    path.write_text(BRAND + one + one)
    with pytest.raises(ConfigurationError, match="is already that of receiver number 1"):
        load(path, {})


def test_secrets_come_from_the_environment_or_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "larum.toml"
    (tmp_path / "key").write_text("from-a-file\n")
    path.write_text(
        f'{BRAND}[[receivers]]\nname = "night-desk"\nkind = "pagerduty"\n'
        '[[receivers]]\nname = "day"\nkind = "pagerduty"\nrouting_key_file = "key"\n'
    )
    settings = load(path, {"LARUM_RECEIVER_NIGHT_DESK_ROUTING_KEY": "from-outside"})
    keys = [receiver.routing_key.get_secret_value() for receiver in settings.receivers]  # type: ignore[union-attr]
    assert keys == ["from-outside", "from-a-file"]
    assert "from-" not in repr(settings)


def test_who_tells_nobody_needs_no_secrets_of_receivers(tmp_path: Path) -> None:
    path = tmp_path / "larum.toml"
    path.write_text(BRAND + HOOK)
    assert not load(path, {}, receivers=False).receivers
    with pytest.raises(ConfigurationError, match="cannot read 'hook'"):
        load(path, {})


def test_a_broker_that_fails_it_for_good_is_told_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def let_in(*_: object) -> None:
        pass

    @asynccontextmanager
    async def grave(_: Kafka) -> AsyncIterator[None]:
        yield

    async def fenced(_: Notifier) -> None:
        async with asyncio.TaskGroup() as lanes:
            lanes.create_task(_failing(ProducerFenced()))

    monkeypatch.setattr(running, "require", let_in)
    monkeypatch.setattr(burying, "burying", grave)
    monkeypatch.setattr(Notifier, "from_topic", fenced)
    (tmp_path / "larum.toml").write_text(BRAND + HOOK)
    (tmp_path / "hook").write_text("https://hook.example")
    with pytest.raises(typer.Exit) as ended:
        notify.command(tmp_path / "larum.toml", 0, rehearse=False)
    assert ended.value.exit_code == 2
    assert "the broker does not let larum go on: ProducerFenced" in capsys.readouterr().err


async def _failing(error: Exception) -> None:
    raise error
