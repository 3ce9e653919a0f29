"""Where few videos stand behind a figure, the answer says so, or says how many."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from mcp_server.local.records import CreatorRecord, SoundRecord, VideoRecord
from tests.local.toklytics.tiny import AS_OF, DAY, SONG, Answer, Api, make_client, make_world, obj

ANN = CreatorRecord("ann", region="US", followers=5_000, scraped_at=AS_OF)


def video(
    number: int,
    days: float,
    *,
    duration: int | None = 20,
    sound: SoundRecord | None = SONG,
) -> VideoRecord:
    return VideoRecord(
        str(number),
        ANN,
        plays=100,
        likes=5,
        duration=duration,
        sound=sound,
        posted_at=AS_OF - int(days * DAY),
        scraped_at=AS_OF,
        hashtags=("gym",),
    )


async def ask(folder: Path, records: Sequence[VideoRecord], path: str) -> Answer:
    world = make_world(folder, records)
    async with make_client(world) as client:
        answer = await Api(world, client).get(path)
    world.close()
    assert answer.status == 200, answer.body
    return answer


@pytest.mark.parametrize("kind", ["hashtags", "sounds"])
@pytest.mark.parametrize(
    ("recent", "before", "is_small"), [(1, 0, True), (1, 3, True), (1, 4, False), (5, 0, False)]
)
async def test_growth_of_few_uses_in_two_weeks_is_a_small_sample_however_many_came_before(
    tmp_path: Path, kind: str, recent: int, before: int, *, is_small: bool
) -> None:
    days = [*[1] * recent, *[8] * before, *[30] * 20]
    videos = [video(n, at) for n, at in enumerate(days)]
    answer = await ask(tmp_path, videos, f"/{kind}/trending")
    (row,) = answer.rows
    assert (row["recent_count"], answer.meta["low_sample"]) == (recent, is_small)


@pytest.mark.parametrize(("videos", "is_small"), [(4, True), (5, False)])
async def test_trending_videos_say_among_how_many_they_are_the_hottest(
    tmp_path: Path, videos: int, *, is_small: bool
) -> None:
    made = [*[video(n, 1) for n in range(videos)], video(90, 8)]
    answer = await ask(tmp_path, made, "/videos/trending?limit=2")
    assert str(answer.meta["basis"]).startswith(f"highest heat of {videos} videos posted in the 7d")
    assert answer.meta["low_sample"] is is_small


async def test_sounds_that_are_found_are_as_of_the_newest_observation(tmp_path: Path) -> None:
    for path in ("/sounds/search", "/sounds/search?q=!"):
        answer = await ask(tmp_path, [video(1, 1)], path)
        assert answer.meta["as_of"] == "2023-11-14T22:13:20Z"


async def test_shares_of_formats_come_with_the_number_of_videos_they_are_known_of(
    tmp_path: Path,
) -> None:
    videos = [video(1, 1), video(2, 2, duration=None), video(3, 3, duration=None, sound=None)]
    found = obj((await ask(tmp_path, videos, "/creators/ann")).data["content_analysis"])
    assert found["videos_analyzed"] == 3
    assert found["videos_with_duration"] == 1
    assert found["videos_with_sound"] == 2
    assert found["videos_with_time"] == 3
    assert found["original_sound_share"] == 0
