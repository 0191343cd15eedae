"""What a worker says of itself, scraped as Prometheus would."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.request import urlopen

from prometheus_client.parser import text_string_to_metric_families

PORT = re.compile(r"metrics and health on http://[^:]+:(\d+)")

Labels = tuple[tuple[str, str], ...]


def ports(log: Path) -> list[int]:
    """The ports of the workers that have written to a log, in the order in which they began."""
    return [int(port) for port in PORT.findall(log.read_text())]


def scrape(port: int) -> dict[str, dict[Labels, float]]:
    """Every sample, by name and labels."""
    with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as answer:
        text = answer.read().decode()
    found: dict[str, dict[Labels, float]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found.setdefault(sample.name, {})[tuple(sorted(sample.labels.items()))] = sample.value
    return found
