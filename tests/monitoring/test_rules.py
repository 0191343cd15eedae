"""The files under deploy/ that Prometheus reads, judged by its own checker."""

from __future__ import annotations

import re

import pytest
import yaml
from prometheus_client import CollectorRegistry, generate_latest

from streams.metrics import Metrics
from tests.monitoring.programs import DEPLOY, promtool

pytestmark = pytest.mark.monitoring

RULES = DEPLOY / "prometheus" / "larum.rules.yml"
RULE_TESTS = DEPLOY / "prometheus" / "larum.rules.test.yml"


def test_prometheus_accepts_its_configuration_and_rules() -> None:
    assert "SUCCESS" in promtool("check", "config", DEPLOY / "prometheus" / "prometheus.yml")
    assert "SUCCESS" in promtool("check", "rules", "--lint-fatal", RULES)


def test_the_rules_pass_their_own_tests() -> None:
    assert "SUCCESS" in promtool("test", "rules", RULE_TESTS)


def test_every_alert_has_a_test_and_tells_what_to_do() -> None:
    groups = yaml.safe_load(RULES.read_text())["groups"]
    alerts = [rule for group in groups for rule in group["rules"] if "alert" in rule]
    tested = {
        case["alertname"]
        for test in yaml.safe_load(RULE_TESTS.read_text())["tests"]
        for case in test["alert_rule_test"]
        if case["exp_alerts"]
    }
    assert {alert["alert"] for alert in alerts} == tested
    for alert in alerts:
        assert alert["annotations"].keys() == {"summary", "description", "runbook"}, alert["alert"]
        assert alert["labels"]["severity"] in {"none", "notice", "warning", "critical"}


def test_the_rules_speak_only_of_metrics_that_exist() -> None:
    exported = {metric.name for metric in Metrics(CollectorRegistry()).catalogue}
    spoken_of = set(re.findall(r"(?<![\w:])larum_[a-z_]+", RULES.read_text()))
    assert spoken_of <= exported


def test_the_exposition_is_clean() -> None:
    registry = CollectorRegistry()
    metrics = Metrics(registry)
    metrics.adopt_brand("orlen")
    metrics.count_posts("bluesky", 1, newest=1_767_369_600.0)
    metrics.operations.set_lag("posts", 0, 1)
    assert promtool("check", "metrics", text=generate_latest(registry).decode()) == ""
