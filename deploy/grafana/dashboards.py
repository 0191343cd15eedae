"""The Grafana dashboards of larum, as code, and the files that Grafana is provisioned with.

``python -m deploy.grafana.dashboards`` writes them, and the alert rules besides; a test proves that the files
checked in are the ones this module makes. It needs ``grafana-foundation-sdk``, which larum's extra ``test`` brings.
"""

from __future__ import annotations

from pathlib import Path

from grafana_foundation_sdk.builders import dashboard
from grafana_foundation_sdk.cog.encoder import JSONEncoder

from deploy.grafana.alerting import PROVISIONED, managed_rules
from deploy.grafana.health import health
from deploy.grafana.one_brand import one_brand
from deploy.grafana.situation_room import situation_room

HERE = Path(__file__).parent


def render(board: dashboard.Dashboard) -> str:
    """Return the JSON that Grafana reads, always the same for the same dashboard."""
    built = board.build()
    for identity, panel in enumerate(built.panels or [], start=1):
        panel.id_val = identity
    return JSONEncoder(sort_keys=True, indent=2).encode(built) + "\n"


def files() -> dict[Path, str]:
    """Return what the file of each dashboard should hold."""
    boards = {"situation-room": situation_room, "one-brand": one_brand, "health": health}
    return {HERE / f"{name}.json": render(board()) for name, board in boards.items()}


if __name__ == "__main__":
    for path, text in (files() | {PROVISIONED: managed_rules()}).items():
        path.write_text(text)
