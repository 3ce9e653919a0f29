"""JSON-RPC messages as lines, and the answers to lines that are none."""

import json
import logging

from mcp_types import (
    INTERNAL_ERROR,
    INVALID_REQUEST,
    PARSE_ERROR,
    ErrorData,
    JSONRPCError,
    JSONRPCMessage,
    JSONRPCResponse,
    RequestId,
    jsonrpc_message_adapter,
)
from pydantic import ValidationError
from pydantic_core import PydanticSerializationError

MAX_LINE_BYTES = 4 * 1024 * 1024
"""As large as the SDK lets the body of an HTTP request be."""

_NOT_JSON = {"json_invalid"}
_NOT_AN_OBJECT = {"model_type"}

_logger = logging.getLogger(__name__)


class RefusedLineError(Exception):
    """A line that is not a message.

    Attributes:
        answer: What to tell the client.
    """

    def __init__(self, code: int, message: str, *, request_id: RequestId | None = None) -> None:
        super().__init__(message)
        error = ErrorData(code=code, message=message)
        self.answer = JSONRPCError(jsonrpc="2.0", id=request_id, error=error)


def decode(line: bytes | None) -> JSONRPCMessage:
    """Read one message.

    Args:
        line: Without its newline; None stands for one that was too long to keep.

    Raises:
        RefusedLineError: The line is too long, no JSON, a batch (which MCP dropped in its
            version 2025-06-18), or an object that is no JSON-RPC message.
    """
    if line is None:
        limit = f"A message is one line of at most {MAX_LINE_BYTES:,} bytes."
        raise RefusedLineError(INVALID_REQUEST, limit)
    try:
        return jsonrpc_message_adapter.validate_json(line, by_name=False)
    except ValidationError as error:
        kinds = {detail["type"] for detail in error.errors(include_input=False, include_url=False)}
    if kinds <= _NOT_JSON:
        raise RefusedLineError(PARSE_ERROR, "Parse error: a message is one JSON object")
    if kinds <= _NOT_AN_OBJECT:
        one = "Invalid request: a message is one JSON object, and not a batch of them"
        raise RefusedLineError(INVALID_REQUEST, one)
    message = "Invalid request: the object is not a JSON-RPC 2.0 message"
    raise RefusedLineError(INVALID_REQUEST, message, request_id=_id_in(line))


def encode(message: JSONRPCMessage) -> bytes:
    """Write one message as a line.

    An answer that cannot be JSON (a lone surrogate in a text is enough) becomes an error
    with the same id: one bad answer is no reason to end the server.

    Returns:
        The line with its newline; nothing for a notification that cannot be JSON.
    """
    try:
        return _line(message)
    except PydanticSerializationError:
        _logger.warning("A message could not be written as JSON: %s", type(message).__name__)
        if not isinstance(message, JSONRPCResponse):
            return b""
        data = ErrorData(code=INTERNAL_ERROR, message="The answer could not be written as JSON")
        return _line(JSONRPCError(jsonrpc="2.0", id=message.id, error=data))


def _line(message: JSONRPCMessage) -> bytes:
    return message.model_dump_json(by_alias=True, exclude_unset=True).encode() + b"\n"


def _id_in(line: bytes) -> RequestId | None:
    """The id to answer under; only texts and whole numbers can be one."""
    found: object = json.loads(line).get("id")
    return found if isinstance(found, str | int) and not isinstance(found, bool) else None
