"""The manifests for Kubernetes as kubectl renders them."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import yaml

from streams.config import load
from streams.core.settings import Settings
from tests.monitoring.programs import run

ROOT = Path(__file__).parents[2]
KUBERNETES = ROOT / "deploy" / "kubernetes"
OVERLAYS = ("small", "production")
SECRETS = {"LARUM_KAFKA_SASL_PASSWORD": "made up", "LARUM_RECEIVER_DESK_URL": "https://chat.example.org/made-up"}


@functools.cache
def rendered(overlay: str) -> str:
    return run("kubectl", "kubernetes-client, 1.21 or newer", "kustomize", KUBERNETES / overlay)


def documents(overlay: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all(rendered(overlay)))


def of(overlay: str, kind: str) -> dict[str, dict[str, Any]]:
    """All objects of a kind by their names."""
    return {one["metadata"]["name"]: one for one in documents(overlay) if one["kind"] == kind}


def one(overlay: str, kind: str) -> dict[str, Any]:
    """The only object of a kind."""
    (found,) = of(overlay, kind).values()
    return found


def pods(overlay: str) -> dict[str, dict[str, Any]]:
    """What runs, by the name of the Deployment or Job: templates of pods."""
    owners = of(overlay, "Deployment") | of(overlay, "Job")
    return {name: owner["spec"]["template"] for name, owner in owners.items()}


def settings(overlay: str) -> Settings:
    return load(KUBERNETES / overlay / "larum.toml", SECRETS)
