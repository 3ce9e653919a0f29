"""The raw wire of stdio: what goes in line by line, and what comes out."""

from typing import Final

import pytest
from pydantic import JsonValue

from mcp_server.transports.frames import MAX_LINE_BYTES
from tests.wire import Child, Message

PARSE_ERROR: Final = -32700
INVALID_REQUEST: Final = -32600
INTERNAL_ERROR: Final = -32603

pytestmark = pytest.mark.asyncio(loop_scope="module")


def error_of(answer: Message) -> tuple[JsonValue, JsonValue]:
    """The id and the code of an error answer."""
    match answer:
        case {"id": request_id, "error": {"code": code}}:
            return request_id, code
        case _:
            raise AssertionError(answer)


@pytest.mark.parametrize(
    ("line", "code"),
    [(b"{", PARSE_ERROR), (b'[{"jsonrpc":"2.0","id":1,"method":"ping"}]', INVALID_REQUEST)],
)
async def test_a_malformed_line_and_a_batch_are_refused(
    shared: Child, line: bytes, code: int
) -> None:
    await shared.send(line)
    assert error_of(await shared.receive()) == (None, code)
    assert await shared.call("echo", text="still here") == "still here"


async def test_a_line_over_the_limit_is_refused_and_the_next_one_served(shared: Child) -> None:
    await shared.send(b" " * (MAX_LINE_BYTES + 1))
    assert error_of(await shared.receive()) == (None, INVALID_REQUEST)
    assert await shared.call("echo", text="still here") == "still here"


async def test_blank_lines_are_ignored_and_carriage_returns_allowed(shared: Child) -> None:
    await shared.send(b"", b"  \r", b'{"jsonrpc":"2.0","id":7,"method":"ping"}\r')
    assert (await shared.receive())["result"] == {}


async def test_an_answer_larger_than_a_pipe_arrives_whole(shared: Child) -> None:
    assert await shared.call("long_text", length=1_000_000) == "x" * 1_000_000


async def test_an_answer_that_cannot_be_json_is_an_internal_error(shared: Child) -> None:
    answer = await shared.ask("tools/call", {"name": "half_a_character", "arguments": {}})
    assert error_of(answer) == (7, INTERNAL_ERROR)
    assert await shared.call("echo", text="still here") == "still here"


async def test_tools_have_no_hold_of_the_wire(shared: Child) -> None:
    assert await shared.call("shout") == "done"
    for stray in ("from print", "from the descriptor", "from a child"):
        await shared.hear(stray)
    assert await shared.call("listen") == "b''"
