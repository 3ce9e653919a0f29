"""The sample world at a time depends on its seed and that time, not on earlier refreshes."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest

from mcp_server.local import LocalConfig, LocalWorld, create_app
from mcp_server.local.providers.interface import NothingNewerError, NotPublicError
from mcp_server.local.providers.later_posts import Past, later_posts
from mcp_server.local.providers.sample import EVERY_POST, Sample
from mcp_server.local.records import CreatorRecord, VideoRecord
from mcp_server.local.sample import generate
from mcp_server.local.sample.growth import grown_followers
from tests.local.tokportal.tiny import DAY, HOUR, KEY, SEED, SEEN, VIDEOS, Tiny

BORN = 1_772_323_200  # 2026-03-01
NAMES = ("demo.kettlebell", "demo.nighttrain", "demo.gadgetdesk")
LAST = BORN + 40 * DAY

Row = tuple[object, ...]


async def _lived(folder: Path, times: Sequence[int]) -> Mapping[str, list[Row]]:
    """Generate a world, refresh three accounts at each time, and return what is stored then."""
    now = BORN
    config = LocalConfig(
        folder,
        "sample",
        clock=lambda: now,
        refresh_seconds=0,
        cooldown_hours=0,
        monthly_quota=9_999,
    )
    world = LocalWorld(config)
    generate(world, creators=14, videos=400, seed=5, as_of=BORN)
    transport = httpx2.ASGITransport(app=create_app(config, world=world))
    async with httpx2.AsyncClient(
        transport=transport, base_url="http://localhost/api/ext", headers={"X-API-Key": KEY}
    ) as client:
        accounts = (await client.get("/accounts")).json()["data"]
        ids = [one["id"] for one in accounts if one["username"] in NAMES]
        for at in times:
            now = at
            for account_id in ids:
                path = f"/accounts/{account_id}/analytics"
                response = await client.post(f"{path}/refresh")
                assert response.json()["data"]["status"] == "scrape_queued"
                await client.get(f"{path}/videos")
    found = _stored(world)
    world.close()
    return found


_QUERIES = {
    "videos": """SELECT v.video_id, v.plays, v.likes, v.comments, v.shares, v.saves, v.posted_at,
        v.scraped_at, v.description, v.hashtags, v.sound_id
      FROM videos AS v JOIN creators AS c ON c.id = v.creator_id
      WHERE c.username IN (SELECT value FROM json_each(?)) ORDER BY 1""",
    "creators": """SELECT username, followers, following, total_likes, video_count, n_tracked,
        scraped_at FROM creators
      WHERE username IN (SELECT value FROM json_each(?)) ORDER BY 1""",
}


def _stored(world: LocalWorld) -> Mapping[str, list[Row]]:
    found = {
        name: [tuple(row) for row in world.data().execute(query, (json.dumps(NAMES),))]
        for name, query in _QUERIES.items()
    }
    snapshots = "SELECT * FROM account_snapshots WHERE scraped_at = ? ORDER BY account_id"
    found["snapshots"] = [tuple(row) for row in world.state().execute(snapshots, (LAST,))]
    return found


async def test_any_number_of_refreshes_leads_to_the_same_world(tmp_path: Path) -> None:
    once = await _lived(tmp_path / "once", [LAST])
    often = await _lived(
        tmp_path / "often",
        [BORN + HOUR, BORN + DAY, BORN + 7 * DAY, BORN + 8 * DAY + 5, LAST - 3 * HOUR, LAST],
    )
    assert len(once["snapshots"]) == 3
    assert once == often


async def test_new_posts_appear_with_all_that_a_post_has(tmp_path: Path) -> None:
    found = await _lived(tmp_path, [LAST])
    new = [row for row in found["videos"] if isinstance(row[6], int) and row[6] > BORN]
    assert new
    assert all(isinstance(row[6], int) and row[6] <= LAST for row in new)
    assert all(row[7] == LAST and row[8] for row in new)
    assert {int(str(row[0])) >> 32 for row in new} == {row[6] for row in new}
    for username, _, _, _, video_count, tracked, _ in found["creators"]:
        assert isinstance(video_count, int), username
        assert isinstance(tracked, int), username
        assert video_count >= tracked


def _past(posts: Sequence[VideoRecord]) -> Past:
    return Past(posts, SEEN)


def test_what_was_posted_stays_posted_and_counts_only_grow() -> None:
    before: dict[str, VideoRecord] = {}
    for day in range(0, 120, 5):
        now = {post.video_id: post for post in later_posts(3, "a", _past(VIDEOS), SEEN + day * DAY)}
        assert before.keys() <= now.keys()
        for video_id, post in before.items():
            later = now[video_id]
            assert later.posted_at == post.posted_at
            assert later.description == post.description
            assert (later.plays or 0) >= (post.plays or 0)
            assert (later.likes or 0) >= (post.likes or 0)
        before = now
    # A post in ten days before, so about twelve in 120 days.
    assert 4 <= len(before) <= 24


def test_accounts_and_seeds_differ_and_a_repetition_does_not() -> None:
    def made(seed: int, username: str) -> list[str]:
        posts = later_posts(seed, username, _past(VIDEOS), SEEN + 200 * DAY)
        return [post.video_id for post in posts]

    assert made(3, "one") == made(3, "ONE") != made(3, "two")
    assert made(3, "one") != made(4, "one")


@pytest.mark.parametrize("posts", [(), VIDEOS[:1], (VIDEOS[0], VIDEOS[2])])
def test_an_account_that_hardly_ever_posted_posts_nothing_more(
    posts: Sequence[VideoRecord],
) -> None:
    assert list(later_posts(3, "a", _past(posts), SEEN + 900 * DAY)) == []


def test_posts_without_known_views_are_followed_by_such_posts() -> None:
    unknown = [replace(post, plays=None, posted_at=post.posted_at or SEEN - DAY) for post in VIDEOS]
    found = list(later_posts(3, "a", _past(unknown), SEEN + 200 * DAY))
    assert found
    assert {(post.plays, post.likes) for post in found} == {(None, None)}
    assert any("/photo/" in (post.url or "") for post in found)


def test_a_clock_in_a_far_future_has_an_end() -> None:
    far = list(later_posts(3, "a", _past(VIDEOS), SEEN + 10_000_000 * DAY))
    assert max(post.posted_at or 0 for post in far) < SEEN + 3_652 * DAY


def test_the_sample_says_what_it_has_not(sample: Tiny) -> None:
    with pytest.raises(NotPublicError):
        Sample(sample.world, at=SEEN + DAY).fetch("nobody", since=None, limit=9)
    for at, since in ((SEEN + DAY, SEEN + DAY), (SEEN, None)):
        with pytest.raises(NothingNewerError):
            Sample(sample.world, at=at).fetch("coolcreator", since=since, limit=9)


def test_the_newest_posts_are_returned_where_there_is_a_limit(sample: Tiny) -> None:
    found = Sample(sample.world, at=SEEN + DAY).fetch("coolcreator", since=SEEN, limit=1)
    assert [post.video_id for post in found.videos] == [VIDEOS[0].video_id]
    assert found.profile.followers == grown_followers(SEED, "CoolCreator", 12_400, SEEN, SEEN + DAY)


def test_a_profile_that_never_had_figures_gets_none(sample: Tiny) -> None:
    sample.ingest([CreatorRecord(username="blank")])
    found = Sample(sample.world, at=SEEN + DAY).fetch("blank", since=None, limit=EVERY_POST)
    assert (found.profile.followers, list(found.videos)) == (None, [])
