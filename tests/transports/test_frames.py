"""Lines to messages and back."""

import pytest
from mcp_types import (
    ErrorData,
    JSONRPCError,
    JSONRPCNotification,
    JSONRPCRequest,
    JSONRPCResponse,
    RequestId,
)

from mcp_server.transports.frames import RefusedLineError, decode, encode

PARSE_ERROR = -32700
INVALID_REQUEST = -32600
INTERNAL_ERROR = -32603


def test_a_line_becomes_a_message() -> None:
    line = b'{"jsonrpc":"2.0","id":"a","method":"ping"}'
    assert decode(line) == JSONRPCRequest(jsonrpc="2.0", id="a", method="ping")


@pytest.mark.parametrize(
    "line",
    [
        b"{",
        b"hello",
        b"\xff\xfe{}",
        b'{"jsonrpc":"2.0","id":1,"method":"\\ud800"}',
        b"[" * 10_000,
    ],
)
def test_a_line_that_is_not_json_is_a_parse_error(line: bytes) -> None:
    with pytest.raises(RefusedLineError) as refused:
        decode(line)
    answer = refused.value.answer
    assert (answer.id, answer.error.code) == (None, PARSE_ERROR)


@pytest.mark.parametrize(
    "line", [b'[{"jsonrpc":"2.0","id":1,"method":"ping"}]', b"[]", b"3", b"null", b'"text"']
)
def test_a_batch_and_whatever_else_is_no_object_is_an_invalid_request(line: bytes) -> None:
    with pytest.raises(RefusedLineError) as refused:
        decode(line)
    answer = refused.value.answer
    assert (answer.id, answer.error.code) == (None, INVALID_REQUEST)


@pytest.mark.parametrize(
    ("line", "request_id"),
    [
        (b"{}", None),
        (b'{"jsonrpc":"1.0","id":"a","method":"ping"}', "a"),
        (b'{"jsonrpc":"2.0","id":3,"method":4}', 3),
        (b'{"jsonrpc":"2.0","id":true,"method":4}', None),
        (b'{"jsonrpc":"2.0","id":{},"result":4}', None),
    ],
)
def test_an_object_that_is_no_message_is_refused_under_its_id(
    line: bytes, request_id: RequestId | None
) -> None:
    with pytest.raises(RefusedLineError) as refused:
        decode(line)
    answer = refused.value.answer
    assert (answer.id, answer.error.code) == (request_id, INVALID_REQUEST)


def test_a_refusal_does_not_repeat_what_was_sent() -> None:
    with pytest.raises(RefusedLineError) as refused:
        decode(b'{"jsonrpc":"2.0","id":1,"method":{"key":"sk-secret"}}')
    assert "sk-secret" not in refused.value.answer.model_dump_json()


def test_a_message_becomes_one_line_with_its_null_id() -> None:
    error = ErrorData(code=PARSE_ERROR, message="two\nlines")
    line = encode(JSONRPCError(jsonrpc="2.0", id=None, error=error))
    assert line == (
        b'{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"two\\nlines"}}\n'
    )


def test_an_answer_that_cannot_be_json_becomes_an_error_under_its_id() -> None:
    line = encode(JSONRPCResponse(jsonrpc="2.0", id=5, result={"text": "\ud83d"}))
    answer = decode(line)
    assert isinstance(answer, JSONRPCError)
    assert (answer.id, answer.error.code) == (5, INTERNAL_ERROR)


def test_a_notification_that_cannot_be_json_is_dropped() -> None:
    params = {"text": "\ud83d"}
    assert encode(JSONRPCNotification(jsonrpc="2.0", method="x", params=params)) == b""
