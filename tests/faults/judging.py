"""What every answer must be, whatever the upstream did."""

import json
from typing import cast

import jsonschema
from mcp_types import CallToolResult, TextContent
from pydantic import JsonValue

import tools
from mcp_server.answers.budget import MAX_BYTES
from mcp_server.boundary.wiring import schemas
from mcp_server.errors import CATALOGUE, ErrorCode
from tests.faults.upstream import CANARY, KEY, MARKET_KEY, URL_SECRET

Json = dict[str, JsonValue]

VALIDATORS = {spec.name: jsonschema.Draft202012Validator(schemas(spec)[1]) for spec in tools.ALL}
_SECRETS = (KEY, MARKET_KEY, URL_SECRET, KEY[3:35], MARKET_KEY[3:])
_OF_DATA = ("data", "extra")
_OF_OUTCOMES = ("message", "error_code", "outcome", "available_at", "as_of", "started_at", "job_id")
"""What the server writes into the data of a refresh."""


def text_of(result: CallToolResult) -> str:
    """The one text block of a result."""
    (block,) = result.content
    assert isinstance(block, TextContent)
    return block.text


def error_of(result: CallToolResult) -> Json:
    """The error of a failed call, checked to be one of the catalogue and to be safe."""
    text = text_of(result)
    assert result.structured_content is None
    assert len(text.encode()) < 2_000
    error = cast("Json", json.loads(text)["error"])
    code = ErrorCode(cast("str", error["code"]))
    assert code in CATALOGUE
    assert code is not ErrorCode.INTERNAL_ERROR, text
    assert error["do_next"]
    assert error["message"]
    assert isinstance(error["retryable"], bool)
    assert CANARY not in text, text
    assert "Traceback" not in text
    assert 'File "' not in text
    assert_no_secret(text)
    return error


def answer_of(tool: str, result: CallToolResult) -> Json:
    """A successful answer, checked against the schema, the text and the budget."""
    text = text_of(result)
    answer = cast("Json", result.structured_content)
    assert json.loads(text) == answer
    VALIDATORS[tool].validate(answer)  # pyright: ignore[reportUnknownMemberType] # by its stubs
    assert len(text.encode()) <= MAX_BYTES
    assert_no_secret(text)
    return answer


def server_written(answer: Json) -> str:
    """What the server itself says in an answer, as text."""
    own = {name: value for name, value in answer.items() if name not in _OF_DATA}
    data = answer.get("data")
    results = data.get("results") if isinstance(data, dict) else None
    rows = results if isinstance(results, list) else [data]
    words: list[JsonValue] = [
        [row.get(name) for name in _OF_OUTCOMES]
        for row in rows
        if isinstance(row, dict) and "outcome" in row
    ]
    return json.dumps([own, words], ensure_ascii=False)


def assert_no_secret(text: str) -> None:
    """No key and no part of the configured address is in a text."""
    for secret in _SECRETS:
        assert secret not in text
