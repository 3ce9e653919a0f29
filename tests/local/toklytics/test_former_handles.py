"""Somebody whose handle is another's now: shown as that, and found by what is shown."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from mcp_server.local.records import CreatorRecord, VideoRecord
from tests.local.toklytics.tiny import (
    ANN,
    AS_OF,
    DAY,
    HOUR,
    Api,
    make_client,
    make_world,
    obj,
    objs,
    of,
    record,
)

NOW_ANN = "ann.fit.1."
NEW = CreatorRecord("ann.fit", user_id="2", followers=77, scraped_at=AS_OF + HOUR)


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[Api]:
    """Ann's handle went to somebody with 77 followers, and no newer one of hers is known."""
    at = AS_OF - 8 * DAY
    world = make_world(
        tmp_path,
        [
            CreatorRecord("ann.fit", user_id="1", followers=100_000, scraped_at=at),
            *(record(row) for row in of(ANN)),
            VideoRecord("900", NEW, plays=9, posted_at=AS_OF, scraped_at=AS_OF + HOUR),
        ],
    )
    async with make_client(world) as client:
        yield Api(world, client)
    world.close()


async def test_a_row_says_that_the_handle_is_no_longer_theirs(api: Api) -> None:
    rows = (await api.get("/creators/search")).rows
    assert [
        (row["username"], row.get("former_username"), row["tiktok_url"], row["followers"])
        for row in rows
    ] == [
        (NOW_ANN, "ann.fit", None, 120_000),
        ("ann.fit", None, "https://www.tiktok.com/@ann.fit", 77),
    ]
    assert "former_username" not in rows[1]


async def test_what_a_row_shows_leads_to_the_creator(api: Api) -> None:
    assert (await api.get(f"/creators/{NOW_ANN}")).data["followers"] == 120_000
    assert (await api.get("/creators/@ANN.FIT.1.")).data["followers"] == 120_000
    assert (await api.get(f"/creators/{NOW_ANN}/top-content")).data["username"] == NOW_ANN
    assert len((await api.get(f"/creators/{NOW_ANN}/videos")).rows) == len(of(ANN))
    assert len((await api.get("/videos/search", creator=NOW_ANN)).rows) == len(of(ANN))
    assert (await api.get("/creators/ann.fit")).data["followers"] == 77


async def test_both_are_compared_as_two(api: Api) -> None:
    found = (await api.get("/analytics/creator-comparison", usernames=f"ann.fit,{NOW_ANN}")).data
    assert found["not_found"] == []
    assert obj(obj(found["comparison"])["followers"])["values"] == {"ann.fit": 77, NOW_ANN: 120_000}


async def test_followers_won_are_those_of_the_person(api: Api) -> None:
    growth = obj((await api.get(f"/creators/{NOW_ANN}")).data["follower_growth"])
    assert growth["d7"] == 20_000
    assert obj((await api.get("/creators/ann.fit")).data["follower_growth"])["d7"] is None


async def test_a_post_has_an_address_that_tiktok_knows(api: Api) -> None:
    videos = (await api.get(f"/creators/{NOW_ANN}/videos")).rows
    # One has the address that it was imported with.
    assert {str(video["video_url"]).split("/")[3] for video in videos} == {"@ann.fit", "101"}


async def test_a_newer_handle_leads_to_the_creator_like_all_former_names(
    api: Api, tmp_path: Path
) -> None:
    newer = replace(ANN, username="ann.lifts", scraped_at=AS_OF + 2 * HOUR)
    make_world(tmp_path, [newer]).close()
    for name in ("ann.lifts", NOW_ANN):
        found = (await api.get(f"/creators/{name}")).data
        assert (found["username"], found["followers"]) == ("ann.lifts", 120_000)
        assert len(objs(found["recent_videos"])) == len(of(ANN))
