from tests.tools.conftest import Desk, part, rows
from tests.tools.world import KANAS


async def test_words_inside_unspaced_captions_are_found(desk: Desk) -> None:
    answer = await desk.call("searchTikTokVideos", q="広島")
    assert {str(part(row, "creator")["username"]) for row in rows(answer)} == {"kana_kitchen"}
    assert part(answer, "pagination")["total"] == 3


async def test_filters_combine(desk: Desk) -> None:
    answer = await desk.call(
        "searchTikTokVideos", hashtag="#Fitness", creator="@marco.moves", min_views=20_000
    )
    assert len(rows(answer)) == 5
    none = await desk.call("searchTikTokVideos", hashtag="fitness", min_views=100_001)
    assert rows(none) == []


async def test_ids_stay_exact_text(desk: Desk) -> None:
    answer = await desk.call("searchTikTokVideos", q="広島")
    ids = {str(row["video_id"]) for row in rows(answer)}
    assert ids == {video.video_id for video in KANAS}
