"""Calls that can be ended with an answer, and responses that come to an end."""

import asyncio

import pytest
from mcp import Client
from mcp.server.mcpserver import MCPServer
from mcp.shared.exceptions import MCPError
from mcp_types import INTERNAL_ERROR
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mcp_server.transports.ending import Calls, Responses

START: Message = {"type": "http.response.start", "status": 200, "headers": []}
MORE: Message = {"type": "http.response.body", "body": b"a", "more_body": True}
LAST: Message = {"type": "http.response.body", "body": b"b"}
QUESTION: Message = {"type": "http.request", "body": b"question"}
END: Message = {"type": "http.response.body", "body": b"", "more_body": False}


def sending(*messages: Message) -> ASGIApp:
    """An app that sends just these."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive
        for message in messages:
            await send(message)

    return app


async def sent_by(app: ASGIApp, kind: str = "http", *, stays: bool = True) -> list[Message]:
    """What an app sends to a client that asks one question, and stays or leaves."""
    sent: list[Message] = []
    news: list[Message] = [{"type": "http.disconnect"}, QUESTION]

    async def receive() -> Message:
        if len(news) == 1 and stays:
            await asyncio.Event().wait()
        return news.pop()

    async def send(message: Message) -> None:
        sent.append(message)

    await app({"type": kind}, receive, send)
    return sent


async def test_a_whole_response_passes_untouched() -> None:
    assert await sent_by(Responses(sending(START, MORE, LAST))) == [START, MORE, LAST]


async def test_a_stream_left_open_gets_its_end() -> None:
    assert await sent_by(Responses(sending(START, MORE))) == [START, MORE, END]


async def test_a_second_response_is_dropped_and_the_first_one_ended() -> None:
    assert await sent_by(Responses(sending(START, MORE, START, LAST))) == [START, MORE, END]


async def test_what_is_not_http_passes_untouched() -> None:
    assert await sent_by(Responses(sending(START)), "lifespan") == [START]


@pytest.mark.parametrize(("before", "status"), [((), 503), ((START,), 200)])
async def test_a_response_is_ended_wherever_it_stands(
    before: tuple[Message, ...], status: int
) -> None:
    waiting = asyncio.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await sending(*before)(scope, receive, send)
        waiting.set()
        await asyncio.Event().wait()

    responses = Responses(app)
    answer = asyncio.ensure_future(sent_by(responses))
    await waiting.wait()
    await responses.end()
    start, end = await answer
    assert (start["status"], end) == (status, END)


async def test_a_stream_may_end_as_if_its_client_had_left() -> None:
    waiting = asyncio.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        assert (await receive())["body"] == b"question"
        await send(START)
        waiting.set()
        assert (await receive())["type"] == "http.disconnect"
        await sending(MORE, LAST)(scope, receive, send)

    responses = Responses(app)
    answer = asyncio.ensure_future(sent_by(responses))
    await waiting.wait()
    await responses.end()
    assert await answer == [START, MORE, LAST]


async def test_a_client_that_leaves_is_told_of_as_ever() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        del scope
        await receive()
        await send(await receive())

    assert await sent_by(Responses(app), stays=False) == [{"type": "http.disconnect"}]


async def test_a_request_that_comes_while_it_stops_is_refused() -> None:
    calls = Calls()
    server = MCPServer("tiny", middleware=[calls], log_level="ERROR")
    async with Client(server, mode="legacy") as client:
        calls.refuse()
        with pytest.raises(MCPError, match="The server is stopping") as refused:
            await client.list_tools()
    assert refused.value.code == INTERNAL_ERROR


async def test_idle_waits_for_the_last_answer() -> None:
    calls, go, inside = Calls(), asyncio.Event(), asyncio.Event()

    async def slow() -> str:
        inside.set()
        await go.wait()
        return "done"

    server = MCPServer("tiny", middleware=[calls], log_level="ERROR")
    server.add_tool(slow)
    async with Client(server, mode="legacy") as client:
        call = asyncio.ensure_future(client.call_tool("slow", {}))
        await inside.wait()
        idle = asyncio.ensure_future(calls.idle())
        await asyncio.wait([idle], timeout=0)
        assert not idle.done()
        go.set()
        await asyncio.gather(call, idle)
