import json
from typing import cast

import pytest
from mcp.shared.exceptions import MCPError
from mcp_types import ResourceTemplateReference, TextResourceContents
from pydantic import JsonValue

from mcp_server.resources import ACCOUNTS, ANALYTICS, HISTORY, SNAPSHOT, VIDEOS
from tests.resources.conftest import ACCOUNT, Shelf

Json = dict[str, JsonValue]


async def read(shelf: Shelf, uri: str) -> Json:
    async with shelf.connect() as client:
        (content,) = (await client.read_resource(uri)).contents
    assert isinstance(content, TextResourceContents)
    assert content.mime_type == "application/json"
    return cast("Json", json.loads(content.text))


async def test_known_accounts_are_listed_with_the_age_of_their_figures(shelf: Shelf) -> None:
    await shelf.keep(days_ago=2, followers=100)
    answer = await read(shelf, ACCOUNTS)
    assert answer["data"] == [
        {
            "account_id": ACCOUNT,
            "username": "brand.house",
            "platform": "tiktok",
            "resource": ANALYTICS.format(account_id=ACCOUNT),
            "as_of": "2026-02-27T12:00:00Z",
            "age_seconds": 2 * 86_400,
        }
    ]


async def test_the_latest_snapshot_is_read_with_its_age(shelf: Shelf) -> None:
    await shelf.keep(days_ago=2, followers=100)
    await shelf.keep(days_ago=1, followers=120)
    answer = await read(shelf, ANALYTICS.format(account_id=ACCOUNT))
    assert cast("Json", answer["data"])["followers_count"] == 120
    provenance = cast("Json", answer["provenance"])
    assert provenance["age_seconds"] == 86_400
    assert provenance["cached"] is True


async def test_history_runs_from_the_newest_and_names_each_snapshot(shelf: Shelf) -> None:
    for days, followers in ((3, 90), (1, 120), (2, 100)):
        await shelf.keep(days_ago=days, followers=followers)
    rows = cast("list[Json]", (await read(shelf, HISTORY.format(account_id=ACCOUNT)))["data"])
    assert [row["followers_count"] for row in rows] == [120, 100, 90]
    old = await read(shelf, str(rows[-1]["resource"]))
    assert cast("Json", old["data"])["followers_count"] == 90


async def test_a_snapshot_is_found_by_its_canonical_time(shelf: Shelf) -> None:
    await shelf.keep(days_ago=2, followers=100)
    uri = SNAPSHOT.format(account_id=ACCOUNT, scraped_at="2026-02-27T12:00:00Z")
    assert cast("Json", (await read(shelf, uri))["data"])["followers_count"] == 100


@pytest.mark.parametrize(
    ("uri", "tool"),
    [
        (ANALYTICS.format(account_id="nobody"), "getAccountAnalytics"),
        (HISTORY.format(account_id="nobody"), "getAccountAnalytics"),
        (VIDEOS.format(account_id="nobody"), "listAccountVideoAnalytics"),
        (SNAPSHOT.format(account_id="nobody", scraped_at="yesterday"), "getAccountAnalytics"),
    ],
)
async def test_what_was_never_stored_names_the_tool_that_fetches_it(
    shelf: Shelf, uri: str, tool: str
) -> None:
    async with shelf.connect() as client:
        with pytest.raises(MCPError, match=tool) as caught:
            await client.read_resource(uri)
    assert caught.value.code == -32602


async def test_known_accounts_appear_in_the_list_of_resources(shelf: Shelf) -> None:
    await shelf.keep(days_ago=1, followers=100)
    async with shelf.connect() as client:
        uris = [str(found.uri) for found in (await client.list_resources()).resources]
        templates = (await client.list_resource_templates()).resource_templates
    assert uris == [ACCOUNTS, ANALYTICS.format(account_id=ACCOUNT)]
    assert {found.uri_template for found in templates} == {ANALYTICS, HISTORY, SNAPSHOT, VIDEOS}


@pytest.mark.parametrize("mode", ["auto"])  # the older protocol has no cache hints
async def test_only_what_never_changes_may_be_kept_by_a_client(shelf: Shelf) -> None:
    await shelf.keep(days_ago=2, followers=100)
    async with shelf.connect() as client:
        moving = await client.read_resource(ANALYTICS.format(account_id=ACCOUNT))
        fixed = await client.read_resource(
            SNAPSHOT.format(account_id=ACCOUNT, scraped_at="2026-02-27T12:00:00Z")
        )
    assert moving.ttl_ms == 0
    assert fixed.ttl_ms == 365 * 24 * 3600 * 1000


async def test_every_resource_says_that_its_data_holds_strangers_texts(shelf: Shelf) -> None:
    await shelf.keep(days_ago=1, followers=100)
    for uri in (
        ACCOUNTS,
        ANALYTICS.format(account_id=ACCOUNT),
        HISTORY.format(account_id=ACCOUNT),
        SNAPSHOT.format(account_id=ACCOUNT, scraped_at="2026-02-28T12:00:00Z"),
    ):
        async with shelf.connect() as client:
            (content,) = (await client.read_resource(uri)).contents
        assert content.meta == {"tokmetrics/untrusted": ["data"]}, uri


async def test_hostile_text_in_a_stored_body_is_cleaned(shelf: Shelf) -> None:
    await shelf.keep(days_ago=1, followers=100)
    store, partition = shelf.application.deps.store, await shelf.application.deps.partition()
    found = await store.latest_snapshot(partition, "account", ACCOUNT)
    assert found is not None
    found.body["note"] = "see\u202ethis\x1b[2J"
    await store.put_snapshot(partition, found)
    answer = await read(shelf, ANALYTICS.format(account_id=ACCOUNT))
    assert cast("Json", answer["data"])["note"] == "seethis[2J"


async def test_ids_complete_by_id_and_by_username_and_times_by_account(shelf: Shelf) -> None:
    await shelf.keep(days_ago=1, followers=100)
    await shelf.keep(days_ago=40, followers=80)
    reference = ResourceTemplateReference(type="ref/resource", uri=SNAPSHOT)
    async with shelf.connect() as client:
        for typed in ("9f3a", "@Brand", ""):
            found = await client.complete(reference, {"name": "account_id", "value": typed})
            assert found.completion.values == [ACCOUNT]
        none = await client.complete(reference, {"name": "account_id", "value": "zz"})
        assert none.completion.values == []
        times = await client.complete(
            reference,
            {"name": "scraped_at", "value": "2026-0"},
            context_arguments={"account_id": ACCOUNT},
        )
        assert times.completion.values == ["2026-02-28T12:00:00Z", "2026-01-20T12:00:00Z"]
        unknown = await client.complete(reference, {"name": "scraped_at", "value": ""})
        assert unknown.completion.values == []
