"""What every store remembers of accounts, and how it names partitions."""

from mcp_server.store.interface import Store
from mcp_server.store.records import KnownAccount
from tests.store.made import HOUR, NOW, account

P = "partition"


async def test_a_new_account_is_a_change_and_a_known_one_is_none(store: Store) -> None:
    assert await store.put_accounts(P, [account("a"), account("b", username="dancer")])
    assert not await store.put_accounts(P, [account("a", seen_at=NOW + HOUR)])
    assert not await store.put_accounts(P, [])
    (change,) = await store.changes_since(0)
    assert (change.partition, change.kind, change.account_id) == (P, "accounts", None)
    assert await store.put_accounts("other", [account("a")])


async def test_accounts_come_by_username_then_id(store: Store) -> None:
    given = [account("c", username="b"), account("b", username="a"), account("a", username="b")]
    await store.put_accounts(P, given)
    assert [one.account_id for one in await store.accounts(P)] == ["b", "a", "c"]
    assert await store.accounts("other") == []


async def test_what_an_account_does_not_say_does_not_wipe_what_is_known(store: Store) -> None:
    await store.put_accounts(P, [account(body={"status": "active"})])
    await store.put_accounts(
        P, [account(username=None, platform=None, body={}, seen_at=NOW + HOUR)]
    )
    assert await store.accounts(P) == [
        KnownAccount("a", "coolcreator", "tiktok", NOW, NOW + HOUR, {"status": "active"})
    ]


async def test_the_later_sight_of_an_account_wins_in_whichever_order_they_come(
    store: Store,
) -> None:
    await store.put_accounts(P, [account(username="new", body={"n": 2}, seen_at=NOW + HOUR)])
    await store.put_accounts(P, [account(username="old", body={"n": 1}, seen_at=NOW)])
    assert await store.accounts(P) == [
        KnownAccount("a", "new", "tiktok", NOW, NOW + HOUR, {"n": 2})
    ]


async def test_a_partition_is_the_same_for_the_same_three_and_else_another(store: Store) -> None:
    names = [
        await store.partition("tokportal", "https://x.example", "key"),
        await store.partition("toklytics", "https://x.example", "key"),
        await store.partition("tokportal", "https://y.example", "key"),
        await store.partition("tokportal", "https://x.example", "kez"),
        await store.partition("tokportal", "https://x.example", ""),
        await store.partition("tokportal", "https://x.example", None),
        await store.partition("tokportal", "https://x.examplekey", ""),
    ]
    assert len(set(names)) == len(names)
    assert await store.partition("tokportal", "https://x.example", "key") == names[0]
    assert all("key" not in name and "example" not in name for name in names)
