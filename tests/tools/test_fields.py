"""`fields` of every list tool, through a real client."""

from typing import cast

import pytest

import tools
from mcp_server.boundary import ToolSpec
from mcp_server.boundary.wiring import schemas
from tests.faults.judging import VALIDATORS
from tests.tools.conftest import Desk, Json, part, rows

OF_ACCOUNT = ("listAccountVideoAnalytics",)
CALLS: dict[str, Json] = {
    "listAccounts": {},
    "listAccountVideoAnalytics": {},
    "searchTikTokCreators": {},
    "getTikTokCreatorVideos": {"username": "lena.lifts"},
    "searchTikTokVideos": {},
    "getTrendingTikTokVideos": {"period": "30d"},
    "searchTikTokHashtags": {},
    "getTrendingTikTokHashtags": {},
    "searchTikTokSounds": {},
    "getTrendingTikTokSounds": {},
}


def is_list(spec: ToolSpec) -> bool:
    return properties(spec, 1)["data"].get("type") == "array"


def properties(spec: ToolSpec, side: int) -> dict[str, Json]:
    return cast("dict[str, Json]", schemas(spec)[side]["properties"])


def names_of(row: Json) -> list[str]:
    """The names of a row's schema, read apart from the code under test."""
    found: list[str] = []
    for name, schema in cast("dict[str, Json]", row.get("properties", {})).items():
        found += [name, *(f"{name}.{inner}" for inner in names_of(schema))]
    return found


def call_of(tool: str, desk: Desk) -> Json:
    account: Json = {"account_id": desk.account_id} if tool in OF_ACCOUNT else {}
    return {**CALLS[tool], **account}


def test_every_list_tool_takes_fields_and_no_other_does() -> None:
    assert {spec.name for spec in tools.ALL if is_list(spec)} == set(CALLS)
    assert {spec.name for spec in tools.ALL if "fields" in properties(spec, 0)} == set(CALLS)


@pytest.mark.parametrize("spec", [s for s in tools.ALL if is_list(s)], ids=lambda s: s.name)
async def test_each_field_alone_can_be_chosen_and_keeps_to_the_schema(
    desk: Desk, spec: ToolSpec
) -> None:
    names = names_of(cast("Json", properties(spec, 1)["data"]["items"]))
    assert names
    for name in names:
        answer = await desk.call(spec.name, **call_of(spec.name, desk), fields=[name])
        VALIDATORS[spec.name].validate(answer)  # pyright: ignore[reportUnknownMemberType] # stubs
        assert rows(answer), spec.name
        first = name.partition(".")[0]
        assert {key for row in rows(answer) for key in row} <= {first}
        told = any(name in note for note in cast("list[str]", answer.get("notes", [])))
        assert told != any(row.get(first) not in (None, {}) for row in rows(answer))


@pytest.mark.parametrize("tool", CALLS)
async def test_an_unknown_field_is_refused_before_any_request(desk: Desk, tool: str) -> None:
    error = await desk.refused(tool, **call_of(tool, desk), fields="likez, secret")
    assert error["code"] == "INVALID_ARGUMENT"
    assert error["parameter"] == "fields"
    (spec,) = (spec for spec in tools.ALL if spec.name == tool)
    allowed = names_of(cast("Json", properties(spec, 1)["data"]["items"]))
    assert sorted(cast("list[str]", error["allowed"])) == sorted(allowed)
    assert "secret" not in str(error)
    assert desk.requests == []


async def test_fields_win_over_detail_which_then_says_how_long_texts_are(desk: Desk) -> None:
    call: Json = {"username": "lena.lifts", "fields": "video_id"}
    for detail in ("concise", "full"):
        answer = await desk.call("getTikTokCreatorVideos", **call, detail=detail)
        assert all(list(row) == ["video_id"] for row in rows(answer))
        assert "extra" not in answer


async def test_the_following_page_has_the_same_fields(desk: Desk) -> None:
    asked: Json = {"username": "lena.lifts", "limit": 2, "fields": "plays,video_id"}
    answer = await desk.call("getTikTokCreatorVideos", **asked)
    following = part(answer, "next", "arguments")
    assert following == {**asked, "fields": ["plays", "video_id"], "page": 2}
    second = await desk.call("getTikTokCreatorVideos", **following)
    assert [list(row) for row in rows(second)] == [["plays", "video_id"]] * 2


async def test_a_nested_field_brings_nothing_else_of_its_object(desk: Desk) -> None:
    answer = await desk.call(
        "searchTikTokCreators", q="Lena", fields=["username", "metrics.engagement_rate"]
    )
    # 5,000 likes of 100,000 views.
    assert rows(answer) == [{"username": "lena.lifts", "metrics": {"engagement_rate": 5}}]
