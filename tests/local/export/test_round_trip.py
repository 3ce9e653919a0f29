"""An export and its way back. All data is synthetic."""

import json
import sqlite3
from pathlib import Path

import httpx2
import pytest

from mcp_server.local import LocalWorld
from mcp_server.local.app import create_app
from mcp_server.local.export import write_export
from mcp_server.local.importers import import_files
from mcp_server.local.ingest import Ingest
from mcp_server.local.records import CreatorRecord, VideoRecord
from mcp_server.local.recount import count_rates, recount
from mcp_server.local.transaction import immediate
from tests.local.export.worlds import (
    AS_OF,
    DATA,
    HISTORY,
    Json,
    content,
    copied,
    opened,
)


@pytest.mark.parametrize("which", ["rich", "small"])
def test_an_export_of_what_was_imported_is_the_same_to_the_byte(
    which: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    world: LocalWorld = request.getfixturevalue(which)
    copy = copied(world, tmp_path)
    write_export(copy, tmp_path / "again.jsonl")
    copy.close()
    first = (tmp_path / "export.jsonl").read_bytes()
    assert (tmp_path / "again.jsonl").read_bytes() == first
    assert len(first.splitlines()) > 5


@pytest.mark.parametrize("which", ["rich", "small"])
def test_rows_history_and_accounts_are_those_that_were_exported(
    which: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    world: LocalWorld = request.getfixturevalue(which)
    copy = copied(world, tmp_path)
    assert content(copy.state(), *HISTORY) == content(world.state(), *HISTORY)
    assert content(copy.data(), *DATA) == content(world.data(), *DATA)
    copy.close()


def test_a_former_handle_and_the_source_survive(small: LocalWorld, tmp_path: Path) -> None:
    copy = copied(small, tmp_path)
    query = (
        "SELECT usernames.username, creators.username, source"
        " FROM usernames JOIN creators ON creators.id = creator_id ORDER BY 1"
    )
    assert [tuple(row) for row in copy.data().execute(query)] == [
        ("ann", "ann", "first-source"),
        ("ann.old", "ann", "first-source"),
        ("bea", "bea", "first-source"),
        ("cleo", "cleo", "first-source"),
        ("dora", "dora", "first-source"),
    ]
    copy.close()


def test_what_is_counted_along_the_way_is_what_a_recount_finds(
    small: LocalWorld, tmp_path: Path
) -> None:
    copy = copied(small, tmp_path)
    tables = ("totals", "hashtags", "sounds", "peer_rates")
    before = content(copy.data(), *tables)
    with immediate(copy.data()):
        recount(copy.data())
        count_rates(copy.data())
    assert content(copy.data(), *tables) == before
    copy.close()


TOKLYTICS = (
    "/creators/search",
    "/creators/search?q=a",
    "/creators/search?sort=likes&min_followers=1000",
    "/creators/{name}",
    "/creators/{name}/videos",
    "/creators/{name}/videos?sort=likes",
    "/creators/{name}/top-content",
    "/videos/search?q=the",
    "/videos/search?sort=likes",
    "/videos/trending?period=30d",
    "/videos/{video}",
    "/hashtags/search?q=a",
    "/hashtags/trending",
    "/hashtags/{tag}",
    "/sounds/search?q=a",
    "/sounds/trending",
    "/sounds/{sound}",
    "/analytics/creator-comparison?usernames={name},{other}",
    "/analytics/niche-report?niche=fitness",
    "/analytics/campaign-planner?budget=5000&niche=fitness",
)
TOKPORTAL = (
    "/accounts",
    "/accounts/{account}/analytics",
    "/accounts/{account}/analytics/can-refresh",
    "/accounts/{account}/analytics/videos",
    "/accounts/{account}/analytics/snapshots",
    "/videos/{record}/analytics",
    "/videos/{record}/analytics/snapshots",
)


def first_of(connection: sqlite3.Connection, query: str) -> str:
    return str(connection.execute(query).fetchone()[0])


def names_in(world: LocalWorld) -> dict[str, str]:
    data, state = world.data(), world.state()
    by_videos = "SELECT username FROM creators ORDER BY n_tracked DESC, id LIMIT 1 OFFSET "
    return {
        "name": first_of(data, by_videos + "0"),
        "other": first_of(data, by_videos + "1"),
        "video": first_of(data, "SELECT video_id FROM videos ORDER BY plays DESC LIMIT 1"),
        "tag": first_of(data, "SELECT name FROM hashtags ORDER BY video_count DESC LIMIT 1"),
        "sound": first_of(data, "SELECT music_id FROM sounds ORDER BY video_count DESC LIMIT 1"),
        "account": first_of(state, "SELECT min(account_id) FROM account_snapshots"),
        "record": first_of(state, "SELECT min(id) FROM video_records"),
    }


async def answers(world: LocalWorld, names: dict[str, str]) -> dict[str, tuple[int, Json, Json]]:
    transport = httpx2.ASGITransport(create_app(world.config, world=world))
    found: dict[str, tuple[int, Json, Json]] = {}
    async with httpx2.AsyncClient(transport=transport, base_url="http://local.invalid") as client:
        for prefix, paths in (("/api/v1", TOKLYTICS), ("/api/ext", TOKPORTAL)):
            for path in paths:
                response = await client.get(
                    prefix + path.format(**names), headers={"X-API-Key": "made-up"}
                )
                body: dict[str, Json] = response.json()
                found[path] = (response.status_code, body.get("data"), body.get("pagination"))
        stats = (await client.get("/api/v1/analytics/platform-stats")).json()["data"]
        found["stats"] = (200, {k: v for k, v in stats.items() if k != "last_import_at"}, None)
        refresh = f"/api/ext/accounts/{names['account']}/analytics/refresh"
        response = await client.post(refresh, headers={"X-API-Key": "made-up"})
        found["refresh"] = (response.status_code, response.json().get("data"), None)
    return found


async def test_every_operation_answers_alike_on_both_worlds(
    rich: LocalWorld, tmp_path: Path
) -> None:
    copy = copied(rich, tmp_path)
    names = names_in(rich)
    assert names_in(copy) == names
    expected, found = await answers(rich, names), await answers(copy, names)
    copy.close()
    assert {path: status for path, (status, _, _) in expected.items()} == dict.fromkeys(
        expected, 200
    )
    for path, answer in expected.items():
        assert found[path] == answer, path


def test_importing_an_export_again_changes_nothing(small: LocalWorld, tmp_path: Path) -> None:
    copy = copied(small, tmp_path)
    before = content(copy.data(), "creators", "videos")
    (again,) = import_files(copy, [tmp_path / "export.jsonl"]).files
    assert (again.new, again.updated, again.rejected) == (0, 0, 0)
    assert content(copy.data(), "creators", "videos") == before
    copy.close()


def test_an_older_export_adds_history_and_takes_nothing_back(
    small: LocalWorld, tmp_path: Path
) -> None:
    write_export(small, tmp_path / "older.jsonl")
    target = opened(tmp_path, "target")
    ingest = Ingest(target.data(), target.state(), source="newer")
    newer = VideoRecord(
        "1", CreatorRecord("ann", "11", followers=20), scraped_at=AS_OF + 60, plays=70
    )
    ingest.add([newer])
    ingest.finish()
    import_files(target, [tmp_path / "older.jsonl"])
    plays = target.data().execute("SELECT plays FROM videos WHERE video_id = '1'").fetchone()[0]
    seen = target.state().execute(
        "SELECT plays FROM video_snapshots WHERE video_id = '1' ORDER BY scraped_at"
    )
    assert (plays, [row[0] for row in seen]) == (70, [5, 50, 70])
    source = target.data().execute("SELECT source FROM creators WHERE username = 'ann'")
    assert source.fetchone()[0] == "newer"
    target.close()


@pytest.mark.parametrize("known_by", [("11", None), (None, "SEC1")])
def test_videos_find_their_creator_under_a_newer_handle(
    small: LocalWorld, tmp_path: Path, known_by: tuple[str | None, str | None]
) -> None:
    small.data().execute("UPDATE creators SET user_id = ? WHERE username = 'ann'", known_by[:1])
    write_export(small, tmp_path / "older.jsonl")
    target = opened(tmp_path, "target")
    ingest = Ingest(target.data(), target.state(), source="newer")
    ingest.add([CreatorRecord("ann.new", *known_by, followers=20, scraped_at=AS_OF + 60)])
    ingest.finish()
    import_files(target, [tmp_path / "older.jsonl"])
    found = target.data().execute(
        "SELECT username, video_id FROM creators LEFT JOIN videos ON creator_id = creators.id"
        " WHERE username LIKE 'ann%'"
    )
    assert [tuple(row) for row in found] == [("ann.new", "1")]
    target.close()


def test_totals_of_an_older_export_are_of_the_first_formulas(tmp_path: Path) -> None:
    lines = (
        {"creator": {"username": "ann", "scraped_at": AS_OF}},
        {"account": {"account_id": "a-1", "username": "ann", "platform": "tiktok"}},
        {
            "account_history": {
                "account_id": "a-1",
                "seen": [[AS_OF, 9, 8, 2, 70, 6, 5, 4, 3, 1.5, 25.71, 35]],
            }
        },
    )
    text = "".join(json.dumps({"tokmetrics": 1, **line}) + "\n" for line in lines)
    (tmp_path / "older.jsonl").write_text(text, "utf-8")
    target = opened(tmp_path, "target")
    target.state().execute("INSERT INTO accounts VALUES ('a-1', 'ann', 'tiktok', 1, NULL, NULL)")
    (file,) = import_files(target, [tmp_path / "older.jsonl"]).files
    columns = "engagement_rate, average_views, n_viewed, n_rated, metrics_version"
    found = target.state().execute(f"SELECT {columns} FROM account_snapshots")  # noqa: S608 (ours)
    assert tuple(found.fetchone()) == (25.71, 35, None, None, 1)
    assert file.rejected == 0
    target.close()
