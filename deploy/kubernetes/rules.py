"""Write larum's rules as the Prometheus operator takes them: ``python -m deploy.kubernetes.rules``."""

from __future__ import annotations

from pathlib import Path
from textwrap import indent

HERE = Path(__file__).parent
FILE = HERE / "monitoring" / "prometheusrule.yaml"
RULES = HERE.parent / "prometheus" / "larum.rules.yml"
HEAD = """\
# Made of ../../prometheus/larum.rules.yml: python -m deploy.kubernetes.rules
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: larum
  labels: {app.kubernetes.io/name: larum}
spec:
"""


def written() -> str:
    """Make the manifest: the rules as they stand, a level deeper."""
    return HEAD + indent(RULES.read_text(encoding="utf-8"), "  ")


if __name__ == "__main__":
    FILE.write_text(written(), encoding="utf-8")
