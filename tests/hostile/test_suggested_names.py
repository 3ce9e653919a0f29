"""What strangers call themselves stands in `did_you_mean` alone, if it is a name at all."""

import json
from pathlib import Path

import httpx2
import pytest
from pydantic import JsonValue

from tests.faults.judging import error_of, text_of
from tests.faults.upstream import ARGUMENTS, Respond, connected
from tests.hostile.corpus import CORPUS, MARK

LOOKED_UP: dict[str, dict[str, JsonValue]] = {
    "getTikTokCreatorAnalytics": {"username": f"{MARK}s"},
    "getTikTokCreatorVideos": {"username": f"{MARK}s"},
    "compareTikTokCreators": {"usernames": [f"{MARK}s", f"{MARK}z"]},
    "getTikTokHashtagDetails": {"tag": f"{MARK}s"},
    "getTikTokNicheBenchmarks": {"niche": f"{MARK}s"},
    "getAccountAnalytics": {"account_id": f"{MARK}s"},
}


def naming(*names: str) -> Respond:
    """Lists name these; nothing can be read."""
    rows: list[JsonValue] = [
        {"username": name, "name": name, "niche": name, "id": name} for name in names
    ]

    def respond(request: httpx2.Request) -> httpx2.Response:
        if request.url.path.endswith(("/search", "/accounts")):
            body = json.dumps({"data": rows}).encode()
            return httpx2.Response(200, content=body, request=request)
        error = {"code": "NOT_FOUND", "message": MARK}
        return httpx2.Response(404, json={"error": error}, request=request)

    return respond


async def test_no_injected_text_is_suggested(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    async with connected(tmp_path, naming(*CORPUS)) as client:
        for tool in ("searchTikTokCreators", "searchTikTokHashtags", "listAccounts"):
            await client.call_tool(tool, ARGUMENTS[tool])
        for tool, arguments in LOOKED_UP.items():
            result = await client.call_tool(tool, arguments)
            assert result.is_error
            error_of(result)
            assert MARK not in text_of(result), tool
    assert MARK not in caplog.text


async def test_a_name_that_is_nearly_what_was_typed_stands_in_its_field_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    async with connected(tmp_path, naming(MARK)) as client:
        for tool, arguments in LOOKED_UP.items():
            error = error_of(await client.call_tool(tool, arguments))
            assert error.pop("did_you_mean") == [MARK], tool
            assert MARK not in json.dumps(error), tool
    assert MARK not in caplog.text
