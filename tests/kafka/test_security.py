"""A broker that asks who you are: every way in works with the rights that are written down, and no more is needed."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import time
import urllib.request
from collections.abc import Callable, Coroutine, Iterator
from functools import partial
from pathlib import Path

import pytest
from typer.testing import CliRunner

from streams.cli import app
from streams.config import load
from streams.core.pupil import Pupil
from streams.core.settings import Brand, Kafka, Settings
from streams.notify.running import require as notify_requires
from streams.producer import Producer
from streams.response import course
from streams.response.desk import at_topics
from streams.rights import AccessError
from streams.studying import study
from streams.tail import held
from streams.topics import require
from streams.watchdog import EXIT_CODE
from tests.kafka import helpers, story
from tests.kafka.acls import Acl, documented, grant, revoke
from tests.kafka.broker import BrokerUnavailableError, started
from tests.kafka.certificates import KEY_PASSWORD
from tests.kafka.secured import PASSWORD, Doors, SecuredBroker
from tests.kafka.workers import LARUM
from tests.streams.pupils import Scribe

WAYS = [
    ("SASL_PLAINTEXT", "PLAIN"),
    ("SASL_PLAINTEXT", "SCRAM-SHA-512"),
    ("SASL_SSL", "SCRAM-SHA-256"),
    ("SSL", None),
]
each_way = pytest.mark.parametrize(("protocol", "mechanism"), WAYS)


@pytest.fixture(scope="module")
def broker() -> Iterator[SecuredBroker]:
    """A broker with the topics, and exactly the rights that deploy/README.md tells of."""
    try:
        with started(SecuredBroker) as broker:
            asyncio.run(grant(broker.bootstrap_servers, documented()))
            yield broker
    except BrokerUnavailableError as missing:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"no Kafka broker: {missing}")


@pytest.fixture(scope="module")
def made(broker: SecuredBroker, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Make the topics, as who may, by one more way in."""
    run(
        "topics",
        "--config",
        Doors(broker, tmp_path_factory.mktemp("topics")).config("larum-topics", "SASL_SSL", "PLAIN"),
    )


@pytest.fixture
def doors(broker: SecuredBroker, made: None, tmp_path: Path) -> Doors:
    return Doors(broker, tmp_path)


def run(*arguments: object) -> str:
    """Run a command that has to succeed; return what it printed."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def refused(*arguments: object) -> str:
    """Run a command that is refused; return the one line that it says, in good time."""
    began = time.monotonic()
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == 2, result.output
    assert time.monotonic() - began < 10
    assert "Traceback" not in result.stderr
    [line] = [line for line in result.stderr.splitlines() if line.startswith("larum: ")]
    assert PASSWORD not in result.output
    return line


@each_way
def test_topics_producer_and_tail_come_in_every_way(doors: Doors, protocol: str, mechanism: str | None) -> None:
    file = doors.folder / "posts.jsonl"
    file.write_bytes(story.posts(minutes=1)[0] + b"\n")
    assert "exists" in run("topics", "--config", doors.config("larum-topics", protocol, mechanism), "--json")
    before = asyncio.run(helpers.ends(doors.broker.bootstrap_servers, "larum.posts"))
    run("produce", file, "--config", doors.config("larum-producer", protocol, mechanism))
    assert asyncio.run(helpers.ends(doors.broker.bootstrap_servers, "larum.posts")) == before + 1
    run("tail", "--config", doors.config("larum-tail", protocol, mechanism), "--for", 0)


@each_way
async def test_a_worker_comes_in_every_way(doors: Doors, protocol: str, mechanism: str | None) -> None:
    """It reads a post that is none and sets it aside; nothing that it prints or shows holds a secret."""
    config = doors.config("larum-worker", protocol, mechanism)
    servers = doors.broker.bootstrap_servers
    dead = await helpers.ends(servers, "larum.posts.dead")
    log = doors.folder / "worker.log"
    with log.open("wb") as out:
        worker = subprocess.Popen(  # noqa: ASYNC220
            [*LARUM, "worker", "--config", config, "--metrics-port", "0", "-v"], stdout=out, stderr=out
        )
    try:
        await helpers.fill(servers, "larum.posts", [(0, b"no post"), (1, story.posts(minutes=1)[0])])
        async with asyncio.timeout(60):
            while await helpers.ends(servers, "larum.posts.dead") == dead:
                assert worker.poll() is None, log.read_text()
                await asyncio.sleep(0.1)
            shown = await asyncio.to_thread(_shown, log.read_text())
            worker.send_signal(signal.SIGTERM)
            assert await asyncio.to_thread(worker.wait) == 0, log.read_text()
    finally:
        worker.kill()
        worker.wait()
    assert "larum_dead_letters_total" in shown
    assert not [secret for secret in (PASSWORD, KEY_PASSWORD) if secret in log.read_text() + shown]


def _shown(log: str) -> str:
    """Give what a worker shows on its port."""
    [url] = re.findall(r"metrics and health on (\S+)", log)
    pages = []
    for page in ("metrics", "healthz", "readyz"):
        with urllib.request.urlopen(f"{url}/{page}", timeout=10) as answer:
            pages.append(answer.read().decode())
    return "".join(pages)


def test_a_wrong_password_is_told_with_user_mechanism_and_keys(doors: Doors) -> None:
    for protocol, mechanism in WAYS[:3]:
        told = refused("tail", "--config", doors.config("larum-tail", protocol, mechanism, password="guess"))
        assert "kafka.sasl_username = 'larum-tail'" in told
        assert "LARUM_KAFKA_SASL_PASSWORD or kafka.sasl_password_file" in told
        assert str(mechanism) in told


def test_a_certificate_that_cannot_be_trusted_is_told_with_its_key(doors: Doors, broker: SecuredBroker) -> None:
    strange = doors.config("larum-tail", "SSL", ssl_cafile=str(broker.certificates.strange_authority))
    assert "kafka.ssl_cafile: the certificate of 127.0.0.1" in refused("tail", "--config", strange)
    elsewhere = doors.config("larum-tail", "SSL", bootstrap_servers=f"localhost:{broker.ssl}")
    told = refused("tail", "--config", elsewhere)
    assert f"kafka.bootstrap_servers: the certificate of localhost:{broker.ssl} is not accepted: Hostname" in told


def test_a_client_certificate_that_is_not_accepted_is_told_with_its_key(doors: Doors, broker: SecuredBroker) -> None:
    without = doors.config("larum-tail", "SSL", ssl_certfile=None, ssl_keyfile=None)
    assert "kafka.ssl_certfile is not set: 127.0.0.1" in refused("tail", "--config", without)
    certificates = broker.certificates
    for certificate, key in (certificates.issue("late", expired=True), certificates.issue("odd", strange=True)):
        config = doors.config("larum-tail", "SSL", ssl_certfile=str(certificate), ssl_keyfile=str(key))
        assert "kafka.ssl_certfile is not accepted: 127.0.0.1" in refused("tail", "--config", config)


def test_an_encrypted_key_without_its_password_is_told_and_nobody_is_asked(doors: Doors) -> None:
    config = doors.config("larum-worker", "SSL")
    (doors.folder / "key-password").write_text("guess")
    assert "is encrypted, and LARUM_KAFKA_SSL_PASSWORD or" in refused("topics", "--config", config)
    config.write_text(config.read_text().replace('ssl_password_file = "key-password"', ""))
    assert "is encrypted, and LARUM_KAFKA_SSL_PASSWORD or" in refused("topics", "--config", config)


@pytest.mark.parametrize(
    ("protocol", "mechanism", "port", "told"),
    [
        ("SASL_PLAINTEXT", "PLAIN", "ssl", "is kafka.security_protocol = 'SASL_PLAINTEXT' right?"),
        ("SASL_SSL", "PLAIN", "sasl", "is kafka.security_protocol = 'SASL_SSL' right?"),
        ("SASL_PLAINTEXT", "SCRAM-SHA-256", "port", "is kafka.security_protocol = 'SASL_PLAINTEXT' right?"),
    ],
)
def test_a_port_that_speaks_otherwise_is_told(
    doors: Doors, protocol: str, mechanism: str, port: str, told: str
) -> None:
    server = f"127.0.0.1:{getattr(doors.broker, port)}"
    assert told in refused(
        "topics", "--config", doors.config("larum-topics", protocol, mechanism, bootstrap_servers=server)
    )


ONE_BY_ONE = [acl for acl in documented() if acl.principal != "User:larum-topics"]


@pytest.mark.parametrize("acl", ONE_BY_ONE, ids=lambda acl: f"{acl.principal[5:]}-{acl.operation}-{acl.name}")
def test_no_right_that_is_written_down_can_be_spared(doors: Doors, acl: Acl) -> None:
    servers, role = doors.broker.bootstrap_servers, acl.principal.removeprefix("User:")
    kafka = load(doors.config(role, "SASL_PLAINTEXT", "PLAIN"), {}).kafka
    asyncio.run(revoke(servers, [acl]))
    try:
        with pytest.raises(AccessError, match=f"'{role}' may not {acl.operation} the (topic|group) {acl.name}[.;]"):
            asyncio.run(BEGINNINGS[role](kafka))
    finally:
        asyncio.run(grant(servers, [acl]))


async def _produce(kafka: Kafka) -> None:
    async with Producer(kafka):
        pass


async def _study(kafka: Kafka) -> None:
    await study(kafka, Pupil(Scribe()))


async def _respond(kafka: Kafka) -> None:
    async with at_topics(Settings(brands=(Brand(id="orlen", name="Orlen"),), kafka=kafka)):
        pass
    await course.at_topics(kafka, "orlen", 0.0, 60.0, [])


BEGINNINGS: dict[str, Callable[[Kafka], Coroutine[None, None, object]]] = {
    "larum-worker": require,
    "larum-producer": _produce,
    "larum-tail": held,
    "larum-label": _study,
    "larum-respond": _respond,
    "larum-notify": partial(notify_requires, receivers=["on-call"]),
}


def test_a_worker_that_may_not_join_its_group_says_so_and_ends(doors: Doors) -> None:
    config = doors.config("larum-worker", "SASL_PLAINTEXT", "SCRAM-SHA-512", group="strangers")
    command = [*LARUM, "worker", "--config", str(config), "--metrics-port", "0"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert ended.returncode == 2
    assert "larum: the user 'larum-worker' may not Read" in ended.stderr
    assert "may not Read the group strangers" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert PASSWORD not in ended.stderr


def test_topics_that_may_not_be_made_are_named(doors: Doors) -> None:
    config = doors.config("larum-topics", "SASL_PLAINTEXT", "PLAIN", posts_topic="others.posts")
    assert "refused to make others.posts: Authorization failed" in refused("topics", "--config", config)


async def test_a_right_taken_away_while_a_worker_runs_ends_it_with_the_topic_as_its_last_word(doors: Doors) -> None:
    servers = doors.broker.bootstrap_servers
    taken = [acl for acl in documented() if (acl.principal, acl.name) == ("User:larum-worker", "larum.tallies")]
    config = doors.config("larum-worker", "SASL_SSL", "SCRAM-SHA-256")
    worker = subprocess.Popen(  # noqa: ASYNC220
        [*LARUM, "worker", "--config", config, "--metrics-port", "0"], stderr=subprocess.PIPE, text=True
    )
    assert worker.stderr
    try:
        while "larum: ready" not in await asyncio.to_thread(worker.stderr.readline):
            assert worker.poll() is None
        await revoke(servers, taken)
        await helpers.fill(servers, "larum.posts", [(0, story.posts(minutes=1)[0])])
        _, told = await asyncio.to_thread(worker.communicate, timeout=60)
    finally:
        await grant(servers, taken)
        worker.kill()
        worker.wait()
    assert worker.returncode == EXIT_CODE
    assert "larum.tallies" in told.splitlines()[-1]
