"""What docker-compose.yml asks larum to do is what the command line takes, with a configuration that loads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml

from streams.cli import app
from streams.config import load
from streams.core.receivers import Alertmanager

ROOT = Path(__file__).parents[2]
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
OURS = sorted(name for name, service in SERVICES.items() if service["image"].startswith("larum:"))
BRANDS = ROOT / "deploy" / "brands.toml"


@pytest.mark.parametrize("name", OURS)
def test_the_command_line_takes_the_command(name: str) -> None:
    command, *arguments = SERVICES[name]["command"]
    group = typer.main.get_command(app)
    assert isinstance(group, typer.core.TyperGroup)
    with group.commands[command].make_context(command, arguments) as context:
        assert context.params["config"] == Path("/etc/larum/larum.toml")


def test_the_configuration_reaches_the_broker_and_can_be_scraped() -> None:
    settings = load(BRANDS, {})
    scrapes = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yml").read_text())["scrape_configs"]
    found = {scrape["job_name"]: scrape["dns_sd_configs"][0] for scrape in scrapes if "dns_sd_configs" in scrape}
    assert settings.kafka.bootstrap_servers == "kafka:9092"
    assert "INSIDE://kafka:9092" in SERVICES["kafka"]["environment"]["KAFKA_ADVERTISED_LISTENERS"]
    assert settings.server.host == "0.0.0.0"
    assert {job: address["names"] for job, address in found.items()} == {
        "larum": ["worker"],
        "larum-notify": ["notifier"],
        "larum-web": ["web"],
    }
    assert all(address["port"] == settings.server.port for address in found.values())
    assert f":{settings.server.port}/healthz" in (ROOT / "deploy/container/Dockerfile").read_text()


def test_the_notifier_tells_the_alertmanager_that_is_there() -> None:
    (receiver,) = load(BRANDS, {}).receivers
    assert isinstance(receiver, Alertmanager)
    assert receiver.urls == ("http://alertmanager:9093",)
    assert "--web.listen-address=:9093" in SERVICES["alertmanager"]["command"]
