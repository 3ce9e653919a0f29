"""`detail: full` gives every field that the upstream sent, also those that nobody knows."""

import json
from pathlib import Path
from typing import cast

import httpx2
import pytest
from pydantic import JsonValue

import tools
from mcp_server.boundary.wiring import schemas
from tests.faults.judging import answer_of
from tests.faults.upstream import ARGUMENTS, connected

OWN_ROWS = {"listAccounts", "getAccountAnalyticsHistory"}
"""Whitelisted, as older answers held passwords; and made by the server itself."""
WITH_DETAIL = {
    spec.name
    for spec in tools.ALL
    if "detail" in cast("dict[str, JsonValue]", schemas(spec)[0]["properties"])
}
STRANGE: dict[str, JsonValue] = {
    "brand_new": {"of_tomorrow": [1, {"deeper": "x" * 300}]},
    "description": "y" * 600,
}
KNOWN: dict[str, JsonValue] = {
    "plays": 5,
    "username": "lena",
    "name": "fitness",
    "niche": "fitness",
    "music_id": "7000000000000000001",
    "not_found": ["marco"],
}
"""Of each tool's concise form at least one field, since an object without any is kept whole."""


@pytest.mark.parametrize("tool", sorted(WITH_DETAIL - OWN_ROWS))
async def test_unknown_fields_and_whole_texts_come_out_in_full_only(
    tool: str, tmp_path: Path
) -> None:
    (spec,) = (spec for spec in tools.ALL if spec.name == tool)
    outputs = cast("dict[str, dict[str, JsonValue]]", schemas(spec)[1]["properties"])
    row = {**KNOWN, **STRANGE}
    data: JsonValue = [row] if outputs["data"]["type"] == "array" else row

    def respond(request: httpx2.Request) -> httpx2.Response:
        content = json.dumps({"data": data, "beside": {"note": "z"}}).encode()
        return httpx2.Response(200, content=content, request=request)

    async with connected(tmp_path, respond) as client:
        concise = answer_of(tool, await client.call_tool(tool, ARGUMENTS[tool]))
        call = {**ARGUMENTS[tool], "detail": "full"}
        full = answer_of(tool, await client.call_tool(tool, call))
    shown = full["data"][0] if isinstance(full["data"], list) else full["data"]
    assert isinstance(shown, dict)
    assert {name: shown[name] for name in STRANGE} == STRANGE
    assert "of_tomorrow" not in str(concise)
