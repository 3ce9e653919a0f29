"""One line for each call, with what an operator needs and nothing else."""

import asyncio
from pathlib import Path

import httpx2
import pytest
from mcp import Client
from mcp.client.client import ConnectMode
from mcp.shared.exceptions import MCPError
from mcp_types import CallToolResult, Implementation, TextContent

from mcp_server.logs import FACTS
from mcp_server.operations.calls import outcome_of
from tests.operations.watched import KEY, META, TRACE, lines_of, watched

LOGGER = "mcp_server.operations.calls"


@pytest.mark.parametrize("mode", ["legacy", "auto"])
async def test_a_call_is_one_line_with_tool_outcome_and_requests(
    tmp_path: Path, mode: ConnectMode
) -> None:
    async with watched(tmp_path) as one, Client(one.application.server, mode=mode) as client:
        with lines_of(LOGGER) as lines:
            await client.list_tools()
            await client.call_tool("getTikTokCreatorAnalytics", {"username": "some.body"})
    (record,) = lines.records
    facts = getattr(record, FACTS)
    assert facts["tool"] == "getTikTokCreatorAnalytics"
    assert (facts["outcome"], facts["requests"], facts["cache"]) == ("ok", 1, "miss:1")
    assert facts["tenant"] == "default"
    assert len(facts["call"]) == 32
    assert record.getMessage().startswith(f"call={facts['call']} tool=getTikTokCreatorAnalytics ")


async def test_a_kept_answer_takes_no_request(tmp_path: Path) -> None:
    async with watched(tmp_path) as one, Client(one.application.server) as client:
        await client.call_tool("getTikTokCreatorAnalytics", {"username": "some.body"})
        with lines_of(LOGGER) as lines:
            await client.call_tool("getTikTokCreatorAnalytics", {"username": "some.body"})
    facts = getattr(lines.records[0], FACTS)
    assert (facts["requests"], facts["cache"]) == (0, "hit:1")


async def test_arguments_answers_and_keys_are_in_no_line(tmp_path: Path) -> None:
    async with watched(tmp_path) as one, Client(one.application.server) as client:
        with lines_of("mcp_server") as lines:
            await client.call_tool("getTikTokCreatorAnalytics", {"username": "very.private"})
            await client.call_tool("getAccountAnalytics", {"account_id": "acc_1"})
    said = "\n".join([*lines.texts, *(str(vars(record)) for record in lines.records)])
    assert "tool=getAccountAnalytics" in said
    for secret in ("very.private", "acc_1", KEY, "tk_own", "badger"):
        assert secret not in said


async def test_a_failure_has_the_code_that_the_model_was_told(tmp_path: Path) -> None:
    async with (
        watched(tmp_path, tokportal_api_key=None) as one,
        Client(one.application.server) as client,
    ):
        with lines_of(LOGGER) as lines:
            await client.call_tool("listAccounts", {})
            await client.call_tool("getTikTokCreatorAnalytics", {"username": "no such\nname"})
    outcomes = [getattr(record, FACTS)["outcome"] for record in lines.records]
    assert outcomes == ["CONFIGURATION_MISSING_KEY", "INVALID_ARGUMENT"]


async def test_a_tool_that_is_not_there_is_not_called_by_its_name(tmp_path: Path) -> None:
    async with watched(tmp_path) as one, Client(one.application.server) as client:
        with lines_of(LOGGER) as lines, pytest.raises(MCPError):
            await client.call_tool("my diary, chapter 1", {})
    facts = getattr(lines.records[0], FACTS)
    assert (facts["tool"], facts["outcome"]) == ("unknown", "-32602")
    assert "diary" not in lines.texts[0]


async def test_a_client_cannot_write_a_line_of_its_own_by_its_name(tmp_path: Path) -> None:
    info = Implementation(name="x\n2026 ERROR forged: y", version="1")
    async with watched(tmp_path) as one:
        server = one.application.server
        async with Client(server, mode="legacy", client_info=info) as client:
            with lines_of(LOGGER) as lines:
                await client.call_tool("listAccounts", {})
    assert lines.texts[0].endswith('client="x 2026 ERROR forged: y"')


async def test_the_client_s_trace_names_the_call(tmp_path: Path) -> None:
    async with watched(tmp_path) as one, Client(one.application.server) as client:
        with lines_of(LOGGER) as lines:
            await client.call_tool("listAccounts", {}, meta=META)
    assert getattr(lines.records[0], FACTS)["call"] == TRACE


async def test_a_bug_is_told_as_one(tmp_path: Path) -> None:
    def broken(request: httpx2.Request) -> httpx2.Response:
        raise ZeroDivisionError(str(request))

    network = httpx2.MockTransport(broken)
    async with (
        watched(tmp_path, network=network) as one,
        Client(one.application.server) as client,
    ):
        with lines_of(LOGGER) as lines:
            await client.call_tool("listAccounts", {})
    assert getattr(lines.records[0], FACTS)["outcome"] == "INTERNAL_ERROR"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"error":{"code":"COOLDOWN"}}', "COOLDOWN"),
        ('{"error":{"code":"made up\\n"}}', "INTERNAL_ERROR"),
        ('{"error":"COOLDOWN"}', "INTERNAL_ERROR"),
        ("no JSON", "INTERNAL_ERROR"),
    ],
)
def test_only_codes_of_the_catalogue_are_outcomes(text: str, expected: str) -> None:
    content = TextContent(type="text", text=text)
    assert outcome_of(CallToolResult(content=[content], is_error=True)) == expected
    row = {"type": "text", "text": text}
    assert outcome_of({"isError": True, "content": [row]}) == expected


def test_an_answer_is_ok_whatever_its_text() -> None:
    content = TextContent(type="text", text='{"error":{"code":"COOLDOWN"}}')
    assert outcome_of(CallToolResult(content=[content])) == "ok"
    assert outcome_of({"isError": True, "content": []}) == "INTERNAL_ERROR"


async def test_a_call_that_its_client_gave_up_is_told_as_that(tmp_path: Path) -> None:
    entered = asyncio.Event()

    async def hang(request: httpx2.Request) -> httpx2.Response:
        del request
        entered.set()
        await asyncio.Event().wait()
        raise AssertionError

    async with (
        watched(tmp_path, network=httpx2.MockTransport(hang)) as one,
        Client(one.application.server) as client,
    ):
        with lines_of(LOGGER) as lines:
            call = asyncio.create_task(client.call_tool("listAccounts", {}))
            await entered.wait()
            call.cancel()
            async with asyncio.timeout(20):
                await lines.came.wait()
            await asyncio.wait([call])
    assert getattr(lines.records[0], FACTS)["outcome"] == "CANCELLED"
