"""Every code of the catalogue is reached by a call, and documented."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import httpx2
import pytest
from pydantic import JsonValue

from mcp_server.errors import CATALOGUE, ErrorCode, SettingsError
from mcp_server.settings import load
from tests.faults.catalogue import answering, toklytics_error, tokportal_error
from tests.faults.judging import error_of, text_of
from tests.faults.upstream import ARGUMENTS, FakeNetwork, Respond, serving

ERRORS_PAGE = Path(__file__).parents[2] / "docs" / "errors.md"


@dataclass(frozen=True)
class Way:
    """A call, and what the upstream answers to it, that ends in a code."""

    tool: str
    respond: Respond
    with_keys: bool = True
    dry_run: bool = False


def own(code: str, status: int = 400, tool: str = "getAccountAnalytics") -> Way:
    return Way(tool, answering(status, tokportal_error(code)))


def untracked(tool: str) -> Way:
    return Way(tool, answering(404, toklytics_error("NOT_FOUND")))


def status(number: int, *, with_keys: bool = True) -> Way:
    return Way("getToklyticsStats", answering(number, b""), with_keys)


def posted(number: int) -> Way:
    """A rehearsal is a POST at once, without a look before."""
    return Way("refreshAccountAnalytics", answering(number, b""), dry_run=True)


def bug(request: httpx2.Request) -> httpx2.Response:
    raise ZeroDivisionError(str(request.url))


WELL = answering(200, {"data": {"account_id": "acc_1"}})
WAYS = {
    "CONFIGURATION_MISSING_KEY": Way("getAccountAnalytics", WELL, with_keys=False),
    "REJECTED_REQUEST": status(400),
    "NOT_FOUND": Way("getToklyticsStats", answering(404, b"<html>")),
    "NOT_FOUND_ACCOUNT": own("ACCOUNT_NOT_FOUND", 404),
    "NOT_FOUND_ANALYTICS": own("ANALYTICS_NOT_FOUND"),
    "NOT_FOUND_HISTORY": Way("getAccountAnalyticsHistory", WELL),
    "NOT_FOUND_VIDEO_ANALYTICS": own("VIDEO_ANALYTICS_NOT_FOUND", tool="getVideoAnalytics"),
    "NOT_FOUND_CREATOR": untracked("getTikTokCreatorAnalytics"),
    "NOT_FOUND_VIDEO": untracked("getTikTokVideoDetails"),
    "NOT_FOUND_HASHTAG": untracked("getTikTokHashtagDetails"),
    "NOT_FOUND_SOUND": untracked("getTikTokSoundDetails"),
    "NOT_FOUND_NICHE": untracked("getTikTokNicheBenchmarks"),
    "UNAUTHORIZED": status(401),
    "FORBIDDEN": status(403),
    "FORBIDDEN_SCOPE": posted(403),
    "FORBIDDEN_ACCOUNT": own("SAVED_ACCOUNT_NOT_OWNED", 403),
    "FORBIDDEN_CREDITS": own("INSUFFICIENT_CREDITS", 402),
    "RATE_LIMITED": status(429),
    "RATE_LIMITED_ANONYMOUS": status(429, with_keys=False),
    "COOLDOWN": own("ANALYTICS_COOLDOWN"),
    "QUOTA_EXCEEDED": own("ANALYTICS_QUOTA_EXCEEDED"),
    "CONFLICT": own("ACCOUNT_INVALID_STATUS", 409),
    "REFRESH_FAILED": own("ANALYTICS_REFRESH_FAILED", 409),
    "UPSTREAM_UNAVAILABLE": status(503),
    "UPSTREAM_REDIRECTED": status(302),
    "UPSTREAM_TIMEOUT": status(408),
    "UPSTREAM_MALFORMED": Way("getToklyticsStats", answering(200, b"<html>")),
    "UPSTREAM_NO_DATA": Way("getToklyticsStats", answering(200, {"data": None})),
    "OUTCOME_UNKNOWN": posted(504),
}
"""Codes that an answer of an upstream, or the lack of a key or of a record, leads to."""
OTHERWISE = {
    "CALLER_RATE_LIMITED",  # tests/auth
    "CONFIGURATION_INVALID",
    "INVALID_ARGUMENT",
    "STORE_UNAVAILABLE",
    "INTERNAL_ERROR",
}
"""Each has a test of its own below."""


def test_no_code_is_without_a_way_to_it() -> None:
    assert set(WAYS) | OTHERWISE == {code.value for code in ErrorCode}
    assert set(CATALOGUE) == set(ErrorCode)


@pytest.mark.parametrize("code", WAYS)
async def test_each_code_is_reached_with_its_next_step(code: str, tmp_path: Path) -> None:
    way = WAYS[code]
    arguments = ARGUMENTS[way.tool] | ({"dry_run": True} if way.dry_run else {})
    network = FakeNetwork(way.respond)
    async with serving(tmp_path, network, with_keys=way.with_keys) as (client, _):
        error = error_of(await client.call_tool(way.tool, arguments))
    assert error["code"] == code
    assert error["retryable"] is CATALOGUE[ErrorCode(code)].retryable


async def test_a_call_that_cannot_work_is_refused_before_anything_is_sent(tmp_path: Path) -> None:
    network = FakeNetwork(WELL)
    async with serving(tmp_path, network) as (client, _):
        result = await client.call_tool("compareTikTokCreators", {"usernames": ["alone"]})
    assert error_of(result)["code"] == "INVALID_ARGUMENT"
    assert network.requests == []


async def test_a_store_that_is_no_database_keeps_refreshes_from_being_sent(tmp_path: Path) -> None:
    (tmp_path / "store.db").write_bytes(b"no database at all " * 100)
    network = FakeNetwork(WELL)
    async with serving(tmp_path, network) as (client, _):
        result = await client.call_tool("refreshAccountAnalytics", {"account_id": "acc_1"})
    assert error_of(result)["code"] == "STORE_UNAVAILABLE"
    assert "POST" not in {request.method for request in network.requests}


async def test_a_bug_of_ours_is_called_one_and_tells_nothing_else(tmp_path: Path) -> None:
    async with serving(tmp_path, FakeNetwork(bug)) as (client, _):
        text = text_of(await client.call_tool("getToklyticsStats", {}))
    error = cast("dict[str, JsonValue]", json.loads(text)["error"])
    assert error["code"] == "INTERNAL_ERROR"
    assert "ZeroDivisionError" not in text


def test_a_setting_that_cannot_work_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        load(data_dir=tmp_path, tokportal_base_url="http://somewhere.example")
    assert caught.value.code is ErrorCode.CONFIGURATION_INVALID


def test_the_page_has_each_code_with_cause_retry_wait_and_next_step() -> None:
    table = ERRORS_PAGE.read_text("utf-8").splitlines()
    for code, entry in CATALOGUE.items():
        (row,) = [line for line in table if line.startswith(f"| `{code.value}` |")]
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        assert cells[1:] == [
            entry.cause,
            "yes" if entry.retryable else "no",
            entry.wait,
            entry.what_to_do,
        ]


def test_what_may_be_retried_says_how_long_to_wait() -> None:
    assert not [code for code, entry in CATALOGUE.items() if entry.retryable and not entry.wait]
