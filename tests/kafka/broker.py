"""A real Apache Kafka on the loopback, in KRaft mode, from Maven's jars: no image, no service, gone after the tests."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

VERSION = "4.1.0"
START_SECONDS = 60.0

# The broker lives as long as the pipe to it is open, so it dies with the tests however they die.
MORTAL = ["sh", "-c", 'exec 3<&0; "$@" & broker=$!; (cat <&3 >/dev/null; kill -KILL $broker) & wait $broker', "broker"]

POM = f"""<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>larum</groupId><artifactId>kafka-for-tests</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>{VERSION}</version></dependency>
  </dependencies>
</project>
"""

# A broker that was killed may not join again before its last session has run out.
PROPERTIES = """process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers=127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
controller.listener.names=CONTROLLER
log.dirs={logs}
num.partitions=1
auto.create.topics.enable=false
offsets.topic.num.partitions=1
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
"""


class BrokerUnavailableError(RuntimeError):
    """No broker can be had here; the message says what is missing."""


def jars() -> Path:
    """The folder with the broker's jars, fetched once into the user's cache."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    home = cache / "larum" / f"kafka-{VERSION}"
    libs = home / "libs"
    if libs.is_dir():
        return libs
    maven = shutil.which("mvn")
    if maven is None:
        raise BrokerUnavailableError("mvn is not installed, and the broker's jars have not been fetched before")
    home.mkdir(parents=True, exist_ok=True)
    with (home / "lock").open("w") as lock, tempfile.TemporaryDirectory(dir=home) as partial:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two of them would write to Maven's repository at once
        if libs.is_dir():  # another test run was faster
            return libs
        (home / "pom.xml").write_text(POM)
        run = subprocess.run(
            [maven, "-q", "-B", "dependency:copy-dependencies", f"-DoutputDirectory={partial}/libs"],
            cwd=home, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if run.returncode:
            raise BrokerUnavailableError(f"mvn could not fetch kafka_2.13:{VERSION}: {run.stdout[-500:]}")
        Path(partial, "libs").rename(libs)
    return libs


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on; held together while they are chosen, so that they differ."""
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


class Broker:
    """One broker in a folder of its own, which can be killed and started again on the same data."""

    def __init__(self, home: Path, java: str, libs: Path, further: str = "") -> None:
        self.home, self.libs, self.java = home, libs, java
        self.port, self.controller = free_ports(2)
        self.properties = home / "server.properties"
        self.further = further
        self.properties.write_text(self._configuration())
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def bootstrap_servers(self) -> str:
        """What a client connects to."""
        return f"127.0.0.1:{self.port}"

    def _configuration(self) -> str:
        own = PROPERTIES.format(port=self.port, controller=self.controller, logs=self.home / "logs")
        return own + self.further

    def _storage(self) -> Sequence[str]:
        """Give further arguments for the formatting of the storage."""
        return ()

    def command(self, main: str, *arguments: str) -> list[str]:
        """Give the command that runs a class of Kafka's own."""
        return [
            self.java, "-Xms256m", "-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
            f"-Dlog4j.configurationFile={self.home / 'log4j2.xml'}", "-cp", f"{self.libs}/*", main, *arguments,
        ]  # fmt: skip

    def format(self) -> None:
        """Write the metadata of a new cluster."""
        (self.home / "log4j2.xml").write_text(
            '<Configuration status="OFF"><Appenders><Console name="out"/></Appenders>'
            '<Loggers><Root level="WARN"><AppenderRef ref="out"/></Root></Loggers></Configuration>'
        )
        command = self.command(
            "kafka.tools.StorageTool",
            "format",
            "--standalone",
            "-t",
            "larumTestsCluster00000",
            "-c",
            str(self.properties),
            *self._storage(),
        )
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        if run.returncode:
            raise BrokerUnavailableError(f"the broker's storage could not be formatted: {run.stdout}{run.stderr}")

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        with (self.home / "broker.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*MORTAL, *self.command("kafka.Kafka", str(self.properties))],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            time.sleep(0.1)
        log_end = (self.home / "broker.log").read_text(errors="replace")[-2000:]
        self.kill()
        raise BrokerUnavailableError(f"the broker did not come up in {START_SECONDS:.0f} s:\n{log_end}")

    def kill(self) -> None:
        """End it at once; its data stay."""
        if self.process is not None and self.process.stdin is not None:
            self.process.stdin.close()
            self.process.wait()


Kind = TypeVar("Kind", bound=Broker)


@contextlib.contextmanager
def started(kind: Callable[[Path, str, Path], Kind]) -> Iterator[Kind]:
    """A broker of a kind (`Broker`, or one made of it) for as long as the block lasts."""
    java = shutil.which("java")
    if java is None:
        raise BrokerUnavailableError("java is not installed")
    with tempfile.TemporaryDirectory(prefix="larum-kafka-") as home:
        broker = kind(Path(home), java, jars())
        broker.format()
        try:
            broker.start()
            yield broker
        finally:
            broker.kill()


def running(further: str = "") -> contextlib.AbstractContextManager[Broker]:
    """A broker that lets everybody in, for as long as the block lasts; `further` properties override the usual ones."""
    return started(partial(Broker, further=further))
