"""Where metrics are defined: each is registered and documented at once."""

from __future__ import annotations

from typing import NamedTuple, TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

M = TypeVar("M", Counter, Gauge)


class Documented(NamedTuple):
    """One metric as a reader of the documentation meets it."""

    name: str
    type: str
    labels: tuple[str, ...]
    help: str


class Definitions:
    """Defines metrics on a registry, and notes each.

    Parameters
    ----------
    registry
        Where the metrics are registered.

    Attributes
    ----------
    catalogue
        Each metric's name, type, labels and help, in the order of their definition.

    Examples
    --------
    >>> definitions = Definitions(CollectorRegistry())
    >>> definitions.new(Counter, "larum_posts_total", "Posts read.", "source").labels("crm").inc()
    >>> definitions.catalogue
    [Documented(name='larum_posts_total', type='counter', labels=('source',), help='Posts read.')]
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self.catalogue: list[Documented] = []
        self._registry = registry

    def new(self, metric: type[M], name: str, text: str, *labels: str) -> M:
        """Define a counter or a gauge."""
        self.catalogue.append(Documented(name, metric.__name__.lower(), labels, text))
        return metric(name, text, labels, registry=self._registry)

    def histogram(self, name: str, text: str, *labels: str, buckets: tuple[float, ...]) -> Histogram:
        """Define a histogram with the upper bounds of its buckets."""
        self.catalogue.append(Documented(name, "histogram", labels, text))
        return Histogram(name, text, labels, registry=self._registry, buckets=buckets)
