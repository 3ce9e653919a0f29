"""Whatever is read from the store tells how current it is and where from."""

import json
from datetime import timedelta
from typing import cast

from mcp_types import TextResourceContents
from pydantic import JsonValue

from mcp_server.models.basis import Basis
from mcp_server.resources import ACCOUNTS, ANALYTICS, HISTORY, SNAPSHOT, VIDEOS
from mcp_server.store.records import StoredSnapshot
from tests.resources.conftest import ACCOUNT, NOW, Shelf

Json = dict[str, JsonValue]


async def test_every_resource_says_where_it_is_from_and_how_old(shelf: Shelf) -> None:
    await shelf.keep(days_ago=2, followers=100)
    at = NOW - timedelta(days=1)
    store, partition = shelf.application.deps.store, await shelf.application.deps.partition()
    rows: list[JsonValue] = [{"id": "va_1"}]
    await store.put_snapshot(
        partition,
        StoredSnapshot(
            kind="videos",
            subject=ACCOUNT,
            scraped_at=None,
            stored_at=at,
            body={"rows": rows, "total": 1},
            account_id=ACCOUNT,
            synthetic=False,
            mode="live",
        ),
    )
    told: dict[str, Json] = {}
    async with shelf.connect() as client:
        for template in (ACCOUNTS, ANALYTICS, HISTORY, SNAPSHOT, VIDEOS):
            uri = template.format(account_id=ACCOUNT, scraped_at="2026-02-27T12:00:00Z")
            (content,) = (await client.read_resource(uri)).contents
            assert isinstance(content, TextResourceContents)
            told[template] = cast("Json", json.loads(content.text)["provenance"])
    collected = {"as_of": "2026-02-27T12:00:00Z"}
    assert all(one["api"] == "tokportal" and one["cached"] is True for one in told.values())
    # The list is the server's own; the rest came from where it was read.
    assert told.pop(ACCOUNTS)["mode"] == "local"
    assert all(one["mode"] == "live" for one in told.values())
    for template in (ANALYTICS, HISTORY):
        assert collected.items() <= told[template].items()
        assert told[template]["age_seconds"] == 2 * 86_400
    # It may be kept for good, and an age would be wrong tomorrow.
    assert collected.items() <= told[SNAPSHOT].items()
    assert "age_seconds" not in told[SNAPSHOT]
    # When they were collected is unknown, so it says when they were read.
    assert told[VIDEOS]["fetched_at"] == "2026-02-28T12:00:00Z"


async def test_a_stored_answer_says_on_what_its_figures_rest(shelf: Shelf) -> None:
    at = NOW - timedelta(days=1)
    store, partition = shelf.application.deps.store, await shelf.application.deps.partition()
    await store.put_snapshot(
        partition,
        StoredSnapshot(
            kind="account",
            subject=ACCOUNT,
            scraped_at=at,
            stored_at=at,
            body={"account_id": ACCOUNT, "total_videos_tracked": 3},
            account_id=ACCOUNT,
            synthetic=False,
            mode="local",
            basis=Basis(2, "3 tracked videos", low_sample=True),
        ),
    )
    async with shelf.connect() as client:
        for template in (ANALYTICS, HISTORY, SNAPSHOT):
            uri = template.format(account_id=ACCOUNT, scraped_at="2026-02-28T12:00:00Z")
            (content,) = (await client.read_resource(uri)).contents
            assert isinstance(content, TextResourceContents)
            told = cast("Json", json.loads(content.text)["provenance"])
            assert (told["metrics_version"], told["basis"]) == (2, "3 tracked videos")
            assert told["low_sample"] is True
