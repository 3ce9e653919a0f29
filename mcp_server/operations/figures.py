"""What can be counted and measured of a server: one table of it, for code and documentation.

Names of tenants, tools and operations are the only labels: no key, no id and nothing that a caller
typed.
"""

from dataclasses import dataclass
from typing import Final, Literal


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure as it is published."""

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    labels: tuple[str, ...]
    meaning: str


CALLS: Final = Figure(
    "tokmetrics_tool_calls_total",
    "counter",
    ("tool", "outcome"),
    "Answered tool calls; the outcome is `ok` or the code of the error.",
)
CALL_SECONDS: Final = Figure(
    "tokmetrics_tool_call_seconds",
    "histogram",
    ("tool",),
    "How long they took, waiting for a refresh included.",
)
REQUESTS: Final = Figure(
    "tokmetrics_upstream_requests_total",
    "counter",
    ("api", "operation", "status"),
    "Requests to an API, repetitions among them; the status is `2xx` to `5xx`, `timeout`, "
    "`cancelled` or `unreachable`.",
)
REQUEST_SECONDS: Final = Figure(
    "tokmetrics_upstream_request_seconds",
    "histogram",
    ("api", "operation"),
    "How long they took.",
)
CACHE: Final = Figure(
    "tokmetrics_cache_answers_total",
    "counter",
    ("use",),
    "Answers of Toklytics by `hit`, `miss`, `joined` (another caller had just asked) and `stale` "
    "(the API was away).",
)
SPENT: Final = Figure(
    "tokmetrics_refreshes_total",
    "counter",
    ("event",),
    "Refreshes that this process sent (`sent`), and what came of them.",
)
JOBS: Final = Figure(
    "tokmetrics_refresh_jobs",
    "gauge",
    ("state",),
    "Unfinished refreshes in the store, of the tenants that this process knows.",
)
QUOTA: Final = Figure(
    "tokmetrics_quota_left",
    "gauge",
    ("tenant",),
    "Refreshes left of the month, as last seen; absent where it was never seen.",
)
SESSIONS: Final = Figure(
    "tokmetrics_sessions_open", "gauge", (), "Open sessions of the handshake era."
)
OPEN: Final = Figure(
    "tokmetrics_http_requests_open",
    "gauge",
    (),
    "Requests over HTTP that are being answered, open streams among them.",
)
REFUSED: Final = Figure(
    "tokmetrics_http_requests_refused_total",
    "counter",
    ("reason",),
    "Requests over HTTP that a limit turned away, or that were not let in.",
)
FIGURES: Final = (
    CALLS,
    CALL_SECONDS,
    REQUESTS,
    REQUEST_SECONDS,
    CACHE,
    SPENT,
    JOBS,
    QUOTA,
    SESSIONS,
    OPEN,
    REFUSED,
)


def table() -> str:
    """Return the table of the figures for the documentation."""
    lines = ["| figure | kind | labels | meaning |", "|---|---|---|---|"]
    lines += [
        f"| `{figure.name}` | {figure.kind} | {', '.join(f'`{label}`' for label in figure.labels)} "
        f"| {figure.meaning} |"
        for figure in FIGURES
    ]
    return "\n".join(lines)
