"""A broker that lets in whom it knows, and lets them do what they were granted: TLS, SASL and ACLs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from streams.core.settings import Settings
from tests.kafka import story
from tests.kafka.broker import Broker, free_ports
from tests.kafka.certificates import KEY_PASSWORD, Certificates
from tests.kafka.workers import toml

ROLES = (
    "larum-topics",
    "larum-worker",
    "larum-producer",
    "larum-tail",
    "larum-label",
    "larum-notify",
    "larum-respond",
    "larum-web",
)
PASSWORD = "planted-sasl-password"  # searched for in what workers print

SECURED = """
listeners=PLAINTEXT://127.0.0.1:{port},SASL_PLAINTEXT://127.0.0.1:{sasl},SASL_SSL://127.0.0.1:{sasl_ssl},\
SSL://127.0.0.1:{ssl},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port},SASL_PLAINTEXT://127.0.0.1:{sasl},SASL_SSL://127.0.0.1:{sasl_ssl},\
SSL://127.0.0.1:{ssl}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT,\
SASL_SSL:SASL_SSL,SSL:SSL
inter.broker.listener.name=PLAINTEXT
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS
sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512
ssl.keystore.type=PEM
ssl.keystore.location={keystore}
ssl.truststore.type=PEM
ssl.truststore.location={truststore}
listener.name.ssl.ssl.client.auth=required
listener.name.ssl.ssl.principal.mapping.rules=RULE:^.*CN=([^,]+).*$/$1/
"""
PLAIN = "org.apache.kafka.common.security.plain.PlainLoginModule"
SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule"


class SecuredBroker(Broker):
    """Users are the roles that deploy/README.md tells of; by each mechanism, and by their certificates' names.

    Whoever comes in at `bootstrap_servers` may do everything: the tests, and the broker itself.
    """

    def __init__(self, home: Path, java: str, libs: Path) -> None:
        self.certificates = Certificates(home)
        self.sasl, self.sasl_ssl, self.ssl = free_ports(3)
        self.users = {*ROLES, "larum-stranger"}
        super().__init__(home, java, libs)

    def _configuration(self) -> str:
        certificate, key = self.certificates.issue("broker", "127.0.0.1")
        keystore = self.home / "keystore.pem"
        keystore.write_bytes(key.read_bytes() + certificate.read_bytes())
        known = " ".join(f'user_{user}="{PASSWORD}"' for user in sorted(self.users))
        return (
            super()._configuration()
            + SECURED.format(
                port=self.port, controller=self.controller, sasl=self.sasl, sasl_ssl=self.sasl_ssl, ssl=self.ssl,
                keystore=keystore, truststore=self.certificates.authority,
            )
            + "".join(
                f"listener.name.{listener}.plain.sasl.jaas.config={PLAIN} required {known};\n"
                f"listener.name.{listener}.scram-sha-256.sasl.jaas.config={SCRAM} required;\n"
                f"listener.name.{listener}.scram-sha-512.sasl.jaas.config={SCRAM} required;\n"
                for listener in ("sasl_plaintext", "sasl_ssl")
            )
        )  # fmt: skip

    def _storage(self) -> Sequence[str]:
        return [
            part
            for user in sorted(self.users)
            for mechanism in ("SCRAM-SHA-256", "SCRAM-SHA-512")
            for part in ("--add-scram", f"{mechanism}=[name={user},password={PASSWORD},iterations=4096]")
        ]


class Doors:
    """The broker's ways in, as configuration files."""

    def __init__(self, broker: SecuredBroker, folder: Path) -> None:
        self.broker, self.folder = broker, folder
        for role in ROLES:
            broker.certificates.issue(role, password=KEY_PASSWORD if role == "larum-worker" else None)

    def settings(self, role: str, protocol: str, mechanism: str | None = None, **changes: object) -> Settings:
        """Settings with which a role comes in."""
        broker, home = self.broker, self.broker.home
        port = {"SASL_PLAINTEXT": broker.sasl, "SASL_SSL": broker.sasl_ssl, "SSL": broker.ssl}[protocol]
        kafka: dict[str, object] = {"bootstrap_servers": f"127.0.0.1:{port}", "security_protocol": protocol}
        if protocol.endswith("SSL"):
            kafka["ssl_cafile"] = str(broker.certificates.authority)
        if protocol == "SSL":
            kafka |= {"ssl_certfile": str(home / f"{role}.pem"), "ssl_keyfile": str(home / f"{role}.key")}
        if mechanism:
            kafka |= {"sasl_mechanism": mechanism, "sasl_username": role}
        return story.settings(**{"session_timeout_seconds": 6.0, "heartbeat_seconds": 1.0, **kafka, **changes})

    def config(self, role: str, protocol: str, mechanism: str | None = None, **changes: object) -> Path:
        """Write the settings; the password stands in a file beside them, unless it is given as a change."""
        (self.folder / "password").write_text(str(changes.pop("password", PASSWORD)) + "\n")
        settings = self.settings(role, protocol, mechanism, **changes)
        path = self.folder / "larum.toml"
        text = toml(settings)
        if mechanism:
            text += 'sasl_password_file = "password"\n'
        if protocol == "SSL" and settings.kafka.ssl_keyfile and "larum-worker" in settings.kafka.ssl_keyfile:
            (self.folder / "key-password").write_text(KEY_PASSWORD)
            text += 'ssl_password_file = "key-password"\n'
        path.write_text(text)
        return path
