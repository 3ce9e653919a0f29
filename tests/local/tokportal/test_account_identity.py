"""An own account is a person's: it stays theirs whatever becomes of the handle."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations

import pytest

from mcp_server.local.following import follow
from mcp_server.local.identity import Moved
from mcp_server.local.records import CreatorRecord, VideoRecord
from mcp_server.local.tokportal.accounts import (
    add_account,
    complete_newest,
    creator_of,
    list_accounts,
    remove_account,
    take_snapshots,
)
from mcp_server.local.transaction import immediate
from tests.local.tokportal.tiny import COOL, DAY, NOW, SEEN, VIDEOS, Tiny, data_of, rows_of

CURVE = "SELECT scraped_at, followers FROM account_snapshots ORDER BY scraped_at"
THIEF = CreatorRecord("coolcreator", user_id="909", followers=77, scraped_at=SEEN + 2 * DAY)
COOLER = replace(COOL, username="evencooler", followers=13_000, scraped_at=SEEN + DAY)


def crawled(own: Tiny, *looks: CreatorRecord) -> None:
    """Import crawls of one post each, one after the other, as the command does."""
    for look in looks:
        own.ingest([VideoRecord(f"{look.user_id}{look.scraped_at}", look, plays=9)])
        take_snapshots(own.world)


def test_totals_that_were_taken_too_early_are_completed_under_a_new_handle(own: Tiny) -> None:
    own.account("coolcreator")
    own.ingest([VideoRecord("1019", COOLER, plays=9)])
    own.world.state().execute(
        "UPDATE account_snapshots SET scraped_at = ?, n = 1, n_viewed = 1", (SEEN + DAY,)
    )
    (account,) = list_accounts(own.world)
    complete_newest(own.world, account)
    assert own.rows("SELECT scraped_at, followers, n FROM account_snapshots ORDER BY 1") == [
        (SEEN, 12_400, 3),
        (SEEN + DAY, 13_000, 4),
    ]


def names(own: Tiny) -> Sequence[str]:
    return sorted(account.username for account in list_accounts(own.world))


def test_an_account_follows_its_creator_to_a_new_handle(own: Tiny) -> None:
    account_id = own.account("coolcreator")
    crawled(own, COOLER)
    assert names(own) == ["evencooler"]
    assert add_account(own.world, "evencooler") == account_id
    assert own.rows(CURVE) == [(SEEN, 12_400), (SEEN + DAY, 13_000)]


@pytest.mark.parametrize("order", list(permutations(range(2))))
def test_an_account_stays_with_its_person_when_the_handle_is_reused(
    own: Tiny, order: tuple[int, ...]
) -> None:
    own.account("coolcreator")
    crawled(own, *((COOLER, THIEF)[i] for i in order))
    assert names(own) == ["evencooler"]
    assert own.rows(CURVE) == [(SEEN, 12_400), (SEEN + DAY, 13_000)]
    assert own.rows("SELECT user_id FROM accounts") == [("101",)]


async def test_an_account_whose_handle_went_and_nothing_else_is_known_says_so(own: Tiny) -> None:
    account_id = own.account("coolcreator")
    crawled(own, THIEF)
    client = own.client()
    (row,) = rows_of(await client.get("/accounts"))
    assert (row["id"], row["username"], row["former_username"], row["profile_url"]) == (
        account_id,
        "CoolCreator.101.",
        "CoolCreator",
        None,
    )
    assert row["visible_name"] == "Cool Creator"
    assert own.rows(CURVE) == [(SEEN, 12_400)]
    found = data_of(await client.get(f"/accounts/{account_id}/analytics"))
    assert (found["followers_count"], found["total_videos_tracked"]) == (12_400, 3)
    videos = rows_of(await client.get(f"/accounts/{account_id}/analytics/videos"))
    assert [video["url"] for video in videos][1] == (
        f"https://www.tiktok.com/@CoolCreator/video/{VIDEOS[1].video_id}"
    )


def test_both_owners_of_a_handle_can_be_own_accounts(own: Tiny) -> None:
    first = own.account("coolcreator")
    crawled(own, THIEF)
    second = add_account(own.world, "coolcreator")
    assert second != first
    assert add_account(own.world, "CoolCreator.101.") == first
    assert add_account(own.world, "coolcreator") == second
    assert names(own) == ["CoolCreator.101.", "coolcreator"]
    assert remove_account(own.world, "coolcreator") is True
    assert names(own) == ["CoolCreator.101."]
    assert remove_account(own.world, "coolcreator") is False
    assert remove_account(own.world, "@coolcreator.101.") is True


def test_an_account_can_be_removed_by_a_handle_that_nobody_took(own: Tiny) -> None:
    own.account("coolcreator")
    crawled(own, COOLER)
    assert remove_account(own.world, "coolcreator") is True
    assert list_accounts(own.world) == []


def test_accounts_that_swap_their_handles_stay_whose_they_are(own: Tiny) -> None:
    cool, empty = own.account("coolcreator"), own.account("emptyhouse")
    at = SEEN + DAY
    own.ingest(
        [
            replace(COOL, username="emptyhouse", followers=12_500, scraped_at=at),
            CreatorRecord("CoolCreator", user_id="102", followers=5, scraped_at=at),
        ]
    )
    assert take_snapshots(own.world) == 2
    found = own.rows("SELECT account_id, username, user_id FROM accounts ORDER BY user_id")
    assert found == [(cool, "emptyhouse", "101"), (empty, "CoolCreator", "102")]
    newest = "SELECT followers FROM account_snapshots WHERE scraped_at = "
    assert own.rows(f"{newest}{at} ORDER BY 1") == [(5,), (12_500,)]


def test_an_account_known_by_its_handle_alone_learns_whose_it_is(own: Tiny) -> None:
    own.ingest([CreatorRecord("loner", followers=5, scraped_at=SEEN)])
    own.account("loner")
    own.ingest([CreatorRecord("loner", user_id="7", sec_uid="S", followers=6, scraped_at=NOW)])
    ids = "SELECT username, user_id, sec_uid FROM accounts"
    assert own.rows(ids) == [("loner", "7", "S")]
    own.ingest([CreatorRecord("loner", user_id="8", followers=900, scraped_at=NOW + 1)])
    assert own.rows(ids) == [("loner.7.", "7", "S")]


def test_an_account_of_somebody_unknown_goes_to_the_person_that_it_turns_out_to_be(
    own: Tiny,
) -> None:
    own.ingest([CreatorRecord("evencooler", followers=12_000, scraped_at=SEEN + 1)])
    account_id = own.account("evencooler")
    own.ingest([COOLER])
    (account,) = list_accounts(own.world)
    assert (account.account_id, account.username, account.user_id) == (
        account_id,
        "evencooler",
        "101",
    )


def test_two_accounts_that_turn_out_to_be_one_person_are_kept(own: Tiny) -> None:
    own.ingest([CreatorRecord("evencooler", followers=12_000, scraped_at=SEEN + 1)])
    ids = {own.account("evencooler"), own.account("coolcreator")}
    own.ingest([COOLER])
    accounts = list_accounts(own.world)
    assert {account.account_id for account in accounts} == ids
    found = [creator_of(own.world, account) for account in accounts]
    assert {creator.username for creator in found if creator} == {"evencooler"}


def test_an_import_that_stopped_between_the_two_files_loses_no_account(own: Tiny) -> None:
    account_id = own.account("coolcreator")
    moved = [Moved("CoolCreator", "CoolCreator.101.", "101", None)]
    with immediate(own.world.state()) as state:
        follow(state, moved)
    (account,) = list_accounts(own.world)
    creator = creator_of(own.world, account)
    assert creator is not None
    assert creator.username == "CoolCreator"
    crawled(own, THIEF, COOLER)
    assert [(one.account_id, one.username) for one in list_accounts(own.world)] == [
        (account_id, "evencooler")
    ]
    assert own.rows(CURVE) == [(SEEN, 12_400), (SEEN + DAY, 13_000)]


def test_what_is_moved_a_second_time_takes_nothing_of_who_came_meanwhile(own: Tiny) -> None:
    own.account("coolcreator")
    crawled(own, THIEF)
    add_account(own.world, "coolcreator")
    with immediate(own.world.state()) as state:
        follow(state, [Moved("CoolCreator", "CoolCreator.101.", "101", None)])
    assert own.rows("SELECT username, user_id FROM accounts ORDER BY 2") == [
        ("CoolCreator.101.", "101"),
        ("coolcreator", "909"),
    ]
