"""Hears of everything that is worth counting, and passes it on to whatever is switched on."""

import asyncio
import time
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING

from mcp_server.clients.error_mapping import Api
from mcp_server.clients.watching import Exchange
from mcp_server.freshness.cache import CacheUse
from mcp_server.operations.figures import (
    CACHE,
    CALL_SECONDS,
    CALLS,
    REFUSED,
    REQUEST_SECONDS,
    REQUESTS,
    SPENT,
)
from mcp_server.operations.record import CALL, CallRecord
from mcp_server.operations.routes import route

if TYPE_CHECKING:
    from mcp_server.operations.metrics import Metrics
    from mcp_server.operations.tracing import Spans


class Observer:
    """One per server; without metrics and spans it only keeps the record of each call.

    Attributes:
        metrics: Set where somebody may ask for them.
        spans: Set where traces are sent.
        sessions: How many sessions of the handshake era are open.
    """

    def __init__(
        self,
        *,
        spans: "Spans | None" = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.metrics: Metrics | None = None
        self.spans = spans
        self.sessions = 0
        self._monotonic = monotonic

    def measure(self) -> "Metrics":
        """Begin to count."""
        # Slow to import, and a server on stdio has nobody to ask for it.
        from mcp_server.operations.metrics import Metrics  # noqa: PLC0415

        self.metrics = Metrics()
        return self.metrics

    @contextmanager
    def watch(self, api: Api, method: str, path: str) -> Generator[Exchange]:
        """See one request to an upstream through."""
        record, operation = CALL.get(), route(method, path)
        if record is not None:
            record.requests += 1
        started, exchange, failure = self._monotonic(), Exchange(), "unreachable"
        try:
            with self._span(api, operation, exchange):
                yield exchange
        except TimeoutError:
            failure = "timeout"
            raise
        except asyncio.CancelledError:
            failure = "cancelled"
            raise
        finally:
            status = failure if exchange.status is None else f"{exchange.status // 100}xx"
            self._count_request(api, operation, status, self._monotonic() - started)

    def cache_told(self, use: CacheUse) -> None:
        """Hear how an answer of the cache came about."""
        if (record := CALL.get()) is not None:
            record.cache[use] += 1
        if self.metrics is not None:
            self.metrics.count(CACHE, use)

    def spent(self, event: str) -> None:
        """Hear of a refresh that was sent, or of what came of it."""
        if self.metrics is not None:
            self.metrics.count(SPENT, event)

    def refused(self, reason: str) -> None:
        """Hear of a request over HTTP that a limit turned away, or that was not let in."""
        if self.metrics is not None:
            self.metrics.count(REFUSED, reason)

    def answered(self, record: CallRecord, outcome: str, seconds: float) -> None:
        """Hear of a call that has its answer."""
        if self.metrics is not None:
            self.metrics.count(CALLS, record.tool, outcome)
            self.metrics.measure(CALL_SECONDS, seconds, record.tool)

    def _span(self, api: Api, operation: str, exchange: Exchange) -> AbstractContextManager[None]:
        return nullcontext() if self.spans is None else self.spans.request(api, operation, exchange)

    def _count_request(self, api: Api, operation: str, status: str, seconds: float) -> None:
        if self.metrics is not None:
            self.metrics.count(REQUESTS, api, operation, status)
            self.metrics.measure(REQUEST_SECONDS, seconds, api, operation)
