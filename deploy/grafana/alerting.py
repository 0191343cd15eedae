"""Rules that Grafana manages itself, for those without an Alertmanager: made from Prometheus' own, so that none drifts.

What differs there, and how a rule is carried over:

* A rule asks for a value and has a condition besides. Prometheus' expressions give a series only where they fire, so
  that the condition is that there is a value. That there is none is calm, not a fault.
* Recorded series may be missing: each is replaced by the expression that it is recorded from.
* In templates `$value` is words; the number is `$values.A.Value`. `query` finds nothing, which the templates allow for.
* `keepFiringFor` is read from files by Grafana 12.1.2 and newer; older ones end an alert at once.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
RULES = HERE.parent / "prometheus" / "larum.rules.yml"
PROVISIONED = HERE / "provisioning" / "alerting" / "larum.yml"
DATA_SOURCE = "prometheus"  # as provisioning/datasources names it
HEAD = """# Made from deploy/prometheus/larum.rules.yml by: python -m deploy.grafana.dashboards
# For a Grafana without an Alertmanager. `datasourceUid` is that of provisioning/datasources: put in your own.
"""


def managed_rules() -> str:
    """Return the provisioning file of Grafana's own rules."""
    groups = yaml.safe_load(RULES.read_text())["groups"]
    recorded = {rule["record"]: rule["expr"] for group in groups for rule in group["rules"] if "record" in rule}
    made = [
        {
            "orgId": 1,
            "name": group["name"],
            "folder": "larum",
            "interval": group.get("interval", "1m"),
            "rules": [_rule(rule, recorded) for rule in group["rules"] if "alert" in rule],
        }
        for group in groups
        if any("alert" in rule for rule in group["rules"])
    ]
    return HEAD + yaml.safe_dump({"apiVersion": 1, "groups": made}, sort_keys=False, allow_unicode=True, width=1_000)


def _rule(rule: dict[str, Any], recorded: dict[str, str]) -> dict[str, Any]:
    annotations = {name: _template(text) for name, text in rule["annotations"].items()}
    board = re.match(r"/d/([\w-]+)", annotations["dashboard"])
    return {
        "uid": _identity(rule["alert"]),
        "title": rule["alert"],
        "condition": "B",
        "data": [_ask(_written_out(rule["expr"], recorded)), _is_there()],
        "noDataState": "OK",
        "execErrState": "Error",
        "for": rule.get("for", "0s"),
        **({"keepFiringFor": rule["keep_firing_for"]} if "keep_firing_for" in rule else {}),
        "annotations": annotations | ({"__dashboardUid__": board[1]} if board else {}),
        "labels": rule["labels"],
    }


def _identity(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


def _written_out(expression: str, recorded: dict[str, str]) -> str:
    for name, meaning in recorded.items():
        expression = expression.replace(name, f"({meaning})")
    return expression


def _template(text: str) -> str:
    return re.sub(r"\$value\b", "$values.A.Value", text)


def _ask(expression: str) -> dict[str, Any]:
    return {
        "refId": "A",
        "relativeTimeRange": {"from": 600, "to": 0},
        "datasourceUid": DATA_SOURCE,
        "model": {"refId": "A", "expr": expression, "instant": True, "range": False},
    }


def _is_there() -> dict[str, Any]:
    return {
        "refId": "B",
        "datasourceUid": "__expr__",
        "model": {"refId": "B", "type": "math", "expression": "is_number($A)"},
    }
