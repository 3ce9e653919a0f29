"""The user's own accounts: marking, listing, forgetting, and what an import adds."""

import uuid
from dataclasses import replace

import pytest

from mcp_server.local import LocalStoreError
from mcp_server.local.records import CreatorRecord
from mcp_server.local.tokportal.accounts import (
    add_account,
    list_accounts,
    remove_account,
    take_snapshots,
)
from tests.local.tokportal.tiny import (
    COOL,
    DAY,
    EMPTY,
    HOUR,
    NOW,
    SEEN,
    VIDEOS,
    Tiny,
    error_of,
    rows_of,
)


def test_an_account_id_is_a_uuid_that_is_the_same_everywhere(own: Tiny, sample: Tiny) -> None:
    first = add_account(own.world, "@coolcreator")
    assert str(uuid.UUID(first)) == first
    assert add_account(sample.world, "COOLCREATOR") == first


def test_marking_an_account_again_changes_nothing(own: Tiny) -> None:
    first = add_account(own.world, "coolcreator", created_at=5)
    before = own.rows("SELECT * FROM account_snapshots"), list_accounts(own.world)
    assert add_account(own.world, "coolcreator", created_at=9) == first
    assert (own.rows("SELECT * FROM account_snapshots"), list_accounts(own.world)) == before
    assert [account.created_at for account in before[1]] == [5]


def test_an_account_is_created_now_unless_a_time_is_given(own: Tiny) -> None:
    add_account(own.world, "coolcreator")
    assert [account.created_at for account in list_accounts(own.world)] == [NOW]


def test_a_creator_that_changed_its_name_stays_the_same_account(own: Tiny) -> None:
    first = add_account(own.world, "coolcreator")
    own.ingest([replace(COOL, username="evencooler", scraped_at=NOW)])
    assert add_account(own.world, "evencooler") == first
    assert add_account(own.world, "coolcreator") == first
    assert len(list_accounts(own.world)) == 1


def test_a_creator_that_is_not_stored_cannot_be_an_account(own: Tiny) -> None:
    with pytest.raises(LocalStoreError, match=r"'nobody'.*own world.*import"):
        add_account(own.world, "nobody")
    assert list_accounts(own.world) == []


def test_a_forgotten_account_takes_its_past_along_and_leaves_the_creator(own: Tiny) -> None:
    kept = add_account(own.world, "emptyhouse")
    add_account(own.world, "coolcreator")
    assert remove_account(own.world, "@CoolCreator") is True
    assert remove_account(own.world, "coolcreator") is False
    assert remove_account(own.world, "nobody") is False
    assert [account.account_id for account in list_accounts(own.world)] == [kept]
    assert own.rows("SELECT DISTINCT account_id FROM account_snapshots") == [(kept,)]
    assert own.rows("SELECT * FROM video_records") == []
    assert own.world.data().execute("SELECT count(*) FROM videos").fetchone()[0] == 3


def test_an_account_whose_creator_is_gone_can_be_forgotten(own: Tiny) -> None:
    add_account(own.world, "emptyhouse")
    own.world.data().execute("DELETE FROM creators WHERE username = 'emptyhouse'")
    own.world.data().execute("DELETE FROM usernames WHERE username = 'emptyhouse'")
    assert take_snapshots(own.world) == 0
    assert remove_account(own.world, "emptyhouse") is True


def test_an_import_adds_one_snapshot_to_each_account_that_it_saw(own: Tiny) -> None:
    add_account(own.world, "coolcreator")
    add_account(own.world, "emptyhouse")
    assert take_snapshots(own.world) == 0
    own.ingest(
        [
            replace(VIDEOS[0], plays=1_500, scraped_at=NOW - DAY),
            replace(VIDEOS[0], video_id="7999", plays=500, scraped_at=NOW - DAY),
        ]
    )
    assert take_snapshots(own.world) == 1
    assert take_snapshots(own.world) == 0
    assert own.rows(
        "SELECT n, total_views, scraped_at FROM account_snapshots ORDER BY scraped_at DESC LIMIT 1"
    ) == [(4, 5_000, NOW - DAY)]
    assert len(own.rows("SELECT * FROM video_records")) == 4


PAST = """SELECT scraped_at, followers, n, total_views, total_likes FROM account_snapshots
    ORDER BY scraped_at"""


def test_an_account_that_is_added_late_has_the_past_that_is_stored(own: Tiny) -> None:
    seen = NOW - DAY
    cool = replace(COOL, followers=12_900, scraped_at=seen)
    own.ingest([replace(VIDEOS[0], creator=cool, plays=1_500, scraped_at=seen)])
    add_account(own.world, "coolcreator")
    # The other two videos count as they were seen last.
    assert own.rows(PAST) == [(SEEN, 12_400, 3, 4_000, 185), (seen, 12_900, 3, 4_500, 185)]


def test_the_past_is_the_same_whenever_the_account_was_added(own: Tiny) -> None:
    seen = SEEN - 30 * DAY
    add_account(own.world, "coolcreator")
    older = replace(COOL, followers=9_000, scraped_at=seen)
    own.ingest([replace(VIDEOS[1], creator=older, plays=600, likes=None, scraped_at=seen)])
    assert (take_snapshots(own.world), take_snapshots(own.world)) == (1, 0)
    after = own.rows(PAST)
    assert after == [(seen, 9_000, 1, 600, None), (SEEN, 12_400, 3, 4_000, 185)]
    remove_account(own.world, "coolcreator")
    add_account(own.world, "coolcreator")
    assert own.rows(PAST) == after


def test_before_anybody_looked_at_the_videos_their_totals_are_unknown(own: Tiny) -> None:
    own.ingest([replace(COOL, followers=9_000, scraped_at=SEEN - 40 * DAY)])
    add_account(own.world, "coolcreator")
    first, _ = own.rows(
        "SELECT followers, n, total_views, total_likes, total_comments, total_shares,"
        " total_bookmarks, weekly_posts, engagement_rate, average_views FROM account_snapshots"
        " ORDER BY scraped_at"
    )
    assert first == (9_000, 0, *[None] * 8)


def test_before_anybody_looked_at_the_profile_followers_are_unknown(own: Tiny) -> None:
    seen = SEEN - DAY
    nobody = replace(COOL, followers=None, following=None, scraped_at=seen)
    own.ingest([replace(VIDEOS[0], creator=nobody, plays=900, scraped_at=seen)])
    add_account(own.world, "coolcreator")
    assert own.rows(PAST)[0] == (seen, None, 1, 900, 80)


def test_a_crawl_that_lacks_a_count_leaves_what_was_known_before(own: Tiny) -> None:
    for days, plays in ((2, None), (1, 1_500)):
        own.ingest([replace(VIDEOS[0], plays=plays, scraped_at=NOW - days * DAY)])
    add_account(own.world, "coolcreator")
    assert own.rows("SELECT total_views FROM account_snapshots ORDER BY scraped_at") == [
        (4_000,),
        (4_000,),
        (4_500,),
    ]


def test_looks_within_an_hour_of_each_other_are_one_crawl(own: Tiny) -> None:
    begin = SEEN - 5 * DAY
    for place, video in enumerate(VIDEOS):
        own.ingest([replace(video, plays=100, scraped_at=begin + place * 40 * 60)])
    own.ingest([replace(VIDEOS[0], plays=150, scraped_at=begin + 80 * 60 + HOUR)])
    add_account(own.world, "coolcreator")
    assert own.rows("SELECT scraped_at, n, total_views FROM account_snapshots ORDER BY 1") == [
        (begin + 80 * 60, 3, 300),
        (begin + 80 * 60 + HOUR, 3, 350),
        (SEEN, 3, 4_100),  # VIDEOS[2] has no views of that time
    ]


def test_an_account_keeps_the_past_of_its_former_name(own: Tiny) -> None:
    own.ingest([replace(COOL, followers=12_900, scraped_at=SEEN + DAY)])
    own.ingest([replace(COOL, username="evencooler", followers=13_000, scraped_at=NOW)])
    add_account(own.world, "evencooler")
    assert [row[:2] for row in own.rows(PAST)] == [
        (SEEN, 12_400),
        (SEEN + DAY, 12_900),
        (NOW, 13_000),
    ]


def test_an_account_whose_creator_is_gone_has_no_past_to_fill(own: Tiny) -> None:
    add_account(own.world, "emptyhouse")
    own.world.data().execute("DELETE FROM creators WHERE username = 'emptyhouse'")
    own.world.data().execute("DELETE FROM usernames WHERE username = 'emptyhouse'")
    assert take_snapshots(own.world) == 0


def test_the_sample_world_writes_the_past_of_its_accounts_itself(sample: Tiny) -> None:
    sample.ingest([replace(VIDEOS[0], plays=1_500, scraped_at=NOW)])
    add_account(sample.world, "coolcreator")
    assert [row[0] for row in sample.rows(PAST)] == [NOW]


async def test_the_list_shows_eleven_fields_and_nothing_secret(own: Tiny) -> None:
    account_id = own.account("coolcreator")
    response = await own.client().get("/accounts")
    assert rows_of(response) == [
        {
            "id": account_id,
            "platform": "tiktok",
            "username": "CoolCreator",
            "visible_name": "Cool Creator",
            "biography": "Unboxing things.",
            "profile_picture_url": "https://pictures.example/cool.jpg",
            "country": "US",
            "profile_url": "https://www.tiktok.com/@CoolCreator",
            "banned": None,  # nothing local knows
            "created_at": "2025-11-02T09:15:00Z",  # a hundred days ago
            "updated_at": "2026-02-07T09:15:00Z",
        }
    ]
    assert response.json()["pagination"] == {
        "page": 1,
        "per_page": 25,
        "total": 1,
        "total_pages": 1,
    }


async def test_the_list_shows_the_newest_name_of_a_renamed_account(own: Tiny) -> None:
    own.account("coolcreator")
    own.ingest([replace(COOL, username="evencooler", scraped_at=NOW)])
    rows = rows_of(await own.client().get("/accounts"))
    assert [row["username"] for row in rows] == ["evencooler"]


async def test_an_account_whose_creator_is_gone_is_listed_by_its_name(own: Tiny) -> None:
    own.account("emptyhouse")
    own.world.data().execute("DELETE FROM creators WHERE username = ?", (EMPTY.username,))
    rows = rows_of(await own.client().get("/accounts"))
    assert [(row["username"], row["country"]) for row in rows] == [("emptyhouse", None)]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"country": "US"}, ["CoolCreator"]),
        ({"country": "usa"}, ["CoolCreator"]),
        ({"country": "UK"}, ["emptyhouse"]),
        ({"country": "FR"}, []),
        ({"platform": "tiktok"}, ["CoolCreator", "emptyhouse"]),
        ({"platform": "instagram"}, []),
        ({"banned": "true"}, []),
        ({"banned": "false", "country": "GB"}, ["emptyhouse"]),
    ],
)
async def test_the_list_can_be_filtered(
    own: Tiny, query: dict[str, str], expected: list[str]
) -> None:
    own.account("emptyhouse")
    own.account("coolcreator")
    rows = rows_of(await own.client().get("/accounts", params=query))
    assert sorted(str(row["username"]) for row in rows) == expected


async def test_pages_of_the_list_go_from_the_newest_to_the_oldest(own: Tiny) -> None:
    for number in range(5):
        own.ingest([CreatorRecord(username=f"person{number}", scraped_at=NOW)])
        add_account(own.world, f"person{number}", created_at=number)
    client = own.client()
    names: list[object] = []
    for page in (1, 2, 3):
        response = await client.get("/accounts", params={"per_page": 2, "page": page})
        names += [row["username"] for row in rows_of(response)]
        assert response.json()["pagination"]["total_pages"] == 3
    assert names == ["person4", "person3", "person2", "person1", "person0"]


@pytest.mark.parametrize(
    "query", [{"banned": "True"}, {"platform": "myspace"}, {"per_page": "101"}]
)
async def test_a_filter_without_such_a_value_is_refused(own: Tiny, query: dict[str, str]) -> None:
    response = await own.client().get("/accounts", params=query)
    assert error_of(response)[:2] == (400, "INVALID_PARAMETER")
