"""Over HTTP and SSE, what is no message is refused as over stdio, and never repeated."""

import json
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import httpx2
import pytest
from mcp.server.mcpserver import MCPServer
from pydantic import JsonValue
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mcp_server.transports.wellformed import Wellformed

MOST = 200
REFUSED = [
    (b"{", None, -32700),
    (b'{"key":"sk-secret"', None, -32700),
    (b'[{"jsonrpc":"2.0","id":1,"method":"ping"}]', None, -32600),
    (b"3", None, -32600),
    (b'{"jsonrpc":"2.0","id":3,"method":{"key":"sk-secret"}}', 3, -32600),
]


async def repeat(scope: Scope, receive: Receive, send: Send) -> None:
    """Stand in for the SDK: answer with the body."""
    del scope
    message = await receive()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": message.get("body", b"")})


async def posted(
    app: ASGIApp, body: bytes, kind: str = "application/json", method: str = "POST"
) -> httpx2.Response:
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:80") as client:
        headers = {"content-type": kind, "accept": "application/json, text/event-stream"}
        return await client.request(method, "/mcp", content=body, headers=headers)


@pytest.mark.parametrize(("body", "request_id", "code"), REFUSED)
async def test_what_is_no_message_is_refused_under_its_id(
    body: bytes, request_id: JsonValue, code: int
) -> None:
    response = await posted(Wellformed(repeat, max_bytes=MOST), body)
    answer = json.loads(response.text)
    assert (response.status_code, answer["id"], answer["error"]["code"]) == (400, request_id, code)
    assert "sk-secret" not in response.text


async def test_a_message_arrives_whole() -> None:
    body = b'{"jsonrpc":"2.0","id":1,"method":"ping"}'
    response = await posted(Wellformed(repeat, max_bytes=MOST), body)
    assert (response.status_code, response.content) == (200, body)


@pytest.mark.parametrize(
    "kind", ["application/jsonx", "application/json-patch+json", "APPLICATION/JSON; charset=x"]
)
async def test_a_type_that_begins_like_json_hides_nothing(kind: str) -> None:
    response = await posted(Wellformed(repeat, max_bytes=MOST), b'{"key":"sk-secret"', kind)
    assert response.status_code == 400
    assert "sk-secret" not in response.text


@pytest.mark.parametrize(("kind", "method"), [("text/plain", "POST"), ("application/json", "PUT")])
async def test_what_the_sdk_refuses_for_other_reasons_is_left_to_it(kind: str, method: str) -> None:
    response = await posted(Wellformed(repeat, max_bytes=MOST), b"{", kind, method)
    assert (response.status_code, response.content) == (200, b"{")


async def test_a_body_over_the_limit_is_not_read_to_its_end() -> None:
    response = await posted(Wellformed(repeat, max_bytes=MOST), b" " * (MOST + 1))
    assert response.status_code == 413


async def test_a_client_that_leaves_amid_its_body_is_not_answered() -> None:
    news: list[Message] = [
        {"type": "http.disconnect"},
        {"type": "http.request", "body": b"{", "more_body": True},
    ]
    seen: list[Message] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        del scope, send
        seen.extend([await receive(), await receive()])

    async def receive() -> Message:
        return news.pop()

    async def send(message: Message) -> None:
        raise AssertionError(message)

    headers = [(b"content-type", b"application/json")]
    scope = {"type": "http", "method": "POST", "headers": headers}
    await Wellformed(app, max_bytes=MOST)(scope, receive, send)
    assert [message["type"] for message in seen] == ["http.request", "http.disconnect"]


@asynccontextmanager
async def sdk_app() -> AsyncGenerator[ASGIApp]:
    server = MCPServer("tiny", log_level="ERROR")
    app = server.streamable_http_app(host="127.0.0.1")
    async with server.session_manager.run():
        yield Wellformed(app, max_bytes=MOST)


async def test_nothing_of_a_malformed_body_reaches_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.DEBUG):
        async with sdk_app() as app:
            for body, _, code in REFUSED:
                response = await posted(app, body)
                assert json.loads(response.text)["error"]["code"] == code
    assert "sk-secret" not in caplog.text
