"""The files under deploy/ that Prometheus reads, judged by its own checker."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml
from prometheus_client import CollectorRegistry, generate_latest

from deploy.grafana.dashboards import files
from streams.core.settings import Detection
from streams.metrics import Metrics
from streams.notify.tally import Tally
from tests.exported import exported
from tests.monitoring.programs import DEPLOY, promtool
from tests.streams.samples import crisis

pytestmark = pytest.mark.monitoring

RULES = DEPLOY / "prometheus" / "larum.rules.yml"
RULE_TESTS = DEPLOY / "prometheus" / "larum.rules.test.yml"


def alerts() -> list[dict[str, Any]]:
    groups = yaml.safe_load(RULES.read_text())["groups"]
    return [rule for group in groups for rule in group["rules"] if "alert" in rule]


def test_prometheus_accepts_its_configuration_and_rules() -> None:
    assert "SUCCESS" in promtool("check", "config", DEPLOY / "prometheus" / "prometheus.yml")
    assert "SUCCESS" in promtool("check", "rules", "--lint-fatal", RULES)


def test_the_rules_pass_their_own_tests() -> None:
    assert "SUCCESS" in promtool("test", "rules", RULE_TESTS)


def test_every_alert_has_a_test_of_when_it_fires_and_of_when_it_does_not() -> None:
    fires: set[str] = set()
    rests = {"Watchdog"}  # which never rests
    for test in yaml.safe_load(RULE_TESTS.read_text())["tests"]:
        for case in test["alert_rule_test"]:
            (fires if case["exp_alerts"] else rests).add(case["alertname"])
    assert {alert["alert"] for alert in alerts()} == fires == rests


def test_every_alert_tells_what_to_do_and_where_to_look() -> None:
    boards = {json.loads(text)["uid"] for text in files().values()}
    for alert in alerts():
        assert alert["annotations"].keys() == {"summary", "description", "runbook", "dashboard"}, alert["alert"]
        assert alert["labels"]["severity"] in {"none", "notice", "warning", "critical"}
        board = re.match(r"/d/([a-z-]+)", alert["annotations"]["dashboard"])
        assert board, alert["alert"]
        assert board[1] in boards, alert["alert"]


def test_the_rules_speak_only_of_metrics_that_exist() -> None:
    spoken_of = set(re.findall(r"(?<![\w:])larum_[a-z_]+", RULES.read_text()))
    assert spoken_of <= exported()


def test_the_exposition_is_clean() -> None:
    registry = CollectorRegistry()
    metrics = Metrics(registry)
    metrics.brands.adopt("orlen")
    metrics.count_posts("bluesky", 1, newest=1_767_369_600.0)
    metrics.operations.set_lag("posts", 0, 1)
    metrics.brands.observe_event(crisis("opened", "warning", "negativity"))
    metrics.brands.alarms.show_budget(Detection())
    Tally(registry, ["pager"]).delivered("pager")
    assert promtool("check", "metrics", text=generate_latest(registry).decode()) == ""
