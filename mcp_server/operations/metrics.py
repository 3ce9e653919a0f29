"""Counts and measures, in Prometheus' form; imported only where somebody may ask for it."""

from collections.abc import Sequence
from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from mcp_server.operations.figures import FIGURES, Figure

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST

_SECONDS: Final = (0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 240.0)


# A time of creation for each series doubles the text, and says nothing here.
disable_created_metrics()  # type: ignore[no-untyped-call] # the library's own gap


class Metrics:
    """The figures of one server."""

    def __init__(self) -> None:
        """Start every figure at nothing."""
        self._registry = CollectorRegistry()
        self._counters = {
            figure.name: Counter(
                figure.name, figure.meaning, figure.labels, registry=self._registry
            )
            for figure in FIGURES
            if figure.kind == "counter"
        }
        self._gauges = {
            figure.name: Gauge(figure.name, figure.meaning, figure.labels, registry=self._registry)
            for figure in FIGURES
            if figure.kind == "gauge"
        }
        self._histograms = {
            figure.name: Histogram(
                figure.name,
                figure.meaning,
                figure.labels,
                buckets=_SECONDS,
                registry=self._registry,
            )
            for figure in FIGURES
            if figure.kind == "histogram"
        }

    def count(self, figure: Figure, *labels: str) -> None:
        """Add one to a counter."""
        self._counters[figure.name].labels(*labels).inc()

    def measure(self, figure: Figure, seconds: float, *labels: str) -> None:
        """Add a duration to a histogram."""
        self._histograms[figure.name].labels(*labels).observe(seconds)

    def show(self, figure: Figure, rows: Sequence[tuple[tuple[str, ...], float]]) -> None:
        """Set a gauge; label values that are not among the rows are gone."""
        gauge = self._gauges[figure.name]
        if not figure.labels:
            gauge.set(sum(value for _, value in rows))
            return
        gauge.clear()
        for labels, value in rows:
            gauge.labels(*labels).set(value)

    def text(self) -> bytes:
        """Return everything in the text form."""
        return generate_latest(self._registry)
