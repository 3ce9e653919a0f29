from typing import cast

from tests.tools.conftest import Desk, Json, part


async def test_a_tag_in_any_script_is_found(desk: Desk) -> None:
    for given in ("料理", "#料理", "https://www.tiktok.com/tag/料理"):
        answer = await desk.call("getTikTokHashtagDetails", tag=given)
        data = part(answer, "data")
        assert (data["name"], data["video_count"], data["view_count"]) == ("料理", 3, 6_000)


async def test_top_creators_are_those_of_the_tag(desk: Desk) -> None:
    answer = await desk.call("getTikTokHashtagDetails", tag="fitness")
    top = cast("list[Json]", part(answer, "data")["top_creators"])
    assert [row["username"] for row in top] == ["lena.lifts", "marco.moves"]


async def test_several_words_are_refused(desk: Desk) -> None:
    error = await desk.refused("getTikTokHashtagDetails", tag="two words")
    assert error["parameter"] == "tag"
    assert desk.requests == []


async def test_an_unknown_tag_says_not_tracked(desk: Desk) -> None:
    error = await desk.refused("getTikTokHashtagDetails", tag="nosuchtag")
    assert error["code"] == "NOT_FOUND_HASHTAG"
