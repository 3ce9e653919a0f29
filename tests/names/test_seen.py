"""Synthetic answers in the shapes that Toklytics and the local upstream use."""

from pydantic import JsonValue

from mcp_server.names.seen import names_in


def test_a_creators_row_gives_username_and_niche_and_nothing_else() -> None:
    row: JsonValue = {
        "username": "Lena.Lifts",
        "display_name": "lenas_display",
        "bio": "someone_else",
        "niche": "Fitness",
        "category": "Sports",
        "top_hashtags": ["#gym", {"name": "fitness", "count": 3}, {"tag": "yoga"}, 7, None],
    }
    assert names_in("/creators/search", {"data": [row]}) == {
        "creator": ["lena.lifts"],
        "niche": ["fitness", "sports"],
        "hashtag": ["gym", "fitness", "yoga"],
    }


def test_a_video_gives_its_creator_and_its_hashtags() -> None:
    video: JsonValue = {"hashtags": ["料理"], "creator": {"username": "kana_kitchen"}, "title": "x"}
    found = names_in("/videos/search", {"data": [video, video]})
    assert found == {"creator": ["kana_kitchen"], "hashtag": ["料理"]}


def test_the_hashtag_routes_name_hashtags() -> None:
    rows: JsonValue = [{"name": "fitness"}, {"name": "two words"}]
    assert names_in("/hashtags/search", {"data": rows}) == {"hashtag": ["fitness"]}
    assert names_in("/hashtags/search", rows) == {"hashtag": ["fitness"]}
    one: JsonValue = {"name": "gym", "related_hashtags": ["yoga"]}
    assert names_in("/hashtags/gym", {"data": one}) == {"hashtag": ["gym", "yoga"]}
    assert names_in("/sounds/search", {"data": rows}) == {}


def test_a_niche_that_was_only_asked_for_is_not_known() -> None:
    body: JsonValue = {"data": {"niche": "fitnes", "roster": []}}
    assert names_in("/analytics/campaign-planner", body) == {}


def test_names_that_were_not_found_are_not_known() -> None:
    body: JsonValue = {"data": {"creators": [], "not_found": ["nobody.known"]}}
    assert names_in("/analytics/creator-comparison", body) == {}


def test_an_odd_answer_has_no_names() -> None:
    bodies: list[JsonValue] = [None, 7, "text", [], {"data": None}, {"username": {"username": 7}}]
    for body in bodies:
        assert names_in("/hashtags/search", body) == {}


def test_what_one_answer_may_add_is_bounded() -> None:
    body: JsonValue = {"data": [{"username": f"user{n}"} for n in range(1_000)]}
    assert len(names_in("/creators/search", body)["creator"]) == 500
    deep: JsonValue = {"username": "deep"}
    for _ in range(30_000):
        deep = [deep]
    assert names_in("/creators/search", deep) == {}
