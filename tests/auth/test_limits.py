"""How much one caller may ask for, and how it is told."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
from mcp.client.client import ConnectMode
from mcp.shared.exceptions import MCPError
from mcp_types import TextContent
from pydantic import JsonValue

from mcp_server.auth.limits import TOO_MANY
from mcp_server.auth.tokens import hash_line
from tests.tenants.site import NOW, site, stand_still

SLOW, FREE = "tokm_slow", "tokm_free"
FILE = f"""
[[tokens]]
name = "slow"
hash = "{hash_line(SLOW)}"
scopes = ["read", "refresh"]
requests_per_minute = 6
refreshes_per_day = 1

[[tokens]]
name = "free"
hash = "{hash_line(FREE)}"
scopes = ["read", "refresh"]
"""
LIST = "listAccounts"

modes = pytest.mark.parametrize("mode", ["legacy", "auto"])


class Clock:
    """Both of the server's clocks, which stand until they are moved."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def monotonic(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.seconds)


@modes
async def test_a_call_beyond_the_minutes_is_told_when_to_come_back(
    tmp_path: Path, mode: ConnectMode
) -> None:
    clock = Clock()
    async with (
        site(tmp_path, file=FILE, monotonic=clock.monotonic) as place,
        place.client(SLOW, mode) as client,
    ):
        results = [await client.call_tool(LIST, {}) for _ in range(6)]
        last = results[-1]
        error = _error(cast("TextContent", last.content[0]).text)
        assert error["code"] == "CALLER_RATE_LIMITED"
        assert error["retryable"] is True
        # One request in ten seconds grows back.
        assert error["retry_after_seconds"] == 10
        assert "6 requests a minute" in str(error["message"])
        with pytest.raises(MCPError) as caught:
            await client.read_resource("tokportal://accounts")
        assert caught.value.code == TOO_MANY
        assert caught.value.data == {"code": "CALLER_RATE_LIMITED", "retry_after_seconds": 10}
        clock.seconds = 10
        assert not (await client.call_tool(LIST, {})).is_error
        assert (await client.call_tool(LIST, {})).is_error


@modes
async def test_what_one_caller_has_used_up_another_has_not(
    tmp_path: Path, mode: ConnectMode
) -> None:
    async with site(tmp_path, file=FILE) as place:
        async with place.client(SLOW, mode) as client:
            results = [await client.call_tool(LIST, {}) for _ in range(7)]
        assert results[-1].is_error
        async with place.client(FREE, mode) as client:
            for _ in range(20):
                assert not (await client.call_tool(LIST, {})).is_error


async def test_a_caller_without_a_limit_of_its_own_has_that_of_the_settings(
    tmp_path: Path,
) -> None:
    async with (
        site(tmp_path, file=FILE, requests_per_minute=4) as place,
        place.client(FREE, "legacy") as client,
    ):
        results = [await client.call_tool(LIST, {}) for _ in range(5)]
    assert [result.is_error for result in results][-1]
    assert not results[0].is_error


@modes
async def test_the_refreshes_of_a_day_are_counted_and_said(
    tmp_path: Path, mode: ConnectMode
) -> None:
    clock = Clock()
    async with site(
        tmp_path, file=FILE, sleep=stand_still, now=clock.now, monotonic=clock.monotonic
    ) as place:
        both: JsonValue = {"account_ids": ["acc_1", "acc_2"], "wait_seconds": 0}
        async with place.client(SLOW, mode) as client:
            first = await client.call_tool("refreshAccountAnalyticsAndWait", _object(both))
            data = _object(_object(first.structured_content)["data"])
            rows = cast("list[dict[str, JsonValue]]", data["results"])
            assert min(str(row["outcome"]) for row in rows) == "capped"
            assert len(place.upstream.posts) == 1
            # NOW is noon: twelve hours to midnight.
            assert "new ones in 43200 seconds" in str(first.structured_content)
            clock.seconds = 43_199
            await client.call_tool("refreshAccountAnalytics", {"account_id": "acc_2"})
            assert len(place.upstream.posts) == 1
            clock.seconds = 43_201
            again = await client.call_tool("refreshAccountAnalytics", {"account_id": "acc_2"})
            assert len(place.upstream.posts) == 2
            assert "of this day (UTC) are used" in str(again.structured_content)


async def test_who_has_no_limit_is_told_of_none(tmp_path: Path) -> None:
    async with site(tmp_path, file=FILE) as place, place.client(FREE) as client:
        answer = await client.call_tool("refreshAccountAnalytics", {"account_id": "acc_1"})
    assert "of this day" not in str(answer.structured_content)


def _error(text: str) -> dict[str, JsonValue]:
    return _object(_object(json.loads(text))["error"])


def _object(value: object) -> dict[str, JsonValue]:
    assert isinstance(value, dict)
    return cast("dict[str, JsonValue]", value)
