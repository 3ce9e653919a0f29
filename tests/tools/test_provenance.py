"""Any answer tells how current it is and where from."""

from datetime import datetime
from pathlib import Path
from typing import cast

import httpx2
from pydantic import JsonValue

import tools
from tests.faults.judging import answer_of
from tests.faults.upstream import ARGUMENTS, connected
from tests.tools.conftest import Desk, Json, part, rows

ALL = {spec.name for spec in tools.ALL}
OWN = "accounts"


def assert_it_tells(tool: str, answer: Json, mode: str) -> None:
    """Whose figures these are, whether live, and when they were collected or at least read."""
    told = cast("Json", answer["provenance"])
    own = {spec.name for spec in tools.ALL if spec.toolset == OWN}
    assert told["api"] == ("tokportal" if tool in own else "toklytics"), tool
    assert told["mode"] == mode, tool
    if "as_of" in told:
        collected = datetime.fromisoformat(str(told["as_of"]))
        assert collected.utcoffset() is not None, tool
        assert str(told["as_of"]).endswith("Z"), tool
        assert isinstance(told["age_seconds"], int), tool
        assert told["age_seconds"] >= 0, tool
    else:
        assert str(told["fetched_at"]).endswith("Z"), tool


async def test_every_local_answer_says_where_it_is_from_and_how_old(desk: Desk) -> None:
    tag = rows(await desk.call("searchTikTokHashtags", q="fit"))[0]["name"]
    video = rows(await desk.call("searchTikTokVideos"))[0]["video_id"]
    own = rows(await desk.call("listAccountVideoAnalytics", account_id=desk.account_id))[0]["id"]
    named: dict[str, JsonValue] = {
        "account_id": desk.account_id,
        "account_ids": [desk.account_id],
        "username": "lena.lifts",
        "usernames": ["lena.lifts", "marco.moves"],
        "tag": tag,
        "video_id": video,
        "video_analytics_id": own,
        "wait_seconds": 0,
    }
    for tool, arguments in ARGUMENTS.items():
        known = {name: named.get(name, value) for name, value in arguments.items()}
        answer = await desk.call(tool, **known)
        assert_it_tells(tool, answer, "local")
        # Own data was imported: nothing about it is made up.
        assert "synthetic" not in part(answer, "provenance"), tool
    assert set(ARGUMENTS) == ALL


def respond(request: httpx2.Request) -> httpx2.Response:
    """A live API that says nothing of its age but for own accounts."""
    last = request.url.path.rsplit("/", 1)[-1]
    figures: Json = {"account_id": "acc_1", "can_refresh": False, "username": "someone"}
    if last in {"search", "trending", "accounts", "videos"}:
        return httpx2.Response(200, json={"data": [figures]}, request=request)
    if last == "analytics":
        figures["scraped_at"] = "2026-02-10T10:15:00+01:00"
        figures["followers_count"] = 10
    return httpx2.Response(200, json={"data": figures}, request=request)


async def test_every_live_answer_says_where_it_is_from_and_when_it_was_read(tmp_path: Path) -> None:
    answered: set[str] = set()
    async with connected(tmp_path, respond) as client:
        await client.call_tool("getAccountAnalytics", ARGUMENTS["getAccountAnalytics"])
        for tool, arguments in ARGUMENTS.items():
            result = await client.call_tool(tool, arguments)
            assert not result.is_error, (tool, result)
            answer = answer_of(tool, result)
            assert_it_tells(tool, answer, "live")
            assert "synthetic" not in part(answer, "provenance")
            answered.add(tool)
            if tool in {"getAccountAnalytics", "refreshAccountAnalytics"}:
                assert part(answer, "provenance")["as_of"] == "2026-02-10T09:15:00Z"
    assert answered == ALL
