"""What is counted, and under which labels."""

from pathlib import Path

import httpx2
import pytest
from mcp import Client
from mcp.shared.exceptions import MCPError
from prometheus_client.parser import text_string_to_metric_families

from mcp_server.operations.gauges import Gauges
from mcp_server.operations.observer import Observer
from tests.operations.watched import KEY, NOW, REFRESH, Watched, watched

Samples = dict[tuple[str, ...], float]


def gauges(one: Watched, open_requests: int = 0) -> Gauges:
    application = one.application
    return Gauges(
        application.observer.measure(),
        application.observer,
        application.tenants,
        application.store,
        lambda: NOW,
        lambda: open_requests,
    )


async def samples(figures: Gauges) -> Samples:
    """Each value by the figure's name and its labels' values, in the labels' order by name."""
    text = (await figures.text()).decode()
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_calls_requests_and_uses_of_the_cache_are_counted(tmp_path: Path) -> None:
    async with watched(tmp_path) as one, Client(one.application.server) as client:
        figures = gauges(one)
        for _ in range(2):
            await client.call_tool("getTikTokCreatorAnalytics", {"username": "some.body"})
        await client.call_tool("getTikTokCreatorAnalytics", {"username": "no such name"})
        with pytest.raises(MCPError):
            await client.call_tool("nothing of the kind", {})
        found = await samples(figures)
    tool, calls = "getTikTokCreatorAnalytics", "tokmetrics_tool_calls_total"
    assert found[calls, "ok", tool] == 2
    assert found[calls, "INVALID_ARGUMENT", tool] == 1
    assert found[calls, "-32602", "unknown"] == 1
    assert found["tokmetrics_tool_call_seconds_count", tool] == 3
    request = ("Toklytics", "GET /creators/{id}")
    assert found["tokmetrics_upstream_requests_total", *request, "2xx"] == 1
    assert found["tokmetrics_upstream_request_seconds_count", *request] == 1
    assert found["tokmetrics_cache_answers_total", "miss"] == 1
    assert found["tokmetrics_cache_answers_total", "hit"] == 1


async def test_a_refresh_shows_in_quota_and_spending(tmp_path: Path) -> None:
    async with watched(tmp_path) as one, Client(one.application.server) as client:
        figures = gauges(one)
        before = await samples(figures)
        await client.call_tool("refreshAccountAnalyticsAndWait", REFRESH)
        found = await samples(figures)
    assert not [labels for labels in before if labels[0] == "tokmetrics_quota_left"]
    # The invented upstream says that 1 of 500 is used, whatever is spent.
    assert 498 <= found["tokmetrics_quota_left", "default"] <= 499
    assert found["tokmetrics_refreshes_total", "sent"] == 1
    assert found["tokmetrics_refreshes_total", "accepted"] == 1
    assert found["tokmetrics_refreshes_total", "refreshed"] == 1


async def test_a_refresh_that_runs_is_counted_by_its_state(tmp_path: Path) -> None:
    async with watched(tmp_path) as one, Client(one.application.server) as client:
        one.upstream.is_pending = True
        figures = gauges(one)
        await client.call_tool("refreshAccountAnalytics", {"account_id": "acc_1"})
        found = await samples(figures)
    assert found["tokmetrics_refresh_jobs", "posted"] == 1
    assert found["tokmetrics_refresh_jobs", "planned"] == 0


@pytest.mark.parametrize("era", ["legacy", "auto"])
async def test_sessions_of_the_handshake_era_are_counted_while_they_last(
    tmp_path: Path, era: str
) -> None:
    async with watched(tmp_path) as one:
        figures = gauges(one, open_requests=3)
        async with Client(one.application.server, mode=era):
            during = await samples(figures)
        after = await samples(figures)
    assert during["tokmetrics_sessions_open",] == (1 if era == "legacy" else 0)
    assert after["tokmetrics_sessions_open",] == 0
    assert during["tokmetrics_http_requests_open",] == 3


async def test_no_label_holds_an_id_an_argument_or_a_key(tmp_path: Path) -> None:
    async with watched(tmp_path) as one, Client(one.application.server) as client:
        figures = gauges(one)
        await client.call_tool("getAccountAnalytics", {"account_id": "acc_1"})
        await client.call_tool("getTikTokCreatorAnalytics", {"username": "some.body"})
        text = (await figures.text()).decode()
    for secret in ("acc_1", "some.body", KEY, "tk_own"):
        assert secret not in text


@pytest.mark.parametrize(
    ("failure", "status"),
    [
        (httpx2.ConnectError("no"), "unreachable"),
        (TimeoutError(), "timeout"),
        (None, "5xx"),
    ],
)
async def test_a_request_that_fails_is_counted_by_how(
    tmp_path: Path, failure: Exception | None, status: str
) -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        del request
        if failure is not None:
            raise failure
        return httpx2.Response(500)

    async with (
        watched(tmp_path, network=httpx2.MockTransport(answer), max_retries=0) as one,
        Client(one.application.server) as client,
    ):
        figures = gauges(one)
        await client.call_tool("listAccounts", {})
        found = await samples(figures)
    requests = "tokmetrics_upstream_requests_total"
    assert found[requests, "TokPortal", "GET /accounts", status] >= 1
    assert {labels[3] for labels in found if labels[0] == requests} == {status}


def test_nothing_is_counted_where_nobody_asks() -> None:
    observer = Observer()
    observer.spent("sent")
    observer.refused("stopping")
    observer.cache_told("hit")
    assert observer.metrics is None
