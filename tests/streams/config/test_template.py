import re
import tomllib
from pathlib import Path

from streams.config import load, template
from streams.core.matching.matcher import Matcher
from streams.core.receivers import PagerDuty
from streams.core.settings import Brand, Settings
from streams.core.tokens import Token

SECTIONS = ("detection", "sentiment", "kafka", "server", "journal", "bluesky", "notify", "response", "web")
SECRETS = {"sasl_password": "kafka", "ssl_password": "kafka", "token": "server", "heartbeat_url": "notify"}


def test_the_template_loads_to_the_defaults(tmp_path: Path) -> None:
    file = tmp_path / "larum.toml"
    file.write_text(template(), encoding="utf-8")
    settings = load(file, {})
    assert settings == Settings(brands=settings.brands)
    assert len(settings.brands) == 3


def test_the_examples_find_what_their_comments_promise(tmp_path: Path) -> None:
    file = tmp_path / "larum.toml"
    file.write_text(template(), encoding="utf-8")
    matcher = Matcher(load(file, {}).brands)
    assert matcher.find("Drogo na Orlenie") == (0,)
    assert matcher.find("Żabka w trawie") == matcher.find("Zobaczyłem żabkę") == ()
    assert matcher.find("Kolejka do kasy w Żabce") == (1,)
    assert matcher.find("Thanks @united, never again United Airlines") == (2,)


def test_every_setting_stands_in_it_with_its_true_default() -> None:
    # What is commented out, taken in: the defaults of all sections must come out.
    sections, _, _ = template().partition("# [[receivers]]")
    document = tomllib.loads(re.sub(r"(?m)^# (\w+ = )", r"\1", sections))
    defaults = {name: Settings.model_fields[name].get_default().model_dump(mode="json") for name in SECTIONS}
    for secret, section in SECRETS.items():
        del defaults[section][secret]  # comes from the environment or a file
    for section, expected in defaults.items():
        assert document[section].keys() == expected.keys(), section
        assert {
            key: document[section][key] if value is not None else None for key, value in expected.items()
        } == expected


def test_the_receiver_that_it_shows_is_one() -> None:
    receivers = template().partition("# [[receivers]]")[2].partition("\n\n")[0]
    (table,) = tomllib.loads("[[receivers]]" + receivers.replace("\n# ", "\n"))["receivers"]
    table["routing_key"] = table.pop("routing_key_file")
    assert PagerDuty.model_validate(table).name == "on-call"


def test_the_token_that_it_shows_is_one() -> None:
    (table,) = tomllib.loads("[[tokens]]" + template().partition("# [[tokens]]")[2].replace("\n# ", "\n"))["tokens"]
    table["token"] = "0123456789abcdef"
    assert Token.model_validate(table).name == "ola"


def test_every_setting_of_a_brand_is_shown() -> None:
    shown = {key for brand in tomllib.loads(template())["brands"] for key in brand}
    assert shown == set(Brand.model_fields)


def test_every_setting_is_explained() -> None:
    assert not re.findall(r"(?m)^.*(?:# None|# Not set\. None)$", template())
