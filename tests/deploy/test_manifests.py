"""deploy/kubernetes against the schemas of Kubernetes and of the operators, object by object."""

from __future__ import annotations

import functools
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from kubernetes_validate.utils import schema_contents
from referencing import Registry, Resource

from deploy.kubernetes import rules
from tests.deploy.manifests import OVERLAYS, documents, one
from tests.monitoring.programs import promtool

OPERATORS: dict[str, Any] = json.loads((Path(__file__).parent / "operators.json").read_text())
OLDEST, NEWEST = "1.29", "1.33"


@functools.cache
def definitions(version: str) -> Registry[Any]:
    """What the schemas of one version of Kubernetes refer to; they refuse keys that they do not know."""
    everything = schema_contents(f"kubernetes-json-schema/v{version}.0-local-strict/_definitions.json", version)
    return Resource.from_contents(everything) @ Registry()


def faults(document: dict[str, Any], version: str) -> list[str]:
    kind = document["kind"]
    if kind in OPERATORS["$defs"]:
        schema, registry = OPERATORS | {"$ref": f"#/$defs/{kind}"}, Registry[Any]()
    else:
        group, _, number = document["apiVersion"].rpartition("/")
        name = "-".join(part for part in (kind.lower(), group.partition(".")[0], number) if part)
        schema = schema_contents(f"kubernetes-json-schema/v{version}.0-local-strict/{name}.json", version)
        registry = definitions(version)
    errors = Draft202012Validator(schema, registry=registry).iter_errors(document)
    return [f"{kind} {document['metadata']['name']} {error.json_path}: {error.message}" for error in errors]


@pytest.mark.parametrize("version", [OLDEST, NEWEST])
@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_object_is_one_that_kubernetes_takes(overlay: str, version: str) -> None:
    assert [fault for document in documents(overlay) for fault in faults(document, version)] == []


def test_what_is_wrong_is_found() -> None:
    """The schemas are strict: a key that is misspelt, or in the wrong place, does not pass."""
    for kind, path in (("Deployment", ("spec", "template", "spec")), ("ScaledObject", ("spec",))):
        wrong = next(document for document in documents("production") if document["kind"] == kind)
        place = wrong
        for key in path:
            place = place[key]
        place["terminationGracePeriod"] = 45
        assert "terminationGracePeriod" in "".join(faults(wrong, NEWEST))


def test_the_rule_file_of_the_operator_is_the_one_of_prometheus() -> None:
    assert rules.FILE.read_text() == rules.written(), "run: python -m deploy.kubernetes.rules"
    spec = yaml.safe_load(rules.FILE.read_text())["spec"]
    assert spec == yaml.safe_load(rules.RULES.read_text())
    assert spaced(one("production", "PrometheusRule")["spec"]) == spaced(spec)


def spaced(document: object) -> str:
    """A document with all white space alike: kubectl adds line breaks to expressions of several lines."""
    return re.sub(r"(\\n|\s)+", " ", json.dumps(document, sort_keys=True))


@pytest.mark.monitoring
def test_prometheus_takes_what_the_operator_would_give_it(tmp_path: Path) -> None:
    given = tmp_path / "larum.rules.yml"
    given.write_text(yaml.safe_dump(one("production", "PrometheusRule")["spec"]))
    assert "SUCCESS" in promtool("check", "rules", "--lint-fatal", given)
