"""Counts that changed import by import are what a count over all rows gives, exactly."""

import random
import sqlite3
from collections import Counter
from collections.abc import Generator
from contextlib import closing, contextmanager
from dataclasses import replace

import pytest

from mcp_server.local import creator_metrics
from mcp_server.local.ingest import Ingest
from mcp_server.local.records import CreatorRecord, SoundRecord, VideoRecord
from mcp_server.local.recount import recount
from mcp_server.local.text import segment
from mcp_server.local.windows import Weeks, move_on, stored_weeks
from tests.local.ingest.store import Store

DAY = 86_400
AS_OF = 1_700_000_000
TAGS = ("a", "b", "c", "d", "e")
DERIVED = ("creators", "hashtags", "sounds", "totals", "peer_rates", "creator_tags")


def crawl(rng: random.Random, now: int) -> VideoRecord | CreatorRecord:
    """An observation of one of few videos, so that most of them change, move and come again."""
    creator = CreatorRecord(
        f"c{rng.randrange(6)}",
        user_id=rng.choice([None, None, f"u{rng.randrange(4)}"]),
        followers=rng.choice([None, 500, 50_000, 150_000]),
        scraped_at=rng.choice([None, now - rng.randrange(3 * DAY)]),
    )
    if rng.random() < 0.1:
        return creator
    return VideoRecord(
        str(rng.randrange(60)),
        creator,
        plays=rng.choice([None, 0, rng.randrange(10**5)]),
        likes=rng.randrange(900),
        comments=rng.choice([None, 3, 4, 5]),
        shares=2,
        sound=rng.choice([None, *(SoundRecord(f"s{n}", f"song {n}") for n in range(3))]),
        posted_at=rng.choice([None, now - rng.randrange(-DAY, 30 * DAY)]),
        scraped_at=rng.choice([None, now - rng.randrange(40 * DAY), now]),
        hashtags=tuple(rng.sample(TAGS, rng.randrange(4))),
    )


@contextmanager
def counted_anew(store: Store) -> Generator[Store]:
    """Yield a copy in which everything derived was computed from the rows alone."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as copy:
        copy.row_factory = sqlite3.Row
        copy.create_function("segment", 1, segment)
        store.data.backup(copy)
        recount(copy)
        copy.execute("UPDATE creators SET dirty = 1, peer_band = NULL")
        copy.execute("DELETE FROM peer_rates")
        creator_metrics.recompute(copy)
        yield Store(copy, store.state)


def derived(store: Store) -> dict[str, object]:
    return {t: store.rows(f"SELECT * FROM {t} ORDER BY 1, 2") for t in DERIVED}  # noqa: S608


def by_hand(store: Store) -> dict[str, tuple[int, int, int | None, int, int]]:
    """Count the hashtags in plain Python over the rows."""
    end = store.row("SELECT max(scraped_at) FROM creators")[0]
    assert isinstance(end, int)
    found: dict[str, list[tuple[int | None, int | None]]] = {}
    for tags, plays, posted_at in store.data.execute(
        "SELECT hashtags, plays, posted_at FROM videos"
    ):
        for tag in (tags or "").split():
            found.setdefault(tag, []).append((plays, posted_at))
    result: dict[str, tuple[int, int, int | None, int, int]] = {}
    for tag, uses in found.items():
        known = [plays for plays, _ in uses if plays is not None]
        weeks = Counter((end - at) // (7 * DAY) for _, at in uses if at is not None and at <= end)
        result[tag] = (len(uses), len(known), sum(known) if known else None, weeks[0], weeks[1])
    return result


@pytest.mark.parametrize("seed", range(25))
def test_any_sequence_of_imports_counts_like_one_look_at_all_rows(store: Store, seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 (repeatable on purpose)
    now = AS_OF
    for _ in range(rng.randrange(1, 6)):
        now += rng.choice([0, 600, DAY, 6 * DAY, 15 * DAY, 400 * DAY])
        store.add(CreatorRecord("clock", scraped_at=now))
        store.add(*[crawl(rng, now) for _ in range(rng.randrange(1, 40))])
    with counted_anew(store) as anew:
        assert derived(store) == derived(anew)
    rows = store.rows(
        "SELECT name, video_count, viewed_count, view_count, n7, n7_prev FROM hashtags"
        " WHERE video_count > 0"
    )
    assert {str(row[0]): row[1:] for row in rows} == by_hand(store)


def test_enough_peers_are_counted_as_they_come_and_go(store: Store) -> None:
    rng = random.Random(3)  # noqa: S311 (repeatable on purpose)
    for round_ in range(3):
        store.add(
            *[
                VideoRecord(
                    f"{n}{i}",
                    CreatorRecord(f"c{n}", followers=rng.choice([5_000, 5_000, 200_000])),
                    plays=1_000,
                    likes=rng.randrange(900),
                    comments=0,
                    shares=0,
                    scraped_at=AS_OF + round_,
                )
                for n in range(50)
                for i in range(5)
            ]
        )
        with counted_anew(store) as anew:
            assert derived(store) == derived(anew)
            assert creator_metrics.stored_pars(store.data) == creator_metrics.stored_pars(anew.data)
    assert creator_metrics.stored_pars(store.data).keys() == {0}


def test_a_refresh_computes_one_creator_and_leaves_the_rest_to_the_import(store: Store) -> None:
    def videos(n: int) -> list[VideoRecord]:
        profile = CreatorRecord(f"c{n}", followers=5_000)
        return [
            VideoRecord(
                f"{n}{i}",
                profile,
                plays=1_000,
                likes=100 + n,
                comments=0,
                shares=0,
                scraped_at=AS_OF,
            )
            for i in range(5)
        ]

    importing = Ingest(store.data, store.state, source="import")
    importing.add([video for n in range(40) for video in videos(n)])
    refreshing = Ingest(store.data, store.state, source="refresh")
    refreshing.add(videos(40))
    refreshing.finish_one(CreatorRecord("C40"))
    assert store.rows("SELECT username FROM creators WHERE dirty = 0") == [("c40",)]
    assert store.row("SELECT er, n_tracked FROM creators WHERE username = 'c40'") == (14.0, 5)
    assert creator_metrics.stored_pars(store.data) == {}
    importing.finish()
    assert store.rows("SELECT username FROM creators WHERE dirty = 1") == []
    assert creator_metrics.stored_pars(store.data) == {0: 12.0}  # of 10.0 to 14.0


@pytest.mark.parametrize("jump", [DAY, 7 * DAY, 14 * DAY, 20 * DAY, 900 * DAY, -3 * DAY, -30 * DAY])
def test_weeks_get_where_they_should_from_anywhere(store: Store, jump: int) -> None:
    posts = [
        VideoRecord(
            str(n),
            CreatorRecord("ann", scraped_at=AS_OF),
            posted_at=AS_OF - n * DAY // 40,
            hashtags=("a",),
        )
        for n in range(-4_000, 4_000)
    ]
    for start in range(0, len(posts), 1_000):
        Ingest(store.data, store.state, source="test").add(posts[start : start + 1_000])
    move_on(store.data)
    assert stored_weeks(store.data) == Weeks(AS_OF - 14 * DAY, AS_OF - 7 * DAY, AS_OF)
    store.data.execute("UPDATE creators SET scraped_at = scraped_at + ?", (jump,))
    move_on(store.data)
    with counted_anew(store) as anew:
        assert derived(store)["hashtags"] == derived(anew)["hashtags"]
        assert derived(store)["totals"] == derived(anew)["totals"]


class _Stopped(sqlite3.Connection):
    """A connection that breaks off at the nth commit, as a process that is killed does."""

    left = 10**9

    def execute(self, sql: str, parameters: object = (), /) -> sqlite3.Cursor:
        if sql == "COMMIT":
            self.left -= 1
            if self.left < 0:
                raise KeyboardInterrupt
        return super().execute(sql, parameters)  # type: ignore[arg-type]  # as handed in


def _import(
    data: _Stopped, state: sqlite3.Connection, records: list[VideoRecord | CreatorRecord]
) -> None:
    ingest = Ingest(data, state, source="test")
    for start in range(0, len(records), 40):
        ingest.add(records[start : start + 40])
    ingest.finish()
    data.left = -1
    data.execute("COMMIT")  # whoever gets here was not stopped before the end


@pytest.mark.parametrize("commits", range(8))
def test_an_import_that_stops_anywhere_and_runs_again_ends_the_same(
    store: Store, commits: int
) -> None:
    rng = random.Random(11)  # noqa: S311 (repeatable on purpose)
    before = [crawl(rng, AS_OF) for _ in range(80)]
    records = [crawl(rng, AS_OF + 9 * DAY) for _ in range(120)]
    store.add(*before)
    path = store.row("SELECT file FROM pragma_database_list WHERE name = 'main'")[0]
    with closing(sqlite3.connect(str(path), isolation_level=None, factory=_Stopped)) as stopped:
        stopped.row_factory = sqlite3.Row
        stopped.create_function("segment", 1, segment)
        stopped.left = commits
        with pytest.raises(KeyboardInterrupt):
            _import(stopped, store.state, records)
    for start in range(0, 120, 40):
        store.add(*records[start : start + 40])
    with counted_anew(store) as anew:
        assert derived(store) == derived(anew)


def test_a_sound_forgets_its_last_use_with_the_video(store: Store) -> None:
    song, other = SoundRecord("1", "Song"), SoundRecord("2", "Other")
    late = VideoRecord("1", CreatorRecord("ann"), posted_at=AS_OF - 5, sound=song, scraped_at=AS_OF)
    early = replace(late, video_id="2", posted_at=AS_OF - 90)
    store.add(late, early)
    store.add(replace(late, sound=other, scraped_at=AS_OF + 1))
    used = "SELECT music_id, video_count, last_used FROM sounds ORDER BY 1"
    assert store.rows(used) == [("1", 1, AS_OF - 90), ("2", 1, AS_OF - 5)]
