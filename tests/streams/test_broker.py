from pathlib import Path

import faust
import pytest
from pydantic import SecretStr

from streams.broker import BrokerSettingsError, client_options, faust_options
from streams.core.settings import Kafka

PASSWORD = "correct horse"
ISSUER = """-----BEGIN CERTIFICATE-----
MIIBgzCCASmgAwIBAgIUSVxWI2O7IG9yORy4kyzYzwZxi9QwCgYIKoZIzj0EAwIw
FjEUMBIGA1UEAwwLbGFydW0gdGVzdHMwIBcNMjYxMTIyMjAzOTE1WhgPMjEyNjEw
MjkyMDM5MTVaMBYxFDASBgNVBAMMC2xhcnVtIHRlc3RzMFkwEwYHKoZIzj0CAQYI
KoZIzj0DAQcDQgAE8KLPIyGlgwzEU4pKMp64l/Qdh2dospLf079z/3790pDU/Q0r
aA57c9z9y5Mz96bUPt1rR0CE1Xj15ut0zc9NZ6NTMFEwHQYDVR0OBBYEFOqPUmLa
ktckmvoGwNQmbSPLDmSBMB8GA1UdIwQYMBaAFOqPUmLaktckmvoGwNQmbSPLDmSB
MA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIhAK+5J2SC8Irn4BuK
T3mDhwA4939Omkon0aMriDyJ6ltiAiB5nxKOolUj8X6B4i4zYQ3463q0xl7vqoY9
+1dKmOmSNw==
-----END CERTIFICATE-----
"""


def scram(**changes: object) -> Kafka:
    given: dict[str, object] = {
        "security_protocol": "SASL_PLAINTEXT",
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_username": "larum",
        "sasl_password": SecretStr(PASSWORD),
    }
    return Kafka.model_validate(given | changes)


def test_sasl_reaches_both_clients() -> None:
    assert client_options(scram()) == {
        "bootstrap_servers": ["localhost:9092"],
        "security_protocol": "SASL_PLAINTEXT",
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": "larum",
        "sasl_plain_password": PASSWORD,
    }
    credentials = faust_options(scram())["broker_credentials"]
    assert isinstance(credentials, faust.SASLCredentials)
    assert (credentials.protocol.value, credentials.mechanism.value) == ("SASL_PLAINTEXT", "SCRAM-SHA-512")
    assert (credentials.username, credentials.password) == ("larum", PASSWORD)


def test_tls_reaches_both_clients(tmp_path: Path) -> None:
    authority = tmp_path / "ca.pem"
    authority.write_text(ISSUER)
    kafka = Kafka(security_protocol="SSL", ssl_cafile=str(authority))
    context = client_options(kafka)["ssl_context"]
    assert [dict(pair for (pair,) in issuer["subject"])["commonName"] for issuer in context.get_ca_certs()] == [
        "larum tests"
    ]
    assert context.check_hostname
    credentials = faust_options(kafka)["broker_credentials"]
    assert credentials.protocol.value == "SSL"
    assert credentials.context.get_ca_certs() == context.get_ca_certs()
    both = scram(security_protocol="SASL_SSL", ssl_cafile=str(authority))
    assert client_options(both)["ssl_context"].get_ca_certs() == context.get_ca_certs()
    assert faust_options(both)["broker_credentials"].protocol.value == "SASL_SSL"


def test_the_password_is_in_nothing_that_is_printed() -> None:
    kafka = scram()
    shown = [repr(kafka), str(kafka), kafka.model_dump_json(), repr(faust_options(kafka)), repr(kafka.sasl_password)]
    assert not [text for text in shown if PASSWORD in text]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"bootstrap_servers": " , "}, "bootstrap_servers"),
        ({"sasl_mechanism": None}, "sasl_mechanism"),
        ({"sasl_username": None}, "sasl_username"),
        ({"sasl_password": None}, "sasl_password"),
        ({"ssl_cafile": "/nowhere/ca.pem"}, "ssl_cafile is set, but"),
        ({"security_protocol": "SASL_SSL", "ssl_cafile": "/nowhere/ca.pem"}, "ssl_cafile = '/nowhere/ca.pem'"),
        ({"security_protocol": "SSL", "ssl_keyfile": "/nowhere/key.pem"}, "ssl_certfile"),
    ],
)
def test_settings_that_cannot_work_are_named(changes: dict[str, object], told: str) -> None:
    with pytest.raises(BrokerSettingsError, match=told):
        client_options(scram(**changes))


def test_a_file_that_holds_no_certificate_is_an_error_in_words(tmp_path: Path) -> None:
    authority = tmp_path / "ca.pem"
    authority.write_text("not a certificate")
    with pytest.raises(BrokerSettingsError, match="TLS files"):
        client_options(Kafka(security_protocol="SSL", ssl_cafile=str(authority)))
