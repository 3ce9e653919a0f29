from pathlib import Path

import httpx2
import pytest
from pydantic import JsonValue

from tests.faults.judging import error_of
from tests.faults.upstream import connected
from tests.tools.conftest import Desk, part


async def test_creators_stand_side_by_side_and_the_best_is_named(desk: Desk) -> None:
    usernames: list[JsonValue] = ["lena.lifts", "marco.moves"]
    answer = await desk.call("compareTikTokCreators", usernames=usernames)
    assert part(answer, "data", "comparison", "engagement_rate") == {"best": "marco.moves"}
    full = await desk.call("compareTikTokCreators", usernames=usernames, detail="full")
    rates = part(full, "data", "comparison", "engagement_rate")
    assert rates["best"] == "marco.moves"
    assert rates["values"] == {"lena.lifts": 5, "marco.moves": 10}


async def test_an_unknown_name_is_listed_as_not_found(desk: Desk) -> None:
    answer = await desk.call(
        "compareTikTokCreators", usernames=["lena.lifts", "marco.moves", "nobody.known"]
    )
    assert part(answer, "data")["not_found"] == ["nobody.known"]


async def test_names_are_cleaned_before_they_are_counted(desk: Desk) -> None:
    error = await desk.refused("compareTikTokCreators", usernames=["Lena.Lifts", "@lena.lifts"])
    assert error["parameter"] == "usernames"
    wrong: list[JsonValue] = [["lena.lifts"], [f"user{n}" for n in range(11)], []]
    for usernames in wrong:
        await desk.refused("compareTikTokCreators", usernames=usernames)
    assert desk.requests == []


async def test_lists_written_as_text_are_understood(desk: Desk) -> None:
    for usernames in ('["lena.lifts", "@marco.moves"]', "lena.lifts, marco.moves"):
        await desk.call("compareTikTokCreators", usernames=usernames)
    assert set(desk.requests) == {
        "GET /api/v1/analytics/creator-comparison?usernames=lena.lifts%2Cmarco.moves"
    }


async def test_a_tie_has_no_winner(desk: Desk) -> None:
    answer = await desk.call("compareTikTokCreators", usernames=["lena.lifts", "marco.moves"])
    # All videos of either have the same views, so none of them is viral.
    assert part(answer, "data", "comparison", "viral_ratio") == {"why": "a tie"}


async def test_where_too_few_names_are_tracked_the_search_is_named(desk: Desk) -> None:
    error = await desk.refused("compareTikTokCreators", usernames=["lena.lifts", "nobody.known"])
    assert error["code"] == "NOT_FOUND_CREATOR"
    assert "searchTikTokCreators" in str(error["do_next"])


async def test_the_same_name_twice_is_dropped_before_the_names_are_counted(desk: Desk) -> None:
    names: list[JsonValue] = ["lena.lifts", "@Lena.Lifts", "marco.moves", *["nobody.known"] * 9]
    answer = await desk.call("compareTikTokCreators", usernames=names)
    assert part(answer, "data")["not_found"] == ["nobody.known"]


@pytest.mark.parametrize(
    ("status", "upstream_code", "code"),
    [
        (400, "TOO_FEW_CREATORS", "NOT_FOUND_CREATOR"),
        (422, "NOT_ENOUGH_CREATORS", "NOT_FOUND_CREATOR"),
        (400, "CREATOR_NOT_FOUND", "NOT_FOUND_CREATOR"),
        (404, "ANYTHING", "NOT_FOUND_CREATOR"),
        (400, "INVALID_PARAMS", "REJECTED_REQUEST"),
        (422, "", "REJECTED_REQUEST"),
        (405, "TOO_FEW_CREATORS", "REJECTED_REQUEST"),
        (410, "", "REJECTED_REQUEST"),
    ],
)
async def test_a_refusal_is_a_not_found_only_where_the_api_says_so(
    tmp_path: Path, status: int, upstream_code: str, code: str
) -> None:
    def respond(request: httpx2.Request) -> httpx2.Response:
        body = {"error": {"code": upstream_code, "message": "x"}}
        return httpx2.Response(status, json=body, request=request)

    async with connected(tmp_path, respond) as client:
        arguments: dict[str, JsonValue] = {"usernames": ["lena.lifts", "nobody.known"]}
        error = error_of(await client.call_tool("compareTikTokCreators", arguments))
    assert error["code"] == code
    doubts = code == "REJECTED_REQUEST" and status in {400, 422}
    assert ("fewer than two of these names" in str(error["message"])) is doubts
