"""Mail on a real SMTP server."""

from __future__ import annotations

import email
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from streams.core.receivers import Email
from streams.notify import mail
from streams.notify.errors import DeliveryError, RefusedError
from streams.notify.message import message_of
from tests.monitoring.processes import free_port
from tests.streams.notify.made import HOSTILE, crisis


class Box:
    """Takes mail, or answers as it is told to."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.answer = "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self.mails.append(email.message_from_bytes(envelope.content, policy=default))
        return self.answer


def may(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
    login, password = getattr(data, "login", b""), getattr(data, "password", b"")
    return AuthResult(success=(login, password) == (b"larum", b"secret"), handled=False)


@pytest.fixture
def box() -> Box:
    return Box()


@pytest.fixture
def server(box: Box) -> Iterator[Controller]:
    controller = Controller(box, hostname="127.0.0.1", port=free_port(), auth_require_tls=False, authenticator=may)
    controller.start()
    yield controller
    controller.stop()


def settings(server: Controller, **options: object) -> Email:
    given = {
        "name": "desk",
        "kind": "email",
        "host": "127.0.0.1",
        "port": server.port,
        "encryption": "none",
        "sender": "larum@example.org",
        "to": ("desk@example.org", "night@example.org"),
    }
    return Email.model_validate(given | options)


async def test_a_crisis_comes_as_text_as_html_and_with_its_picture(server: Controller, box: Box) -> None:
    await mail.send(settings(server), message_of(crisis(), "pl", "Europe/Warsaw"))
    (got,) = box.mails
    assert got["Subject"] == "Kryzys: northquill – dużo głosów, gniew"
    assert got["To"] == "desk@example.org, night@example.org"
    parts = {part.get_content_type(): part for part in got.walk()}
    assert "Głosy: 120 w 60 min" in parts["text/plain"].get_content()
    page = parts["text/html"].get_content()
    assert "<script>" not in page
    assert "javascript:" not in page
    assert "&lt;script&gt;" in page
    assert HOSTILE.split("\n")[0][:8] in page
    assert parts["image/png"]["Content-ID"] == "<counts>"
    assert "cid:counts" in page
    assert parts["image/png"].get_content().startswith(b"\x89PNG")


async def test_all_steps_of_a_crisis_are_one_conversation(server: Controller, box: Box) -> None:
    for step in (crisis("opened", 0), crisis("closed", 1)):
        await mail.send(settings(server), message_of(step, "en"))
    first, second = box.mails
    assert first["References"] == second["References"]
    assert first["Message-ID"] != second["Message-ID"]


async def test_a_login_is_used_and_a_wrong_one_is_not_told(server: Controller, box: Box) -> None:
    await mail.send(settings(server, username="larum", password="secret"), message_of(crisis(), "en"))
    assert len(box.mails) == 1
    with pytest.raises(RefusedError) as raised:
        await mail.send(settings(server, username="larum", password="wrong-one"), message_of(crisis(), "en"))
    assert "wrong-one" not in str(raised.value)


@pytest.mark.parametrize(("answer", "kind"), [("451 later", DeliveryError), ("554 never", RefusedError)])
async def test_whether_to_try_again_is_the_servers_word(
    server: Controller, box: Box, answer: str, kind: type[DeliveryError]
) -> None:
    box.answer = answer
    with pytest.raises(kind) as raised:
        await mail.send(settings(server), message_of(crisis(), "en"))
    assert type(raised.value) is kind


async def test_a_server_that_is_away_is_tried_again(server: Controller) -> None:
    away = settings(server, port=9)
    with pytest.raises(DeliveryError, match="does not answer"):
        await mail.send(away, message_of(crisis(), "en"))
