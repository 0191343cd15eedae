"""Examples of what the API takes and gives, for its description; a test reads each by the type that it is of."""

from __future__ import annotations

from typing import Any

_ACTION = {
    "id": "5f0c6a", "kind": "acknowledged", "at": "2026-01-02T16:09:12.500Z", "by": "ola", "text": "I look into it",
    "link": None, "step": None, "status": None, "owner": None, "next_minutes": None, "false_alarm": False, "into": None,
}  # fmt: skip
_INCIDENT = {
    "id": "3f2ac0ffee3f2ac0", "brand": "zorzanka", "state": "acknowledged", "severity": "critical",
    "onset": "2026-01-02T15:58:00Z", "opened_at": "2026-01-02T16:06:00Z", "calm_since": None, "false_alarm": False,
    "into": None, "missing": ["apologise", "counteract", "admit", "improve", "repair"],
    "due": [{"what": "word", "at": "2026-01-02T16:36:00Z"}], "reason": "Four times as many voices as usual",
}  # fmt: skip
_INTERVAL = {"observed": 120.0, "expected": 30.0, "lower": 10.0, "upper": 41.0, "minutes": 60.0}
_CRISIS = {
    "brand": "zorzanka", "severity": "critical", "kinds": ["volume"], "onset": "2026-01-02T15:58:00Z",
    "detected_at": "2026-01-02T16:06:00Z", "time": "2026-01-02T16:06:00Z", "voices": _INTERVAL, "negatives": _INTERVAL,
    "negativity": {"observed": 0.73, "expected": 0.2, "lower": 0.1, "upper": 0.31, "minutes": 60.0},
    "mentions": {"15m": 80, "1h": 130, "1d": 400}, "independence": "organic", "terms": [{"term": "szkło", "posts": 40}],
    "first_posts": [], "telling_posts": [], "model": "1", "reason": "Four times as many voices as usual",
    "silent_source": None, "crowd": None, "harm": None, "sampled": None,
}  # fmt: skip
_BRAND = {
    "id": "zorzanka", "name": "Zorzanka", "open_incidents": ["3f2ac0ffee3f2ac0"], "voices": 412.0, "expected": 290.5,
}  # fmt: skip

EXAMPLES: dict[str, Any] = {
    "getStatus": {
        "now": "2026-01-02T16:10:00Z", "blind": None, "silent": [], "newest": "2026-01-02T16:09:00Z", "brands": 3,
        "open_incidents": 1, "incidents": 12,
    },
    "listBrands": {"brands": [_BRAND], "next": None},
    "getBrand": {
        **_BRAND,
        "trace": {"end": "2026-01-02T16:15:00Z", "bin_seconds": 900, "voices": [3.0, 120.0], "expected": [4.1, 4.0]},
    },
    "listIncidents": {"incidents": [_INCIDENT], "next": None},
    "getIncident": {
        **_INCIDENT,
        "steps": [{"step": "apologise", "status": None, "owner": None, "at": None, "text": "", "link": None}],
        "actions": 1,
        "crisis": _CRISIS,
    },
    "listActions": {"actions": [_ACTION], "next": None},
    "act": {"action": _ACTION, "incident": _INCIDENT},
    "draftStatement": {
        "kind": "product", "lang": "en", "form": "short", "word": "first", "text": "We look into it: [which].",
        "characters": 25, "missing": ["[which]"], "reason": "people say: szkło",
    },
    "listAudit": {
        "entries": [
            {
                "number": 7, "at": "2026-01-02T16:09:12.500Z", "what": "action", "outcome": "allowed", "who": "ola",
                "role": "respond", "address": "192.0.2.7", "detail": "acknowledged", "incident": "3f2ac0ffee3f2ac0",
                "action": "5f0c6a", "count": 1,
            }
        ],
        "next": 7,
    },
    "bodies": {
        "acknowledge": {"kind": "acknowledged", "text": "I look into it"},
        "step": {
            "kind": "step", "step": "counteract", "status": "done", "text": "Batch recalled", "owner": "quality",
            "link": "https://zorzanka.example/recall",
        },
        "word": {"kind": "stated", "link": "https://social.example/1", "next_minutes": 60},
        "false alarm": {"kind": "resolved", "false_alarm": True},
    },
    "events": 'id: 1f2e-7\nevent: incident\ndata: {"incident":"3f2ac0ffee3f2ac0"}\n\n',
}  # fmt: skip
"""By operationId; besides, the bodies of actions and a piece of the stream of events."""
