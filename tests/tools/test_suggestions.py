"""A name that is not found comes with the nearest known ones, at the price of one request."""

import pytest
from pydantic import JsonValue

from tests.tools.conftest import Desk


@pytest.mark.parametrize(
    "tool",
    ["getTikTokCreatorAnalytics", "getTikTokCreatorVideos", "getTikTokCreatorTopContent"],
)
async def test_a_misspelled_creator_is_found_by_one_search(desk: Desk, tool: str) -> None:
    error = await desk.refused(tool, username="@Lena.Lifst")
    assert error["code"] == "NOT_FOUND_CREATOR"
    assert error["did_you_mean"] == ["lena.lifts"]
    first, search = desk.requests
    assert "lena.lifts" not in first.lower()
    assert search == "GET /api/v1/creators/search?q=lena&page=1&limit=20"


async def test_a_misspelled_hashtag_is_found_by_one_search(desk: Desk) -> None:
    error = await desk.refused("getTikTokHashtagDetails", tag="#fitnss")
    assert error["code"] == "NOT_FOUND_HASHTAG"
    assert error["did_you_mean"] == ["fitness"]
    assert desk.requests[1:] == ["GET /api/v1/hashtags/search?q=fitn&page=1&limit=20"]


async def test_what_is_near_to_nothing_has_no_suggestion(desk: Desk) -> None:
    error = await desk.refused("getTikTokCreatorAnalytics", username="lenard.quartz")
    assert "did_you_mean" not in error
    assert len(desk.requests) == 2


async def test_a_niche_is_compared_with_the_usual_words_without_a_request(desk: Desk) -> None:
    error = await desk.refused("getTikTokNicheBenchmarks", niche="gardning")
    assert error["code"] == "NOT_FOUND_NICHE"
    assert error["did_you_mean"] == ["gardening"]
    assert len(desk.requests) == 1


async def test_a_comparison_of_too_few_names_suggests_after_one_search(desk: Desk) -> None:
    error = await desk.refused("compareTikTokCreators", usernames=["lena.lfts", "nobody.known"])
    assert error["code"] == "NOT_FOUND_CREATOR"
    assert error["did_you_mean"] == ["lena.lifts"]
    assert len(desk.requests) == 2


async def test_a_username_in_place_of_an_account_id_gives_the_id(desk: Desk) -> None:
    error = await desk.refused("getAccountAnalytics", account_id="brand.house")
    assert error["code"] == "NOT_FOUND_ACCOUNT"
    assert error["did_you_mean"] == [desk.account_id]
    assert desk.requests[1:] == ["GET /api/ext/accounts?page=1&per_page=100"]
    await desk.refused("getAccountAnalytics", account_id="brand.hose")
    assert len(desk.requests) == 3  # known by now


async def test_an_account_id_with_a_slip_gives_the_right_one(desk: Desk) -> None:
    right = desk.account_id
    wrong: JsonValue = right[:-1] + ("0" if right[-1] != "0" else "1")
    error = await desk.refused("canRefreshAccountAnalytics", account_id=wrong)
    assert error["did_you_mean"] == [right]


async def test_an_id_of_a_video_or_sound_is_not_guessed(desk: Desk) -> None:
    for tool, name in (
        ("getTikTokVideoDetails", "video_id"),
        ("getTikTokSoundDetails", "music_id"),
    ):
        error = await desk.refused(tool, **{name: "7000000000000000002"})
        assert "did_you_mean" not in error
    assert len(desk.requests) == 2
