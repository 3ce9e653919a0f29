"""The largest answers reach the model whole in every host, whatever strangers write."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final, cast

import httpx2
import pytest
from pydantic import JsonValue

import tools
from mcp_server.answers.budget import MAX_BYTES
from mcp_server.boundary import Effect, ToolSpec
from mcp_server.boundary.wiring import schemas
from tests.faults import upstream
from tests.faults.upstream import ARGUMENTS, Respond
from tests.hosts.hosts import (
    MOST_TOKENS,
    Result,
    character_cap,
    count_tokens,
    structured_only,
    text_only,
    token_cap,
)
from tests.hosts.reading import documents

_ROWS: Final = 100
_CAPTION: Final = 2_000
_CAPTIONS: Final[Mapping[str, str]] = {
    "English": "A long day of training, then food and sleep. ",
    "Japanese": "広島の夕飯は今日も美味しい。",
    "Amharic": "ረጅም የስልጠና ቀን ከዚያም ምግብ እና እንቅልፍ። ",
    "emoji": "🔥💪🏽🥗👨‍👩‍👧‍👦",
    "quotes": '"\\',
}
"""Beginnings of captions; some cost a model many more tokens a byte than others."""


def _flood(caption: str, *, rows: bool) -> Respond:
    """A hundred rows with long captions and unknown fields, alone or inside of an object."""
    text = (caption * _CAPTION)[:_CAPTION]
    many: list[JsonValue] = [
        {
            "id": f"row{number}",
            "video_id": str(7_000_000_000_000_000_000 + number),
            "username": f"name{number}",
            "description": text,
            "plays": 123_456 + number,
            **{f"unknown_{n}": text[:200] for n in range(6)},
        }
        for number in range(_ROWS)
    ]
    whole: dict[str, JsonValue] = {
        "account_id": "acc_1",
        "username": "lena",
        "bio": text,
        "videos": many,
        "history": many,
        "figures": {f"figure_{n}": n * 1.5 for n in range(80)},
    }
    body = json.dumps({"data": many if rows else whole}).encode()
    return lambda request: httpx2.Response(200, content=body, request=request)


def _largest_call(spec: ToolSpec) -> dict[str, JsonValue]:
    inputs, _ = schemas(spec)
    known = cast("dict[str, dict[str, JsonValue]]", inputs["properties"])
    call = {**ARGUMENTS[spec.name]}
    if "detail" in known:
        call["detail"] = "full"
    for name in ("limit", "per_page"):
        if name in known:
            call[name] = known[name]["maximum"]
    return call


@pytest.mark.parametrize("rows", [True, False], ids=["rows", "object"])
@pytest.mark.parametrize("caption", ["English", "Japanese", "emoji", "quotes"])
async def test_no_host_cuts_the_fullest_answer(caption: str, *, rows: bool, tmp_path: Path) -> None:
    await _assert_whole(caption, rows=rows, folder=tmp_path)


async def test_no_host_cuts_the_fullest_answer_in_a_rare_script(tmp_path: Path) -> None:
    await _assert_whole("Amharic", rows=True, folder=tmp_path)


async def _assert_whole(caption: str, *, rows: bool, folder: Path) -> None:
    results: list[Result] = []
    async with upstream.connected(folder, _flood(_CAPTIONS[caption], rows=rows)) as client:
        for spec in tools.ALL:
            if spec.effect is Effect.READ:
                found = await client.call_tool(spec.name, _largest_call(spec))
                results.append(found.model_dump(mode="json", by_alias=True))
    for result in results:
        text = text_only(result)
        assert len(text.encode()) <= MAX_BYTES
        assert character_cap(result) == structured_only(result) == text
        assert len(documents(text)) == 1
    # Counting tokens takes its time, and these answers differ in little but their length.
    largest = max(results, key=lambda result: len(text_only(result).encode()))
    assert len(text_only(largest).encode()) > MAX_BYTES / 3
    assert count_tokens(text_only(largest)) <= MOST_TOKENS
    assert token_cap(largest) == text_only(largest)
