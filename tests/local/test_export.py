"""An export and its way back. All data is synthetic, whatever the worlds are called."""

import gzip
import io
import json
import sqlite3
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

import httpx2
import pytest

from mcp_server.local import LocalConfig, LocalStoreError, LocalWorld
from mcp_server.local.app import create_app
from mcp_server.local.export import write_export
from mcp_server.local.importers import import_files
from mcp_server.local.ingest import Ingest
from mcp_server.local.records import CreatorRecord, SoundRecord, VideoRecord
from mcp_server.local.recount import recount
from mcp_server.local.sample import generate
from mcp_server.local.tokportal.accounts import add_account, take_snapshots
from mcp_server.local.transaction import immediate

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

DAY = 86_400
AS_OF = 1_700_000_000
"""2023-11-14T22:13:20Z."""
NOW = AS_OF + DAY

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"


def opened(folder: Path, name: str = "own") -> LocalWorld:
    which: Literal["sample", "own"] = "sample" if name == "sample" else "own"
    return LocalWorld(LocalConfig(folder / name, which, clock=lambda: NOW))


@pytest.fixture(scope="session")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalWorld]:
    """A generated world that passes for imported data, with accounts and their history."""
    world = opened(tmp_path_factory.mktemp("rich"))
    generate(world, creators=60, videos=1_500, seed=5, as_of=AS_OF)
    world.data().execute("DELETE FROM meta WHERE key IN ('world', 'seed', 'as_of')")
    for table in ("refreshes", "quota"):
        world.state().execute(f"DELETE FROM {table}")  # noqa: S608 - they are not exported
    take_snapshots(world)
    yield world
    world.close()


@pytest.fixture
def small(tmp_path: Path) -> Iterator[LocalWorld]:
    """Two crawls by hand: a rename, unknown figures, an unused hashtag, a sound without a title."""
    world = opened(tmp_path, "small")
    first, second = AS_OF - 9 * DAY, AS_OF
    ingest = Ingest(world.data(), world.state(), source="first-source")
    ann = CreatorRecord("ann.old", "11", "SEC1", bio='says "hi" — 東京\n', followers=10)
    ingest.add(
        [
            VideoRecord(
                "1", ann, scraped_at=first, plays=5, hashtags=("gone", "stays"), likes=9, flags=1
            ),
            VideoRecord("2", CreatorRecord("bea", verified=True), scraped_at=None),
            CreatorRecord("cleo", followers=7, total_likes=0),
            CreatorRecord("dora", bio="no figures", scraped_at=first),
        ]
    )
    ingest.finish()
    ingest = Ingest(world.data(), world.state(), source="second-source")
    ann = CreatorRecord("ann", "11", "SEC1", region="JP", verified=False, followers=12)
    ingest.add(
        [
            VideoRecord(
                "1", ann, scraped_at=second, plays=50, hashtags=("stays",), sound=SoundRecord("77")
            ),
            VideoRecord(
                "3",
                CreatorRecord("cleo"),
                scraped_at=second,
                content_type="slideshow",
                posted_at=first,
            ),
        ]
    )
    ingest.finish()
    add_account(world, "ann", created_at=AS_OF - 99)
    yield world
    world.close()


def exported(world: LocalWorld, *creators: str) -> list[dict[str, Json]]:
    out = io.BytesIO()
    write_export(world, out, creators=creators)
    return [json.loads(line) for line in out.getvalue().decode().splitlines()]


def of_kind(lines: list[dict[str, Json]], kind: str) -> list[Json]:
    return [line[kind] for line in lines if kind in line]


def copied(world: LocalWorld, folder: Path) -> LocalWorld:
    """Return a new world that an export of this one was imported into."""
    path = folder / "export.jsonl"
    write_export(world, path)
    copy = opened(folder, "copy")
    report = import_files(copy, [path])
    assert report.rejected == 0
    return copy


ROW_NUMBERS = {"id", "sound_id"}
"""Of data.db: they count up from one in the copy, in the same order."""


def content(connection: sqlite3.Connection, *tables: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for table in tables:
        rows = [dict(row) for row in connection.execute(f"SELECT * FROM {table}")]  # noqa: S608 - ours
        drop = ROW_NUMBERS if table in DATA else set[str]()
        found[table] = sorted(
            repr({name: value for name, value in row.items() if name not in drop}) for row in rows
        )
    return found


DATA = ("creators", "videos", "sounds", "hashtags", "totals")
HISTORY = (
    "accounts",
    "video_records",
    "account_snapshots",
    "creator_snapshots",
    "video_snapshots",
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


def test_the_first_line_names_format_and_version(small: LocalWorld) -> None:
    assert exported(small)[0] == {"tokmetrics": 1, "export": {"world": "own"}}


def test_nothing_is_written_for_what_is_unknown(small: LocalWorld) -> None:
    assert of_kind(exported(small), "video")[1:] == [
        {"video_id": "2", "creator": "bea"},
        {
            "video_id": "3",
            "creator": "cleo",
            "content_type": "slideshow",
            "posted_at": AS_OF - 9 * DAY,
            "scraped_at": AS_OF,
        },
    ]


def test_one_creator_comes_with_nothing_of_others(small: LocalWorld) -> None:
    lines = exported(small, "@ANN.old")
    assert [next(k for k in line if k != "tokmetrics") for line in lines] == [
        "export",
        "hashtag",
        "sound",
        "creator",
        "video",
        "video_history",
        "creator_history",
        "account",
        "account_history",
    ]
    assert of_kind(lines, "hashtag") == [{"name": "stays"}]
    assert of_kind(lines, "creator_history") == [
        {
            "username": "ann",
            "seen": [[AS_OF - 9 * DAY, 10, None, None, None], [AS_OF, 12, None, None, None]],
        }
    ]
    assert [next(k for k in line if k != "tokmetrics") for line in exported(small, "bea")] == [
        "export",
        "creator",
        "video",
    ]


def test_a_creator_that_is_not_stored_stops_the_export(small: LocalWorld, tmp_path: Path) -> None:
    with pytest.raises(LocalStoreError, match="'nobody'"):
        write_export(small, tmp_path / "x.jsonl", creators=["ann", "nobody"])
    assert list(tmp_path.glob("*x.jsonl*")) == []


def test_a_packed_export_is_the_same_bytes_each_time_and_imports(
    small: LocalWorld, tmp_path: Path
) -> None:
    write_export(small, tmp_path / "a.jsonl.gz")
    write_export(small, tmp_path / "b.jsonl.gz")
    write_export(small, tmp_path / "c.jsonl")
    packed = (tmp_path / "a.jsonl.gz").read_bytes()
    assert packed == (tmp_path / "b.jsonl.gz").read_bytes()
    assert gzip.decompress(packed) == (tmp_path / "c.jsonl").read_bytes()
    copy = opened(tmp_path, "copy")
    assert import_files(copy, [tmp_path / "a.jsonl.gz"]).rejected == 0
    copy.close()


class Disturbed(io.BytesIO):
    """Somebody else imports something as soon as the first line is written."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def write(self, buffer: "ReadableBuffer", /) -> int:
        if not self.tell():
            other = opened(self._folder, "small")
            ingest = Ingest(other.data(), other.state(), source="meanwhile")
            ingest.add([VideoRecord("9", CreatorRecord("late", followers=1), scraped_at=AS_OF)])
            ingest.finish()
            other.close()
        return super().write(buffer)


def test_what_is_imported_meanwhile_is_not_exported(small: LocalWorld, tmp_path: Path) -> None:
    before = io.BytesIO()
    write_export(small, before)
    during = Disturbed(tmp_path)
    write_export(small, during)
    assert during.getvalue() == before.getvalue()
    assert '"late"' in json.dumps(exported(small))


def test_an_export_that_fails_leaves_the_older_file(small: LocalWorld, tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    write_export(small, path)
    complete = path.read_bytes()
    with pytest.raises(LocalStoreError):
        write_export(small, path, creators=["nobody"])
    assert path.read_bytes() == complete
    assert sorted(one.name for one in tmp_path.iterdir() if one.is_file()) == ["x.jsonl"]


def test_progress_tells_the_videos(rich: LocalWorld) -> None:
    told: list[tuple[int, int]] = []
    written = write_export(
        rich, io.BytesIO(), progress=lambda done, total: told.append((done, total))
    )
    assert (written, told) == (1_500, [(1_000, 1_500)])


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


def test_the_sample_stays_marked_in_every_line_and_is_never_imported(tmp_path: Path) -> None:
    sample = opened(tmp_path, "sample")
    generate(sample, creators=3, videos=20, seed=1, as_of=AS_OF)
    write_export(sample, tmp_path / "sample.jsonl")
    lines = exported(sample)
    sample.close()
    assert all(line["synthetic"] is True for line in lines)
    own = opened(tmp_path)
    (file,) = import_files(own, [tmp_path / "sample.jsonl"]).files
    assert (file.records, file.rejected) == (0, len(lines))
    assert file.reasons == {
        "synthetic: a generated world is never imported as real data": len(lines)
    }
    assert content(own.data(), "creators", "videos") == {"creators": [], "videos": []}
    assert content(own.state(), "accounts", "video_snapshots") == {
        "accounts": [],
        "video_snapshots": [],
    }
    own.close()


def test_a_piece_of_a_sample_hidden_in_real_data_is_refused_too(
    small: LocalWorld, tmp_path: Path
) -> None:
    sample = opened(tmp_path, "sample")
    generate(sample, creators=1, videos=2, seed=1, as_of=AS_OF)
    mixed = [*exported(small), *exported(sample)[1:]]
    sample.close()
    path = tmp_path / "mixed.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in mixed), "utf-8")
    own = opened(tmp_path)
    import_files(own, [path])
    assert len(content(own.data(), "videos")["videos"]) == 3
    own.close()


def test_a_generated_world_in_the_place_of_the_own_one_is_marked_as_well(tmp_path: Path) -> None:
    world = opened(tmp_path)
    generate(world, creators=1, videos=1, seed=1, as_of=AS_OF)
    assert all(line["synthetic"] is True for line in exported(world))
    world.close()


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ({"tokmetrics": 2, "video": {}}, "written by another version"),
        ({"tokmetrics": 1, "secret": {}}, "a line of an unknown kind"),
        ({"tokmetrics": 1, "video": []}, "a damaged line"),
        ({"tokmetrics": 1, "video": {"video_id": "9"}}, "a damaged line"),
        ({"tokmetrics": 1, "video": {"video_id": 9, "creator": "x"}}, "a damaged line"),
        ({"tokmetrics": 1, "video": {"video_id": "9", "creator": "x", "plays": "5"}}, "a damaged"),
        ({"tokmetrics": 1, "creator": {"username": "x", "aliases": [[1, 2]]}}, "a damaged line"),
        ({"tokmetrics": 1, "creator": {"username": "x", "aliases": 5}}, "a damaged line"),
        ({"tokmetrics": 1, "video_history": {"video_id": "9", "seen": [[1]]}}, "a damaged line"),
        ({"tokmetrics": 1, "video_history": {"video_id": "9", "seen": [["x"] * 6]}}, "a damaged"),
    ],
)
def test_a_line_that_no_export_has_is_refused(
    small: LocalWorld, tmp_path: Path, line: Json, reason: str
) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text("\n".join(json.dumps(one) for one in (exported(small)[0], line)), "utf-8")
    own = opened(tmp_path)
    (file,) = import_files(own, [path]).files
    own.close()
    assert file.rejected == 1
    assert next(iter(file.reasons)).startswith(reason)


def test_memory_does_not_grow_with_the_world(rich: LocalWorld, tmp_path: Path) -> None:
    out = tmp_path / "x.jsonl"
    write_export(rich, out)
    tracemalloc.start()
    write_export(rich, out)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 300_000 < out.stat().st_size
