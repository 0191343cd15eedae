from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from streams.config import ConfigurationError, load
from streams.core.settings import Settings

BRAND = '[[brands]]\nid = "orlen"\nname = "Orlen"\n'
SASL = '[kafka]\nsecurity_protocol = "SASL_SSL"\nsasl_mechanism = "PLAIN"\nsasl_username = "larum"\n'
Load = Callable[..., Settings]
Faults = Callable[..., list[str]]


@pytest.fixture
def read(tmp_path: Path) -> Load:
    def reading(document: str, environ: Mapping[str, str] | None = None) -> Settings:
        file = tmp_path / "larum.toml"
        file.write_text(document, encoding="utf-8")
        return load(file, environ or {})

    return reading


@pytest.fixture
def faults(read: Load, tmp_path: Path) -> Faults:
    def finding(document: str, environ: Mapping[str, str] | None = None) -> list[str]:
        with pytest.raises(ConfigurationError) as caught:
            read(document, environ)
        return [line.removeprefix(f"{tmp_path / 'larum.toml'}:") for line in str(caught.value).splitlines()]

    return finding


def test_reads_what_is_set_and_leaves_the_rest_at_its_default(read: Load) -> None:
    settings = read(f'{BRAND}aliases = ["PKN Orlen"]\n[detection]\nfalse_pages_per_month = 7\n')
    assert settings.brands[0].aliases == ("PKN Orlen",)
    assert settings.detection.false_pages_per_month == 7.0
    assert settings.kafka == Settings(brands=settings.brands).kafka


def test_an_editor_s_byte_order_mark_does_no_harm(read: Load) -> None:
    assert read(f"\ufeff{BRAND}").brands[0].id == "orlen"


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        ("", "1: brands: at least one [[brands]] table is needed"),
        ("brands = []", "1: brands: at least one [[brands]] table is needed"),
        ('brands = "orlen"', "1: brands: should be a valid array"),
        ('\n[[brands]]\nid = "orlen"\n', "2: brands[1].name: is missing"),
        ('[[brands]]\nid = "Or len"\nname = "Orlen"', "2: brands[1].id: String should match pattern"),
        (f'{BRAND}alias = ["x"]', "4: brands[1].alias: unknown key; did you mean 'aliases'?"),
        (f"{BRAND}zzz = 1", "4: brands[1].zzz: unknown key; known are id, name, aliases,"),
        (f"{BRAND}[detectoin]\nx = 1", "4: detectoin: unknown key; did you mean 'detection'?"),
        (
            f"{BRAND}[detection]\nfalse_page_per_month = 1",
            "5: detection.false_page_per_month: unknown key; did you mean 'false_pages_per_month'?",
        ),
        (f'{BRAND}[detection]\nbucket_seconds = "60"', "5: detection.bucket_seconds: should be a valid integer"),
        (
            f"{BRAND}[detection]\nbucket_seconds = 5",
            "5: detection.bucket_seconds: should be greater than or equal to 10",
        ),
        (f"{BRAND}[detection]\nmax_hold_seconds = nan", "5: detection.max_hold_seconds: should be a finite number"),
        (f"{BRAND}detection = 5", "4: brands[1].detection: unknown key"),
        (f'{BRAND}inflect = "no"', "4: brands[1].inflect: should be a valid boolean"),
        (f'{BRAND}hashtags = [\n"ok",\n"#no"]', "6: brands[1].hashtags[2]: is letters, digits and underscores only"),
        (f'{BRAND}handles = ["@orlen"]', "4: brands[1].handles[1]: must read 'name' or 'name@server'"),
        (f'{BRAND}aliases = ["--"]', "4: brands[1].aliases[1]: must hold a letter or a digit"),
        (f"{BRAND}kafka.group = 1", "4: brands[1].kafka: unknown key"),
        (
            f"detection.false_pages_per_month = 0\n{BRAND}",
            "1: detection.false_pages_per_month: should be greater than 0",
        ),
        (f'{BRAND}[kafka]\nsecurity_protocol = "TLS"', "5: kafka.security_protocol: should be 'PLAINTEXT', 'SSL'"),
    ],
)
def test_a_fault_names_line_and_key(faults: Faults, document: str, fault: str) -> None:
    [told] = faults(document)
    assert told.startswith(fault)


@pytest.mark.parametrize(
    ("document", "line"), [("[[brands]\n", 1), (f"{BRAND}\nx = ", 5), (f"{BRAND}name = 'x'", 4), ('a = 1\nb = """', 2)]
)
def test_a_syntax_error_names_its_line(faults: Faults, document: str, line: int) -> None:
    [told] = faults(document)
    assert told.startswith(f"{line}: ")


OTHER = '[[brands]]\nid = "other"\nname = "Inna"\n'


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        (f'{BRAND}[[brands]]\nid = "orlen"\nname = "Inna"', "5: brands[2].id: the id 'orlen' is already that of brand"),
        (f'{BRAND}{OTHER}aliases = ["x1", "ORLEN"]', "7: brands[2].aliases[2]: the name 'ORLEN' is already that of"),
        (
            f'{BRAND}handles = ["ab"]\n{OTHER}handles = ["AB"]',
            "8: brands[2].handles[1]: the handle 'AB' is already that of brand 'orlen' (number 1)",
        ),
        (
            f'{BRAND}hashtags = ["żab"]\n{OTHER}hashtags = ["zab"]',
            "8: brands[2].hashtags[1]: the hashtag 'zab' is already that of brand 'orlen' (number 1)",
        ),
        (
            f'{BRAND}aliases = ["Wisła Orlen"]\nexclude = ["wisła"]',
            "4: brands[1].aliases[1]: 'Wisła Orlen' could never count, for the exclusion 'wisła' is a part of it",
        ),
        (f'{BRAND}exclude = ["kot"]', "4: brands[1].exclude[1]: 'kot' holds no word of the brand's names"),
        (f'{BRAND}[kafka]\nssl_certfile = "x"', "5: kafka.ssl_certfile: needs ssl_keyfile"),
        (f'{BRAND}[kafka]\nssl_keyfile = "x"', "5: kafka.ssl_keyfile: needs ssl_certfile"),
        (f'{BRAND}[kafka]\nssl_cafile = "x"', "5: kafka.ssl_cafile: has no effect with security_protocol PLAINTEXT"),
        (
            f'{BRAND}[kafka]\nsecurity_protocol = "SASL_SSL"',
            "5: kafka.security_protocol: SASL_SSL needs sasl_mechanism",
        ),
        (f'{BRAND}[kafka]\nsasl_username = "x"', "5: kafka.sasl_username: needs sasl_mechanism"),
        (f"{BRAND}{SASL}", "6: kafka.sasl_mechanism: needs a password"),
        (f"{BRAND}[kafka]\nheartbeat_seconds = 5.0", "5: kafka.heartbeat_seconds: 5 s must be less than half of"),
        (
            f'{BRAND}[kafka]\ndead_topic = "larum.posts"',
            "5: kafka.dead_topic: 'larum.posts' is already the posts_topic",
        ),
    ],
)
def test_contradictions_name_line_and_key(faults: Faults, document: str, fault: str) -> None:
    [told] = faults(document)
    assert told.startswith(fault)


def test_an_exclusion_that_shares_a_word_with_a_name_is_no_fault(read: Load) -> None:
    exclusions = ("Orlen Wisła", "żużel w Orlenie")
    assert read(f'{BRAND}exclude = ["Orlen Wisła", "żużel w Orlenie"]').brands[0].exclude == exclusions


def test_all_faults_are_told_at_once_in_the_order_of_the_file(faults: Faults) -> None:
    told = faults(f'{BRAND}alias = ["x"]\n{BRAND}inflect = 1\n[kafka]\nheartbeat_seconds = 9\ngrup = "x"\n')
    assert [line.split(": ")[:2] for line in told] == [
        ["4", "brands[1].alias"],
        ["6", "brands[2].id"],
        ["7", "brands[2].name"],
        ["8", "brands[2].inflect"],
        ["10", "kafka.heartbeat_seconds"],
        ["11", "kafka.grup"],
    ]


def test_a_missing_file_tells_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="larum init"):
        load(tmp_path / "none.toml", {})
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load(tmp_path, {})


def test_secrets_come_from_the_environment(read: Load) -> None:
    settings = read(f"{BRAND}{SASL}", {"LARUM_KAFKA_SASL_PASSWORD": "s3cret", "LARUM_SERVER_TOKEN": "t0ken"})
    assert settings.kafka.sasl_password is not None
    assert settings.server.token is not None
    assert settings.kafka.sasl_password.get_secret_value() == "s3cret"
    assert settings.server.token.get_secret_value() == "t0ken"
    assert "s3cret" not in repr(settings)
    assert "t0ken" not in str(settings)


def test_an_empty_environment_variable_is_no_fault(read: Load) -> None:
    assert read(BRAND, {"LARUM_SERVER_TOKEN": ""}).server.token is None


def test_secrets_come_from_files_beside_the_configuration(read: Load, tmp_path: Path) -> None:
    (tmp_path / "password").write_text("s3cret\n", encoding="utf-8")
    (tmp_path / "token").write_text("t0ken", encoding="utf-8")
    document = f'{BRAND}{SASL}sasl_password_file = "password"\n[server]\ntoken_file = "{tmp_path / "token"}"'
    settings = read(document)
    assert settings.kafka.sasl_password is not None
    assert settings.server.token is not None
    assert settings.kafka.sasl_password.get_secret_value() == "s3cret"
    assert settings.server.token.get_secret_value() == "t0ken"


@pytest.mark.parametrize(
    ("document", "environ", "fault"),
    [
        (
            f'{BRAND}{SASL}sasl_password_file = "x"',
            {"LARUM_KAFKA_SASL_PASSWORD": "s3cret"},
            "8: kafka.sasl_password_file: the secret is given more than once: sasl_password_file and LARUM_KAFKA_SASL",
        ),
        (
            f'{BRAND}{SASL}sasl_password = "s3cret"',
            {"LARUM_KAFKA_SASL_PASSWORD": "s3cret"},
            "8: kafka.sasl_password: a secret does not belong in this file: set LARUM_KAFKA_SASL_PASSWORD, or ",
        ),
        (
            f'{BRAND}[kafka]\nssl_password = "s3cret"',
            {},
            "5: kafka.ssl_password: a secret does not belong in this file: set LARUM_KAFKA_SSL_PASSWORD, or ssl_",
        ),
        (f'{BRAND}[server]\ntoken_file = "none"', {}, "5: server.token_file: cannot read 'none': No such file"),
        (f'{BRAND}[server]\ntoken = ["s3cret"]', {}, "5: server.token: a secret does not belong in this file"),
        (f'{BRAND}[server]\ntoken = ""', {}, "5: server.token: a secret does not belong in this file"),
    ],
)
def test_faults_of_secrets_do_not_print_them(
    faults: Faults, document: str, environ: dict[str, str], fault: str
) -> None:
    [told] = faults(document, environ)
    assert told.startswith(fault)
    assert "s3cret" not in told
