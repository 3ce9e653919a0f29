"""Which trace a call belongs to, and names that strangers gave."""

import pytest

from mcp_server.operations.record import correlation_id, name_of_stranger, traceparent_of
from mcp_server.operations.routes import route
from tests.operations.watched import TRACE, TRACEPARENT


def test_the_request_s_own_trace_comes_before_its_headers() -> None:
    other = TRACEPARENT.replace("0af7", "1af7")
    assert traceparent_of({"traceparent": TRACEPARENT}, {"traceparent": other}) == TRACEPARENT
    assert traceparent_of({}, {"traceparent": other}) == other
    assert traceparent_of({}, {}) is None


@pytest.mark.parametrize(
    "text",
    [
        TRACEPARENT.upper(),
        f"{TRACEPARENT}\n",
        f"ff{TRACEPARENT[2:]}",
        f"00-{'0' * 32}-b7ad6b7169203331-01",
        f"00-{TRACE}-{'0' * 16}-01",
        TRACEPARENT[:-1],
        7,
        None,
    ],
)
def test_what_is_no_traceparent_by_w3c_counts_as_none(text: object) -> None:
    assert traceparent_of({"traceparent": text}) is None


def test_a_call_is_named_by_its_trace_then_by_its_proxy_then_anew() -> None:
    assert correlation_id(TRACEPARENT, "proxy-1", "new") == TRACE
    assert correlation_id(None, "proxy-1", "new") == "proxy-1"
    assert correlation_id(None, None, "new") == "new"


@pytest.mark.parametrize("text", ["a b", "x" * 65, "a\nlevel=error", "é", ""])
def test_an_id_of_a_proxy_that_is_no_plain_token_is_not_taken(text: str) -> None:
    assert correlation_id(None, text, "new") == "new"


def test_a_stranger_s_name_stays_one_short_line() -> None:
    assert name_of_stranger("a\nb\u202ec\x1b[31m") == "a bc[31m"
    assert len(name_of_stranger("x" * 500) or "") == 64
    assert name_of_stranger("\u200b") is None
    assert name_of_stranger(None) is None


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/accounts", "GET /accounts"),
        ("/accounts/9f2c/analytics/can-refresh", "GET /accounts/{id}/analytics/can-refresh"),
        ("/videos/7301/analytics", "GET /videos/{id}/analytics"),
        ("/creators/some.body", "GET /creators/{id}"),
        ("/creators/some.body/videos", "GET /creators/{id}/videos"),
        ("/creators/search", "GET /creators/search"),
        ("/hashtags/trending", "GET /hashtags/trending"),
        ("/analytics/niche-report", "GET /analytics/niche-report"),
    ],
)
def test_an_operation_is_named_without_ids_and_names(path: str, expected: str) -> None:
    assert route("GET", path) == expected
