"""What is due about crises, for Prometheus: so Alertmanager goes after whoever has not answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import get_args

from prometheus_client import CollectorRegistry, Gauge

from streams.core.duties import Due, Duties
from streams.core.incident import Incident, State
from streams.core.incidents import Incidents
from streams.core.judged import Verdict, verdict
from streams.definitions import Definitions

TASKS = ("acknowledge", "assess", "word")


class Dues:
    """Exports how far incidents are, and until when what is due of them.

    Parameters
    ----------
    registry
        Where the metrics are.

    Attributes
    ----------
    catalogue
        Each metric's name, type, labels and help, in the order of their definition.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        definitions = Definitions(registry)
        self.catalogue, new = definitions.catalogue, definitions.new
        self._shown = -1  # version of the incidents
        self._states = new(Gauge, "larum_incidents", "Incidents by how far they are.", "state")
        self._judged = new(
            Gauge,
            "larum_judged_incidents",
            "Incidents that people called a false alarm, or real by what they did.",
            "verdict",
        )
        self._due = {
            "acknowledge": new(
                Gauge,
                "larum_incident_acknowledge_due_timestamp_seconds",
                "Until when somebody has to say that they look into a brand's incident; no series where somebody did.",
                "brand",
            ),
            "assess": new(
                Gauge,
                "larum_incident_assess_due_timestamp_seconds",
                "Until when a brand's incident has to be assessed for the first time.",
                "brand",
            ),
            "word": new(
                Gauge,
                "larum_incident_word_due_timestamp_seconds",
                "When the next public word about a brand's incident is due.",
                "brand",
            ),
        }
        self._missing = new(
            Gauge,
            "larum_incident_steps_missing",
            "Of the five steps those that are neither done nor needless.",
            "brand",
        )

    def show(self, incidents: Incidents, duties: Duties) -> None:
        """Export until when what is due; of a brand with several incidents what is due first.

        It changes with the incidents alone: while they are the same, nothing is done.
        """
        if incidents.version == self._shown:
            return
        self._shown = incidents.version
        for state in get_args(State):
            self._states.labels(state).set(incidents.states[state])
        judged = Counter(map(verdict, incidents.known.values()))
        for word in get_args(Verdict):
            self._judged.labels(word).set(judged[word])
        for gauge in (*self._due.values(), self._missing):
            gauge.clear()
        for brand, its in _by_brand(incidents.open).items():
            self._missing.labels(brand).set(max(len(incident.missing) for incident in its))
            dues = [due for incident in its for due in duties.of(incident)]
            for task in TASKS:
                if at := _first(dues, task):
                    self._due[task].labels(brand).set(at)


def _by_brand(incidents: Iterable[Incident]) -> dict[str, list[Incident]]:
    found: dict[str, list[Incident]] = {}
    for incident in incidents:
        found.setdefault(incident.brand, []).append(incident)
    return found


def _first(dues: Iterable[Due], what: str) -> float | None:
    return min((due.at for due in dues if due.what == what), default=None)
