"""docker-compose.yml against the Compose Specification, and against what larum promises of it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema.validators import validator_for

from streams.worker import STOP_SECONDS

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
ENDS_BY_ITSELF = {"topics"}
NO_PORT_TO_ASK = {"bluesky"}

each_service = pytest.mark.parametrize("name", sorted(SERVICES))


def test_the_compose_specification_holds() -> None:
    assert not faults(COMPOSE)


def faults(document: dict[str, Any]) -> list[str]:
    schema = json.loads((Path(__file__).parent / "compose-spec.json").read_text())
    return [f"{error.json_path}: {error.message}" for error in validator_for(schema)(schema).iter_errors(document)]


@each_service
def test_an_image_is_pinned_to_a_full_version(name: str) -> None:
    assert re.search(r":v?\d+\.\d+\.\d+$", SERVICES[name]["image"])


@each_service
def test_a_service_can_do_no_more_than_it_must(name: str) -> None:
    service = SERVICES[name]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not service.get("privileged", False)
    assert service["read_only"]
    assert not str(service.get("user", "")).startswith(("0", "root"))
    assert service["networks"] == ["larum"]


@each_service
def test_a_service_takes_no_more_than_its_share(name: str) -> None:
    limits = SERVICES[name]["deploy"]["resources"]["limits"]
    assert limits.keys() == {"cpus", "memory", "pids"}
    assert all(":" in mount and "size=" in mount for mount in SERVICES[name].get("tmpfs", []))


@each_service
def test_a_service_that_dies_is_started_again(name: str) -> None:
    assert SERVICES[name]["restart"] == ("no" if name in ENDS_BY_ITSELF else "unless-stopped")


def test_a_worker_has_time_to_stop_and_is_not_alone() -> None:
    assert int(SERVICES["worker"]["stop_grace_period"].removesuffix("s")) >= STOP_SECONDS + 10
    assert SERVICES["worker"]["deploy"]["replicas"] == 2


@each_service
def test_ports_are_published_on_the_loopback_only(name: str) -> None:
    assert all(port.startswith("127.0.0.1:") for port in SERVICES[name].get("ports", []))


@each_service
def test_what_goes_on_is_asked_for_its_health(name: str) -> None:
    service = SERVICES[name]
    check = service.get("healthcheck", {})
    built_in = "build" in service and "HEALTHCHECK" in (ROOT / service["build"]["dockerfile"]).read_text()
    asked = not check.get("disable") and ("test" in check or built_in)
    assert asked or name in ENDS_BY_ITSELF | NO_PORT_TO_ASK


@each_service
def test_what_is_waited_for_can_come_true(name: str) -> None:
    for other, how in SERVICES[name].get("depends_on", {}).items():
        wanted = "service_completed_successfully" if other in ENDS_BY_ITSELF else "service_healthy"
        assert how["condition"] == wanted


@each_service
def test_mounted_files_exist_and_volumes_are_declared(name: str) -> None:
    for mount in SERVICES[name].get("volumes", []):
        source, _, target = mount.partition(":")
        if source.startswith("."):
            assert (ROOT / source).exists(), source
            assert target.endswith(":ro"), f"{source} can be written from inside"
        else:
            assert source in COMPOSE["volumes"]


def test_no_volume_is_left_over() -> None:
    mounted = {mount.partition(":")[0] for service in SERVICES.values() for mount in service.get("volumes", [])}
    assert set(COMPOSE["volumes"]) <= mounted


def test_the_overlay_with_secrets_gives_them_as_files_to_services_that_exist() -> None:
    overlay = yaml.safe_load((ROOT / "deploy" / "container" / "secrets.yml").read_text())
    assert not faults(overlay)
    given = {secret for service in overlay["services"].values() for secret in service["secrets"]}
    assert given == overlay["secrets"].keys()
    assert all(secret["file"].startswith("${LARUM_SECRETS:?") for secret in overlay["secrets"].values())
    assert overlay["services"].keys() == {"notifier", "web", "alertmanager"}
    assert overlay["services"].keys() <= SERVICES.keys()


def test_no_secret_stands_in_the_file() -> None:
    names = {name for service in SERVICES.values() for name in service.get("environment", {})}
    assert not {name for name in names if re.search(r"PASSWORD|TOKEN|SECRET_KEY|CREDENTIAL", name)}
