"""A request header narrows what one client is offered, over each transport and in both eras."""

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import cast

import httpx2
import pytest
from mcp.client.client import ConnectMode
from mcp.shared.exceptions import MCPError
from mcp_types import PromptReference, ResourceTemplateReference, TextContent

from tests.transports.served import Headers, Served, Way, served

Wire = dict[str, object]

INVALID_REQUEST, INVALID_PARAMS = -32600, -32602
READING = {"X-Tokmetrics-Read-Only": "true"}
SOUNDS = {"X-Tokmetrics-Toolsets": "sounds"}
ONE = {"X-Tokmetrics-Tools": "getAccountAnalytics"}


@pytest.fixture(params=["legacy", "auto"])
def mode(request: pytest.FixtureRequest) -> ConnectMode:
    return cast("ConnectMode", request.param)


@pytest.fixture(params=["http", "sse"])
def way(request: pytest.FixtureRequest) -> Way:
    return cast("Way", request.param)


@pytest.fixture
async def place(tmp_path: Path, way: Way) -> AsyncGenerator[Served]:
    async with served(tmp_path, way) as found:
        yield found


async def listed(place: Served, mode: ConnectMode, headers: Headers | None) -> set[str]:
    async with place.connect(mode, headers) as client:
        return {tool.name for tool in (await client.list_tools()).tools}


def error_in(error: BaseException) -> MCPError:
    """Return the protocol error that a client's task groups wrap."""
    while isinstance(error, BaseExceptionGroup):
        error = cast("BaseExceptionGroup[BaseException]", error).exceptions[0]
    assert isinstance(error, MCPError), error
    return error


async def test_a_client_without_headers_is_offered_everything(
    place: Served, mode: ConnectMode
) -> None:
    assert len(await listed(place, mode, None)) == 25


async def test_lists_texts_calls_prompts_resources_and_completions_follow_the_header(
    place: Served, mode: ConnectMode
) -> None:
    async with place.connect(mode, SOUNDS) as client:
        assert "listAccounts" not in (client.instructions or "")
        assert "- sounds (Toklytics)" in (client.instructions or "")
        found = {tool.name for tool in (await client.list_tools()).tools}
        assert found == {"searchTikTokSounds", "getTikTokSoundDetails", "getTrendingTikTokSounds"}
        assert (await client.list_prompts()).prompts == []
        assert (await client.list_resources()).resources == []
        assert (await client.list_resource_templates()).resource_templates == []
        template = ResourceTemplateReference(uri="tokportal://accounts/{account_id}/analytics")
        argument = {"name": "account_id", "value": ""}
        assert (await client.complete(template, argument)).completion.values == []
        prompt = PromptReference(name="creator_shortlist")
        for refused in (
            client.call_tool("listAccounts", {}),
            client.get_prompt("creator_shortlist", {"brief": "x", "niche": "food"}),
            client.complete(prompt, {"name": "niche", "value": "f"}),
            client.read_resource("tokportal://accounts"),
        ):
            with pytest.raises(MCPError) as caught:
                await refused
            assert caught.value.code == INVALID_PARAMS
            assert "listAccounts" not in caught.value.message


async def test_texts_and_errors_of_a_single_tool_name_no_other(
    place: Served, mode: ConnectMode
) -> None:
    async with place.connect(mode, ONE) as client:
        (tool,) = (await client.list_tools()).tools
        result = await client.call_tool("getAccountAnalytics", {"account_id": "acc-2"})
        assert [row.name for row in (await client.list_prompts()).prompts] == [
            "account_health_report"
        ]
        report = await client.get_prompt("account_health_report", {"account": "acc-1"})
        with pytest.raises(MCPError) as caught:
            await client.read_resource("tokportal://accounts/acc-9/videos")
        introduction = client.instructions
    assert result.is_error
    block = result.content[0]
    assert isinstance(block, TextContent)
    for text in (
        str(tool.description),
        str(tool.input_schema),
        introduction,
        block.text,
        str(report.messages),
        caught.value.message,
    ):
        assert "listAccount" not in str(text)
        assert "refreshAccount" not in str(text)


async def test_read_only_takes_away_and_its_opposite_gives_nothing_back(
    tmp_path: Path, way: Way, mode: ConnectMode
) -> None:
    async with served(tmp_path, way, read_only=True) as place:
        no = {"X-Tokmetrics-Read-Only": "false"}
        assert len(await listed(place, mode, no)) == 23
        named = {"X-Tokmetrics-Tools": "refreshAccountAnalytics,listAccounts"}
        assert await listed(place, mode, named) == {"listAccounts"}


async def test_clients_of_one_server_are_narrowed_apart(place: Served, mode: ConnectMode) -> None:
    async with place.connect(mode, ONE) as few, place.connect(mode, READING) as many:
        assert len((await few.list_tools()).tools) == 1
        assert len((await many.list_tools()).tools) == 23
        assert len((await few.list_tools()).tools) == 1


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({"X-Tokmetrics-Tools": "listAccount"}, "perhaps listAccounts is meant"),
        ({"X-Tokmetrics-Toolset": "sounds"}, "did you mean X-Tokmetrics-Toolsets?"),
        ({**SOUNDS, **ONE}, "leave no tool"),
    ],
)
async def test_a_header_that_cannot_be_followed_offers_nothing_and_says_why(
    place: Served, headers: Headers, said: str
) -> None:
    with pytest.raises((MCPError, BaseExceptionGroup)) as caught:
        await listed(place, "legacy", headers)
    error = error_in(caught.value)
    assert error.code == INVALID_REQUEST
    assert said in error.message


def envelope(method: str, **params: object) -> dict[str, object]:
    meta: Wire = {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": Wire(),
    }
    return {"jsonrpc": "2.0", "id": 1, "method": method, "params": {**params, "_meta": meta}}


@pytest.mark.parametrize("method", ["server/discover", "tools/list", "prompts/list"])
async def test_a_modern_request_with_a_wrong_header_is_refused(tmp_path: Path, method: str) -> None:
    headers = {
        "Accept": "application/json, text/event-stream",
        "MCP-Protocol-Version": "2026-07-28",
        "Mcp-Method": method,
        "X-Tokmetrics-Tools": "nothing-like-it",
    }
    async with served(tmp_path, "http") as place, httpx2.AsyncClient() as http:
        answer = await http.post(f"{place.address}/mcp", json=envelope(method), headers=headers)
    error = answer.json()["error"]
    assert error["code"] == INVALID_REQUEST
    assert "X-Tokmetrics-Tools cannot be used" in error["message"]


async def test_a_session_is_held_to_the_header_of_its_opening(tmp_path: Path) -> None:
    async with served(tmp_path, "http") as place, httpx2.AsyncClient() as http:
        address = f"{place.address}/mcp"
        accept = {"Accept": "application/json, text/event-stream"}
        opening = {
            "jsonrpc": "2.0",
            "id": 1,
            "method": "initialize",
            "params": {
                "protocolVersion": "2025-11-25",
                "capabilities": {},
                "clientInfo": {"name": "raw", "version": "1"},
            },
        }
        greeted = await http.post(address, json=opening, headers={**accept, **SOUNDS})
        session = {**accept, "Mcp-Session-Id": greeted.headers["mcp-session-id"]}
        ready = {"jsonrpc": "2.0", "method": "notifications/initialized"}
        await http.post(address, json=ready, headers=session)
        listing: Wire = {"jsonrpc": "2.0", "id": 2, "method": "tools/list", "params": Wire()}
        wide = await http.post(address, json=listing, headers=session)
        narrow = await http.post(
            address,
            json=listing,
            headers={**session, "X-Tokmetrics-Tools": "getTikTokSoundDetails,listAccounts"},
        )
    assert "listAccounts" not in greeted.text
    assert '"searchTikTokSounds"' in wide.text
    assert "listAccounts" not in wide.text
    assert '"searchTikTokSounds"' not in narrow.text
    assert '"getTikTokSoundDetails"' in narrow.text


@pytest.mark.parametrize("anywhere", ["http", "sse", "memory"])
async def test_an_unknown_tool_is_a_protocol_error_with_the_nearest_name(
    tmp_path: Path, anywhere: Way, mode: ConnectMode
) -> None:
    async with (
        served(tmp_path, anywhere, exclude_tools="getToklyticsStats") as place,
        place.connect(mode) as client,
    ):
        for name, said in (
            ("searchTiktokCreator", "did you mean searchTikTokCreators?"),
            ("\u202e", "tools/list names those there are"),
            ("getToklyticsStats", "Unknown tool"),
        ):
            with pytest.raises(MCPError) as caught:
                await client.call_tool(name, {})
            assert caught.value.code == INVALID_PARAMS
            assert said in caught.value.message
            assert "getToklyticsStats" not in caught.value.message


async def test_subscriptions_of_a_client_without_accounts_leave_out_resources(
    tmp_path: Path,
) -> None:
    headers = {
        "Accept": "application/json, text/event-stream",
        "MCP-Protocol-Version": "2026-07-28",
        "Mcp-Method": "subscriptions/listen",
        **SOUNDS,
    }
    wanted = {"resourceSubscriptions": ["tokportal://accounts"], "resourcesListChanged": True}
    body = envelope("subscriptions/listen", notifications=wanted)
    async with (
        served(tmp_path, "http") as place,
        httpx2.AsyncClient() as http,
        http.stream("POST", f"{place.address}/mcp", json=body, headers=headers) as answer,
    ):
        async for line in answer.aiter_lines():
            if line.startswith("data:"):
                assert "acknowledged" in line
                assert "tokportal://accounts" not in line
                assert "resourcesListChanged" not in line
                return
    pytest.fail("no acknowledgement came")
