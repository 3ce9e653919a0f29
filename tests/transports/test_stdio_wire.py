"""The raw wire of stdio: what goes in line by line, and what comes out."""

from typing import Final

import pytest
from pydantic import JsonValue

from mcp_server.transports.frames import MAX_LINE_BYTES
from tests.wire import Child, Message

PARSE_ERROR: Final = -32700
INVALID_REQUEST: Final = -32600
INTERNAL_ERROR: Final = -32603
MODERN: Final[Message] = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
}


def error_of(answer: Message) -> tuple[JsonValue, JsonValue]:
    """The id and the code of an error answer."""
    match answer:
        case {"id": request_id, "error": {"code": code}}:
            return request_id, code
        case _:
            raise AssertionError(answer)


async def test_a_client_of_2025_shakes_hands_and_calls_a_tool(tiny: Child) -> None:
    match await tiny.shake_hands():
        case {"result": {"protocolVersion": version, "serverInfo": {"name": name}}}:
            assert (version, name) == ("2025-11-25", "tiny")
        case other:
            raise AssertionError(other)
    assert await tiny.call("echo", text="grüezi 👋") == "grüezi 👋"


async def test_a_client_of_2026_calls_a_tool_without_a_handshake(tiny: Child) -> None:
    discovery = await tiny.ask("server/discover", {"_meta": MODERN})
    params: Message = {"name": "echo", "arguments": {"text": "hello"}, "_meta": MODERN}
    answer = await tiny.ask("tools/call", params)
    match discovery, answer:
        case {"result": {"supportedVersions": [*versions]}}, {
            "result": {"content": [{"text": text}]}
        }:
            assert "2026-07-28" in versions
            assert text == "hello"
        case other:
            raise AssertionError(other)


@pytest.mark.parametrize("line", [b"{", b'[{"jsonrpc":"2.0","id":1,"method":"ping"}]'])
async def test_a_malformed_line_and_a_batch_are_parse_errors(greeted: Child, line: bytes) -> None:
    await greeted.send(line)
    assert error_of(await greeted.receive()) == (None, PARSE_ERROR)
    assert await greeted.call("echo", text="still here") == "still here"


async def test_a_malformed_first_line_is_answered_before_the_handshake(tiny: Child) -> None:
    await tiny.send(b"not a message")
    assert error_of(await tiny.receive()) == (None, PARSE_ERROR)
    assert "result" in await tiny.shake_hands()


async def test_a_line_over_the_limit_is_refused_and_the_next_one_served(greeted: Child) -> None:
    await greeted.send(b" " * (MAX_LINE_BYTES + 1))
    assert error_of(await greeted.receive()) == (None, INVALID_REQUEST)
    assert await greeted.call("echo", text="still here") == "still here"


async def test_blank_lines_are_ignored_and_carriage_returns_allowed(greeted: Child) -> None:
    await greeted.send(b"", b"  \r", b'{"jsonrpc":"2.0","id":7,"method":"ping"}\r')
    assert (await greeted.receive())["result"] == {}


async def test_an_answer_larger_than_a_pipe_arrives_whole(greeted: Child) -> None:
    assert await greeted.call("long_text", length=1_000_000) == "x" * 1_000_000


async def test_an_answer_that_cannot_be_json_is_an_internal_error(greeted: Child) -> None:
    answer = await greeted.ask("tools/call", {"name": "half_a_character", "arguments": {}})
    assert error_of(answer) == (7, INTERNAL_ERROR)
    assert await greeted.call("echo", text="still here") == "still here"


async def test_tools_have_no_hold_of_the_wire(greeted: Child) -> None:
    assert await greeted.call("shout") == "done"
    for stray in ("from print", "from the descriptor", "from a child"):
        await greeted.hear(stray)
    assert await greeted.call("listen") == "b''"
