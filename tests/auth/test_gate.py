"""What a request without the right token is answered, and what goes on behind the gate."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import httpx2
import pytest
from mcp.client.client import ConnectMode
from pydantic import JsonValue

from tests.tenants.site import ACME, GLOBEX, HELLO, OLD, OWN, READER, Site, site

REFRESH: JsonValue = {"name": "refreshAccountAnalytics", "arguments": {"account_id": "acc_1"}}
MODERN: JsonValue = {
    "_meta": {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": {"name": "raw", "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": {},
    }
}


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Site]:
    async with site(tmp_path) as served:
        yield served


@pytest.mark.parametrize("method", ["initialize", "tools/list", "tools/call", "nonsense"])
async def test_without_a_token_nothing_is_answered_but_that_one_is_needed(
    door: Site, method: str
) -> None:
    answer = await door.post(method)
    assert answer.status_code == 401
    # No error code, as RFC 6750 has it where no token came.
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "value",
    ["Bearer", "Basic dXNlcjpwYXNz", "Token x", ACME, f"bearer\t{ACME}"],
)
async def test_what_is_no_bearer_token_is_none(door: Site, value: str) -> None:
    answer = await door.post("initialize", HELLO, authorization=value)
    assert answer.status_code == 401
    assert "error=" not in answer.headers["www-authenticate"]


@pytest.mark.parametrize("token", ["tokm_stranger", ACME + "x", ACME[:-1], "x" * 20_000, OLD])
async def test_a_token_that_is_unknown_or_expired_is_named_invalid(door: Site, token: str) -> None:
    answer = await door.post("initialize", HELLO, token)
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]
    assert token not in answer.text


async def test_a_token_in_the_address_counts_for_nothing(door: Site) -> None:
    answer = await Site(
        f"{door.address}?access_token={ACME}", door.application, door.upstream
    ).post("initialize", HELLO)
    assert answer.status_code == 401


async def test_every_path_but_the_public_ones_is_closed(door: Site) -> None:
    elsewhere = Site(door.address.replace("/mcp", "/other"), door.application, door.upstream)
    assert (await elsewhere.post("initialize", HELLO)).status_code == 401
    assert (await elsewhere.post("initialize", HELLO, ACME)).status_code == 404


@pytest.mark.parametrize("mode", ["legacy", "auto"])
async def test_a_reader_is_shown_no_tool_that_spends(door: Site, mode: ConnectMode) -> None:
    async with door.client(READER, mode) as client:
        names = {tool.name for tool in (await client.list_tools()).tools}
    assert "getAccountAnalytics" in names
    assert not {name for name in names if name.startswith("refresh")}
    async with door.client(ACME, mode) as client:
        assert "refreshAccountAnalytics" in {
            tool.name for tool in (await client.list_tools()).tools
        }


async def test_a_reader_who_calls_one_is_told_which_right_it_takes(door: Site) -> None:
    opened = await door.post("initialize", HELLO, READER)
    session = opened.headers["mcp-session-id"]
    answer = await door.post("tools/call", REFRESH, READER, mcp_session_id=session)
    assert answer.status_code == 403
    assert 'error="insufficient_scope"' in answer.headers["www-authenticate"]
    assert door.upstream.posts == []


async def test_the_same_holds_in_the_modern_era(door: Site) -> None:
    params: Mapping[str, JsonValue] = {**_object(REFRESH), **_object(MODERN)}
    modern = {
        "mcp_protocol_version": "2026-07-28",
        "mcp_method": "tools/call",
        "mcp_name": "refreshAccountAnalytics",
    }
    answer = await door.post("tools/call", dict(params), READER, **modern)
    assert answer.status_code == 403
    answer = await door.post("tools/call", dict(params), ACME, **modern)
    assert answer.status_code == 200
    assert door.upstream.posts == ["sk_acme"]


async def test_a_readers_other_calls_go_through_the_look_into_them(door: Site) -> None:
    async with door.client(READER) as client:
        answer = await client.call_tool("getAccountAnalytics", {"account_id": "acc_1"})
    assert not answer.is_error


async def test_a_session_is_nobody_elses(door: Site) -> None:
    opened = await door.post("initialize", HELLO, ACME)
    session = opened.headers["mcp-session-id"]
    mine = await door.post("tools/list", {}, ACME, mcp_session_id=session)
    assert mine.status_code == 200
    for other in (GLOBEX, OWN, READER):
        stolen = await door.post("tools/list", {}, other, mcp_session_id=session)
        assert stolen.status_code == 404


async def test_a_session_of_the_older_transport_is_nobody_elses_either(tmp_path: Path) -> None:
    async with site(tmp_path, way="sse") as place, httpx2.AsyncClient() as http:
        login = {"authorization": f"Bearer {ACME}"}
        async with http.stream("GET", place.address, headers=login) as stream:
            lines = stream.aiter_lines()
            while not (line := await anext(lines)).startswith("data:"):
                pass
            inbox = Site(
                place.address.removesuffix("/sse") + line.removeprefix("data:").strip(),
                place.application,
                place.upstream,
            )
            assert (await inbox.post("initialize", HELLO)).status_code == 401
            assert (await inbox.post("initialize", HELLO, GLOBEX)).status_code == 404
            assert (await inbox.post("initialize", HELLO, ACME)).status_code == 202


async def test_no_token_reaches_an_upstream(door: Site) -> None:
    async with door.client(ACME, "legacy") as client:
        await client.call_tool("getAccountAnalytics", {"account_id": "acc_1"})
        await client.call_tool("searchTikTokCreators", {"q": "fit"})
        await client.call_tool("refreshAccountAnalytics", {"account_id": "acc_1"})
    assert len(door.upstream.requests) >= 3
    for request in door.upstream.requests:
        assert "authorization" not in request.headers
        assert ACME not in f"{request.url} {request.headers} {request.content!r}"


async def test_no_token_is_in_the_store_or_the_log(
    door: Site, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    async with door.client(ACME) as client:
        await client.call_tool("getAccountAnalytics", {"account_id": "acc_1"})
    await door.post("initialize", HELLO, "tokm_stranger")
    ours = [one.getMessage() for one in caplog.records if not one.name.startswith("httpcore")]
    assert not [line for line in ours if ACME in line or "tokm_stranger" in line]
    stored = b"".join(path.read_bytes() for path in _stored(tmp_path))
    assert ACME.encode() not in stored
    assert len(stored) > 1000


def _object(value: JsonValue) -> dict[str, JsonValue]:
    assert isinstance(value, dict)
    return value


def _stored(folder: Path) -> list[Path]:
    return [*folder.glob("store.db*")]
