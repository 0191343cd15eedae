"""The manifests for Kubernetes as kubectl renders them."""

from __future__ import annotations

import functools
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from streams.config import load
from streams.core.settings import Settings

ROOT = Path(__file__).parents[2]
KUBERNETES = ROOT / "deploy" / "kubernetes"
OVERLAYS = ("small", "production")
SECRETS = {
    "LARUM_KAFKA_SASL_PASSWORD": "made up",
    "LARUM_RECEIVER_DESK_URL": "https://chat.example.org/made-up",
    "LARUM_TOKEN_DESK": "made-up-0123456789",
}


OLDEST = (1, 21)  # that knows kustomize's components


@functools.cache
def kubectl() -> str | None:
    """The path of a kubectl that is new enough: Debian's is not, so where there is none these tests skip, saying so."""
    found = shutil.which("kubectl")
    if found is None:
        return None
    done = subprocess.run([found, "version", "--client", "-o", "json"], capture_output=True, text=True, check=False)
    told = json.loads(done.stdout)["clientVersion"] if done.returncode == 0 else {"major": 0, "minor": 0}
    number = tuple(int(re.sub(r"\D.*", "", str(told[part]))) for part in ("major", "minor"))
    return found if number >= OLDEST else None


@functools.cache
def rendered(overlay: str) -> str:
    program = kubectl()
    if program is None:
        pytest.skip(f"kubectl {OLDEST[0]}.{OLDEST[1]} or newer is not installed")
    done = subprocess.run([program, "kustomize", KUBERNETES / overlay], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


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
