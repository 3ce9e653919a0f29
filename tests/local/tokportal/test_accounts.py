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
from tests.local.tokportal.tiny import COOL, DAY, EMPTY, NOW, VIDEOS, Tiny, error_of, rows_of


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
