"""Spans from the client's to the upstream's, with nothing of anybody in them."""

import json
import sys
import threading
from pathlib import Path

import httpx2
import pytest
from mcp import Client
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from mcp_server.errors import SettingsError
from mcp_server.operations.tracing import Spans, otlp
from tests.operations.watched import META, REFRESH, TRACE, TRACEPARENT, lines_of, watched

PARENT = TRACEPARENT.split("-")[2]


def by_kind(exporter: InMemorySpanExporter) -> dict[str, list[ReadableSpan]]:
    found: dict[str, list[ReadableSpan]] = {}
    for span in exporter.get_finished_spans():
        found.setdefault(span.kind.name, []).append(span)
    return found


def hexadecimal(span: ReadableSpan) -> tuple[str, str]:
    assert span.context is not None
    return f"{span.context.trace_id:032x}", f"{span.context.span_id:016x}"


async def test_a_trace_goes_from_the_client_through_the_call_to_the_upstream(
    tmp_path: Path,
) -> None:
    exporter = InMemorySpanExporter()
    async with watched(tmp_path, exporter=exporter, traces="otlp") as one:
        async with Client(one.application.server) as client:
            await client.call_tool(
                "getTikTokCreatorAnalytics",
                {"username": "some.body"},
                meta=META,
            )
        (sent,) = one.upstream.requests
    # Closing the server has sent the spans.
    spans = by_kind(exporter)
    (call,), (request,) = spans["SERVER"], spans["CLIENT"]
    assert call.name == "tools/call getTikTokCreatorAnalytics"
    assert request.name == "Toklytics GET /creators/{id}"
    assert hexadecimal(call)[0] == hexadecimal(request)[0] == TRACE
    assert call.parent is not None
    assert f"{call.parent.span_id:016x}" == PARENT
    assert request.parent is not None
    assert f"{request.parent.span_id:016x}" == hexadecimal(call)[1]
    assert sent.headers["traceparent"] == f"00-{TRACE}-{hexadecimal(request)[1]}-01"
    assert (request.attributes or {})["http.response.status_code"] == 200
    assert call.status.status_code is StatusCode.UNSET


async def test_without_traces_nothing_is_added_to_requests(tmp_path: Path) -> None:
    async with watched(tmp_path) as one, Client(one.application.server) as client:
        await client.call_tool("listAccounts", {}, meta=META)
        assert {"traceparent", "tracestate"}.isdisjoint(one.upstream.requests[0].headers)


async def test_no_argument_name_id_or_answer_is_in_a_span(tmp_path: Path) -> None:
    exporter = InMemorySpanExporter()
    async with (
        watched(tmp_path, exporter=exporter, traces="otlp") as one,
        Client(one.application.server) as client,
    ):
        await client.call_tool("getTikTokCreatorAnalytics", {"username": "some.body"})
        await client.call_tool("getTikTokCreatorAnalytics", {"username": "not a name"})
        await client.call_tool("refreshAccountAnalyticsAndWait", REFRESH)
    text = json.dumps([json.loads(span.to_json()) for span in exporter.get_finished_spans()])
    assert "refreshAccountAnalyticsAndWait" in text
    for private in ("some.body", "not a name", "acc_1", "badger", "sk_own", "tk_own"):
        assert private not in text


async def test_a_failed_call_has_its_code_and_a_failed_request_its_status(tmp_path: Path) -> None:
    exporter = InMemorySpanExporter()
    network = httpx2.MockTransport(lambda _: httpx2.Response(403, json={"error": {"code": "X"}}))
    async with (
        watched(tmp_path, exporter=exporter, traces="otlp", network=network) as one,
        Client(one.application.server) as client,
    ):
        await client.call_tool("listAccounts", {})
    spans = by_kind(exporter)
    (call,), (request,) = spans["SERVER"], spans["CLIENT"]
    assert (call.attributes or {})["error.type"] == "FORBIDDEN"
    assert call.status.status_code is StatusCode.ERROR
    assert call.status.description is None
    assert (request.attributes or {})["http.response.status_code"] == 403
    assert not call.events


@pytest.mark.parametrize("error", [httpx2.ConnectError("to secret.example"), TimeoutError()])
async def test_a_request_without_answer_tells_how_it_failed_and_not_where(
    tmp_path: Path, error: Exception
) -> None:
    def fail(request: httpx2.Request) -> httpx2.Response:
        del request
        raise error

    exporter = InMemorySpanExporter()
    network = httpx2.MockTransport(fail)
    async with (
        watched(tmp_path, exporter=exporter, traces="otlp", network=network, max_retries=0) as one,
        Client(one.application.server) as client,
    ):
        await client.call_tool("listAccounts", {})
    (request,) = by_kind(exporter)["CLIENT"]
    assert (request.attributes or {})["error.type"] == type(error).__name__
    assert "secret.example" not in request.to_json()


async def test_a_refresh_that_goes_on_by_itself_belongs_to_no_call(tmp_path: Path) -> None:
    exporter = InMemorySpanExporter()
    async with (
        watched(tmp_path, exporter=exporter, traces="otlp") as one,
        Client(one.application.server) as client,
    ):
        await client.call_tool("refreshAccountAnalyticsAndWait", REFRESH)
    posts = [span for span in by_kind(exporter)["CLIENT"] if "POST" in span.name]
    assert [span.parent for span in posts] == [None]


def test_a_collector_that_hangs_does_not_hold_up_the_end() -> None:
    released = threading.Event()

    class Hanging(InMemorySpanExporter):
        def shutdown(self) -> None:
            released.wait()

    spans = Spans(Hanging())
    with lines_of("mcp_server.operations.tracing") as lines:
        spans.close()
    released.set()
    assert "did not take the last spans" in lines.texts[0]


def test_spans_are_sent_where_the_usual_variables_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    exporter = otlp()
    assert type(exporter).__name__ == "OTLPSpanExporter"
    exporter.shutdown()


async def test_traces_without_the_extra_say_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "mcp_server.operations.tracing", None)
    with pytest.raises(SettingsError, match=r"TOKMETRICS_TRACES needs the extra otel"):
        async with watched(tmp_path, traces="otlp"):
            pass
