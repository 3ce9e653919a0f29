"""Whatever an upstream sends, a list stays within the budget and its pages join to the whole."""

import json
import os
from pathlib import Path
from typing import cast
from urllib.parse import parse_qs

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import JsonValue

from mcp_server.answers.budget import MAX_BYTES
from tests.faults.judging import Json, answer_of, text_of
from tests.faults.upstream import Respond, connected

_LISTS: dict[str, tuple[dict[str, JsonValue], str, str]] = {
    "searchTikTokVideos": ({"q": "a"}, "limit", "video_id"),
    "searchTikTokCreators": ({"q": "a"}, "limit", "username"),
    "getTikTokCreatorVideos": ({"username": "lena"}, "limit", "video_id"),
    "searchTikTokHashtags": ({"q": "a"}, "limit", "tag"),
    "searchTikTokSounds": ({"q": "a"}, "limit", "music_id"),
    "listAccounts": ({}, "per_page", "id"),
    "listAccountVideoAnalytics": ({"account_id": "acc_1"}, "per_page", "id"),
}
_TOTAL = 100
EXAMPLES = max(3, int(os.environ.get("TOKMETRICS_FUZZ_EXAMPLES", "0")) // 20)
"""Draws of each tool, of the 128 that there are; the long run makes more."""


def paged(key: str, size_name: str, caption: str, fields: int, extra: int) -> Respond:
    """An upstream of 100 rows with captions, many fields and much beside the rows."""

    def respond(request: httpx2.Request) -> httpx2.Response:
        query = parse_qs(request.url.query.decode())
        page = int(query.get("page", ["1"])[0])
        size = int(query.get(size_name, ["20"])[0])
        rows = [
            {
                key: f"row{number}",
                "description": caption,
                "plays": number,
                **{f"unknown_{n}": f"{number} {caption[:40]}" for n in range(fields)},
            }
            for number in range((page - 1) * size, min(page * size, _TOTAL))
        ]
        pages = -(-_TOTAL // size)
        body = {
            "data": rows,
            "pagination": {"page": page, size_name: size, "total": _TOTAL, "total_pages": pages},
            "more": [caption[:500]] * extra,
        }
        return httpx2.Response(
            200, content=json.dumps(body, ensure_ascii=False).encode(), request=request
        )

    return respond


@pytest.mark.parametrize("tool", _LISTS)
@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    caption=st.sampled_from(["short", "é" * 2_000, "\U0001f525" * 2_000, '"\\' * 1_000]),
    fields=st.sampled_from([0, 80]),
    extra=st.sampled_from([0, 100]),
    size=st.sampled_from([50, 48, 47, 20]),
    detail=st.sampled_from(["concise", "full"]),
)
async def test_the_pages_that_next_names_join_to_the_full_set(  # noqa: PLR0917 - hypothesis
    tool: str,
    tmp_path_factory: pytest.TempPathFactory,
    caption: str,
    fields: int,
    extra: int,
    size: int,
    detail: str,
) -> None:
    given_arguments, size_name, key = _LISTS[tool]
    call: Json = {**given_arguments, size_name: size, "detail": detail}
    folder: Path = tmp_path_factory.mktemp("store")
    found: list[str] = []
    async with connected(folder, paged(key, size_name, caption, fields, extra)) as client:
        for _ in range(_TOTAL + 1):
            result = await client.call_tool(tool, call)
            assert not result.is_error, text_of(result)
            assert len(text_of(result).encode()) <= MAX_BYTES
            answer = answer_of(tool, result)
            found += [number_of(row) for row in cast("list[Json]", answer["data"])]
            following = answer.get("next")
            if following is None:
                break
            assert cast("Json", following)["tool"] == tool
            call = cast("Json", cast("Json", following)["arguments"])
    assert found == [str(number) for number in range(_TOTAL)]


def number_of(row: Json) -> str:
    """The number of a row, by whatever name its identifier goes in the answer."""
    return next(
        value.removeprefix("row")
        for value in row.values()
        if isinstance(value, str) and value.startswith("row")
    )
