"""Grafana's own alert rules: made from Prometheus' rules, up to date, and firing when those do."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.grafana.alerting import PROVISIONED, RULES, managed_rules
from deploy.grafana.dashboards import HERE
from tests.monitoring.programs import promtool


@pytest.fixture
def prometheus() -> dict[str, Any]:
    groups: dict[str, Any] = yaml.safe_load(RULES.read_text())
    return groups


@pytest.fixture
def managed() -> dict[str, dict[str, Any]]:
    groups = yaml.safe_load(managed_rules())["groups"]
    return {rule["title"]: rule for group in groups for rule in group["rules"]}


def asked(rule: dict[str, Any]) -> str:
    (expression,) = (one["model"]["expr"] for one in rule["data"] if one["datasourceUid"] == "prometheus")
    return str(expression)


def test_the_file_is_what_the_code_makes() -> None:
    assert PROVISIONED.read_text() == managed_rules(), "run: python -m deploy.grafana.dashboards"
    assert list(PROVISIONED.parent.iterdir()) == [PROVISIONED]


def test_the_data_source_is_the_one_that_is_provisioned() -> None:
    (source,) = yaml.safe_load((HERE / "provisioning" / "datasources" / "prometheus.yml").read_text())["datasources"]
    uids = set(re.findall(r"datasourceUid: (\S+)", PROVISIONED.read_text()))
    assert uids == {source["uid"], "__expr__"}


def test_every_alert_is_carried_over_with_its_patience_and_its_words(
    prometheus: dict[str, Any], managed: dict[str, dict[str, Any]]
) -> None:
    rules = {rule["alert"]: rule for group in prometheus["groups"] for rule in group["rules"] if "alert" in rule}
    assert managed.keys() == rules.keys()
    assert len({rule["uid"] for rule in managed.values()}) == len(rules)
    for name, rule in managed.items():
        assert re.fullmatch(r"[a-z-]{1,40}", rule["uid"])
        assert rule["for"] == rules[name].get("for", "0s")
        assert rule.get("keepFiringFor") == rules[name].get("keep_firing_for")
        assert rule["labels"] == rules[name]["labels"]
        assert rules[name]["annotations"].keys() < rule["annotations"].keys()
        assert rule["condition"] in {one["refId"] for one in rule["data"]}


def test_no_rule_depends_on_what_only_prometheus_has(managed: dict[str, dict[str, Any]]) -> None:
    for name, rule in managed.items():
        assert not re.search(r"\w:\w", asked(rule)), f"{name} asks for a recorded series"
        for text in rule["annotations"].values():
            assert not re.search(r"\$value\b", text), f"{name} prints words for a number"
            assert "${" not in text, f"{name}: Grafana takes that for a variable of the environment"


@pytest.mark.monitoring
def test_the_expressions_fire_when_those_of_prometheus_do(
    prometheus: dict[str, Any], managed: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    for group in prometheus["groups"]:
        group["rules"] = [rule | {"expr": asked(managed[rule["alert"]])} for rule in group["rules"] if "alert" in rule]
    (tmp_path / RULES.name).write_text(yaml.safe_dump(prometheus))
    tests = RULES.with_name("larum.rules.test.yml")
    (tmp_path / tests.name).write_text(tests.read_text())
    assert "SUCCESS" in promtool("test", "rules", tmp_path / tests.name)
