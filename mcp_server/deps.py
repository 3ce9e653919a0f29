"""What a tool may use."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from mcp_server.clients.toklytics import ToklyticsClient
from mcp_server.clients.tokportal import TokPortalClient


def utc_now() -> datetime:
    """The wall clock, as an aware time."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Deps:
    """One per process; a tool gets it as its first argument."""

    tokportal: TokPortalClient
    toklytics: ToklyticsClient
    available: frozenset[str]
    """Names of the tools that are switched on."""
    now: Callable[[], datetime] = utc_now
