"""OpenTelemetry spans: one for each call of a tool, below it one for each request upstream.

What is in them are names of tools, operations and error codes: no argument, no text of a user or an
upstream, no id of a person or account. Spans of a refresh that goes on after its call have no
parent.
"""

import logging
import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace import SpanKind, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from mcp_server import __version__
from mcp_server.clients.error_mapping import Api
from mcp_server.clients.watching import Exchange
from mcp_server.operations.record import CallRecord

LAST_SECONDS: Final = 0.5
"""How long the end of the server may take for the last spans to leave."""
_FAILED: Final = 400

_log = logging.getLogger(__name__)


class Spans:
    """The spans of one server; it sets nothing up for the whole process."""

    def __init__(self, exporter: SpanExporter) -> None:
        """Send spans in batches.

        Args:
            exporter: Where they go.
        """
        self._provider = TracerProvider(
            # OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES win, as everywhere.
            resource=Resource({SERVICE_NAME: "tokmetrics", SERVICE_VERSION: __version__}).merge(
                Resource.create()
            ),
            shutdown_on_exit=False,
        )
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("tokmetrics", __version__)
        self._carrier = TraceContextTextMapPropagator()

    @contextmanager
    def call(self, record: CallRecord, traceparent: str | None) -> Generator[list[str]]:
        """Cover one call of a tool; what is appended to the list is its outcome.

        Args:
            record: Gets the id of the trace, if it began here.
            traceparent: The client's span.
        """
        parent = self._carrier.extract({"traceparent": traceparent}) if traceparent else Context()
        told: list[str] = []
        with self._tracer.start_as_current_span(
            f"tools/call {record.tool}",
            context=parent,
            kind=SpanKind.SERVER,
            attributes={
                "mcp.method.name": "tools/call",
                "gen_ai.operation.name": "execute_tool",
                "gen_ai.tool.name": record.tool,
            },
            # An exception's text may hold what a user typed.
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            span.set_attribute("tokmetrics.call", record.id)
            try:
                yield told
            finally:
                outcome = told[-1] if told else "INTERNAL_ERROR"
                span.set_attribute("tokmetrics.requests", record.requests)
                if outcome != "ok":
                    span.set_attribute("error.type", outcome)
                    span.set_status(StatusCode.ERROR)

    @contextmanager
    def request(self, api: Api, operation: str, exchange: Exchange) -> Generator[None]:
        """Cover one request to an upstream, which is told of it by `traceparent`."""
        method, _, path = operation.partition(" ")
        with self._tracer.start_as_current_span(
            f"{api} {operation}",
            kind=SpanKind.CLIENT,
            attributes={
                "http.request.method": method,
                "url.template": path,
                "peer.service": api,
            },
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            headers: dict[str, str] = {}
            self._carrier.inject(headers, trace.set_span_in_context(span))
            exchange.headers = headers
            try:
                yield
            except BaseException as error:
                span.set_attribute("error.type", type(error).__name__)
                span.set_status(StatusCode.ERROR)
                raise
            if exchange.status is not None:
                span.set_attribute("http.response.status_code", exchange.status)
                if exchange.status >= _FAILED:
                    span.set_status(StatusCode.ERROR)

    def close(self) -> None:
        """Send what is left, for a moment; what the collector does not take then is lost."""
        # A daemon, because the exporter may wait for a collector that is away.
        last = threading.Thread(target=self._provider.shutdown, name="last spans", daemon=True)
        last.start()
        last.join(LAST_SECONDS)
        if last.is_alive():
            _log.warning("The collector of traces did not take the last spans in time.")


def otlp() -> SpanExporter:
    """Return the exporter that OTEL_EXPORTER_OTLP_ENDPOINT and its like describe."""
    # Beside the SDK it brings an HTTP client of its own.
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415
        OTLPSpanExporter,
    )

    return OTLPSpanExporter()
