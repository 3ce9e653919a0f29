"""The sample world: the same for the same seed, heavy-tailed, with accounts that have a past."""

import sqlite3
from pathlib import Path
from statistics import median

import pytest

from mcp_server.local import LocalConfig, LocalWorld
from mcp_server.local.sample import generate, rebuild
from mcp_server.local.sample.creators import shares
from mcp_server.local.sample.words import LANGUAGE_WEIGHTS, language
from mcp_server.local.tokportal.accounts import list_accounts
from tests.local.sample.conftest import AS_OF, made

DAY = 86_400
HOUR = 3_600
COOLDOWN = 48 * HOUR

TABLES = {
    "data": ("creators", "videos", "hashtags", "sounds", "video_hashtags", "creator_tags", "meta"),
    "state": (
        "accounts",
        "video_records",
        "refreshes",
        "quota",
        "account_snapshots",
        "creator_snapshots",
        "video_snapshots",
    ),
}


def rows(connection: sqlite3.Connection, query: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in connection.execute(query)]


def numbers(connection: sqlite3.Connection, query: str) -> list[float]:
    return sorted(float(row[0]) for row in connection.execute(query))


def one(connection: sqlite3.Connection, query: str) -> object:
    return connection.execute(query).fetchone()[0]


def contents(world: LocalWorld) -> dict[str, list[tuple[object, ...]]]:
    found: dict[str, list[tuple[object, ...]]] = {}
    for kind, connection in (("data", world.data()), ("state", world.state())):
        for table in TABLES[kind]:
            found[table] = rows(connection, f"SELECT * FROM {table} ORDER BY 1, 2")  # noqa: S608
    return found


def test_the_same_seed_and_time_give_the_same_rows(tmp_path: Path) -> None:
    worlds = [made(tmp_path / name, seed=5, creators=30, videos=400) for name in "ab"]
    first, second = (contents(world) for world in worlds)
    for world in worlds:
        world.close()
    assert first == second


@pytest.mark.parametrize(("seed", "as_of"), [(6, AS_OF), (5, AS_OF + DAY)])
def test_another_seed_or_time_gives_other_rows(tmp_path: Path, seed: int, as_of: int) -> None:
    worlds = [
        made(tmp_path / "a", seed=5, creators=30, videos=400),
        made(tmp_path / "b", seed=seed, creators=30, videos=400, as_of=as_of),
    ]
    first, second = (rows(world.data(), "SELECT video_id FROM videos") for world in worlds)
    for world in worlds:
        world.close()
    assert not set(first) & set(second)


def test_there_are_as_many_creators_and_videos_as_asked_for(data: sqlite3.Connection) -> None:
    assert one(data, "SELECT count(*) FROM creators") == 200
    assert one(data, "SELECT count(*) FROM videos") == 5_200
    assert one(data, "SELECT count(*) FROM creators WHERE dirty") == 0


@pytest.mark.parametrize(("creators", "videos"), [(1, 0), (1, 9), (5, 3), (40, 10_000)])
def test_any_size_adds_up(creators: int, videos: int) -> None:
    drawn = list(shares(1, creators, videos))
    assert (len(drawn), sum(drawn)) == (creators, videos)
    assert min(drawn) >= 0


def test_a_world_of_one_creator_works(tmp_path: Path) -> None:
    world = made(tmp_path, seed=1, creators=1, videos=5)
    found = (one(world.data(), "SELECT count(*) FROM videos"), len(list_accounts(world)))
    world.close()
    assert found == (5, 1)


@pytest.mark.parametrize(("creators", "videos"), [(0, 5), (3, -1)])
def test_an_impossible_size_is_refused(tmp_path: Path, creators: int, videos: int) -> None:
    world = LocalWorld(LocalConfig(tmp_path, "sample"))
    with pytest.raises(ValueError, match="at least one creator"):
        generate(world, creators=creators, videos=videos, seed=1, as_of=AS_OF)
    world.close()


def test_the_world_signs_itself_with_seed_and_time(data: sqlite3.Connection) -> None:
    signed = "SELECT key, value FROM meta WHERE key IN ('world', 'seed', 'as_of') ORDER BY key"
    assert rows(data, signed) == [("as_of", str(AS_OF)), ("seed", "7"), ("world", "sample")]


def test_the_newest_observation_is_the_time_of_the_world(data: sqlite3.Connection) -> None:
    assert one(data, "SELECT max(scraped_at) FROM creators") == AS_OF
    assert one(data, "SELECT count(*) FROM videos WHERE posted_at >= scraped_at") == 0


def test_the_id_of_a_video_holds_its_time(data: sqlite3.Connection) -> None:
    wrong = "SELECT count(*) FROM videos WHERE (CAST(video_id AS INTEGER) >> 32) != posted_at"
    assert one(data, wrong) == 0
    assert one(data, "SELECT count(*) FROM videos WHERE length(video_id) != 19") == 0


def test_a_few_creators_have_most_of_the_followers(data: sqlite3.Connection) -> None:
    followers = numbers(data, "SELECT followers FROM creators WHERE followers IS NOT NULL")
    assert 5_000 < median(followers) < 50_000
    assert sum(followers[-20:]) > 0.6 * sum(followers)


def test_a_few_videos_have_most_of_the_views(data: sqlite3.Connection) -> None:
    plays = numbers(data, "SELECT plays FROM videos WHERE plays IS NOT NULL")
    assert sum(plays[-520:]) > 0.6 * sum(plays)
    assert plays[-1] > 100 * median(plays)


def test_engagement_is_what_tiktok_has_and_falls_with_the_views(data: sqlite3.Connection) -> None:
    ordered = [float(row[0]) for row in data.execute("SELECT er FROM creators ORDER BY avg_views")
               if row[0] is not None]  # fmt: skip
    small, large = ordered[: len(ordered) // 3], ordered[-len(ordered) // 3 :]
    assert 4 < median(ordered) < 12
    assert median(small) > median(large)


def test_likes_never_exceed_plays(data: sqlite3.Connection) -> None:
    assert one(data, "SELECT count(*) FROM videos WHERE likes > plays") == 0


def test_several_languages_are_spoken(data: sqlite3.Connection) -> None:
    captions = " ".join(str(row[0]) for row in data.execute("SELECT description FROM videos"))
    heard = {
        code
        for code in LANGUAGE_WEIGHTS
        if any(opener in captions for opener in language(code).openers)
    }
    assert heard == set(LANGUAGE_WEIGHTS)


def test_the_usual_niches_are_recognized(data: sqlite3.Connection) -> None:
    found = {str(row[0]) for row in data.execute("SELECT DISTINCT niche FROM creators")}
    assert {"fitness", "cooking", "comedy", "beauty", "dance", "gaming"} <= found


def test_there_are_slideshows_missing_saves_and_own_sounds(data: sqlite3.Connection) -> None:
    shares_of = (
        "SELECT avg(content_type = 'slideshow'), avg(saves IS NULL),"
        " avg((SELECT original FROM sounds WHERE id = sound_id)) FROM videos"
    )
    slideshows, no_saves, own = data.execute(shares_of).fetchone()
    assert 0.08 < slideshows < 0.16
    assert 0 < no_saves < 0.2
    assert 0.25 < own < 0.45


def test_there_is_something_to_trend_every_day(data: sqlite3.Connection) -> None:
    for days, least in ((1, 5), (7, 100), (30, 500)):
        newer = f"SELECT count(*) FROM videos WHERE posted_at > {AS_OF - days * DAY}"  # noqa: S608
        assert one(data, newer) >= least  # type: ignore[operator]


def test_nobody_in_it_could_be_taken_for_somebody(data: sqlite3.Connection) -> None:
    for (username,) in data.execute("SELECT username FROM creators"):
        assert str(username).startswith(("demo.", "s0"))


def test_twelve_accounts_were_delivered(sample: LocalWorld) -> None:
    accounts = list_accounts(sample)
    assert len(accounts) == 12
    assert all(account.created_at < AS_OF for account in accounts)


def test_one_account_has_no_analytics_and_the_others_have_months(state: sqlite3.Connection) -> None:
    spans = dict(
        state.execute(
            """SELECT username, max(scraped_at) - min(scraped_at) FROM accounts
               LEFT JOIN account_snapshots USING (account_id) GROUP BY username"""
        ).fetchall()
    )
    assert [name for name, span in spans.items() if span is None] == ["demo.firststeps"]
    assert sum(span > 90 * DAY for span in spans.values() if span is not None) >= 7


def test_totals_grow_from_snapshot_to_snapshot(state: sqlite3.Connection) -> None:
    account = "(SELECT account_id FROM accounts WHERE username = 'demo.breadlab')"
    query = f"""SELECT n, total_views, total_likes FROM account_snapshots
                WHERE account_id = {account} ORDER BY scraped_at"""  # noqa: S608
    taken = state.execute(query).fetchall()
    assert len(taken) > 40
    for column in range(3):
        values = [row[column] for row in taken]
        assert values == sorted(values)
        assert values[-1] > values[0]


def test_the_last_snapshot_agrees_with_the_stored_videos(sample: LocalWorld) -> None:
    totals = sample.state().execute(
        """SELECT total_views, total_likes, total_bookmarks, n FROM account_snapshots
           JOIN accounts USING (account_id) WHERE username = 'demo.twodogs'
           ORDER BY scraped_at DESC LIMIT 1"""
    ).fetchone()  # fmt: skip
    added = sample.data().execute(
        """SELECT sum(plays), sum(likes), sum(saves), count(*) FROM videos
           WHERE creator_id = (SELECT id FROM creators WHERE username = 'demo.twodogs')"""
    ).fetchone()  # fmt: skip
    assert tuple(totals) == tuple(added)


def test_three_accounts_are_in_cooldown(state: sqlite3.Connection) -> None:
    recent = f"""SELECT count(DISTINCT account_id) FROM refreshes
                 WHERE requested_at > {AS_OF - COOLDOWN}"""  # noqa: S608
    assert one(state, recent) == 3
    assert one(state, "SELECT count(*) FROM refreshes WHERE status != 'done'") == 0


def test_every_refresh_of_the_past_spent_quota_and_kept_its_cooldown(
    state: sqlite3.Connection,
) -> None:
    spent = one(state, "SELECT sum(used) FROM quota")
    assert spent == one(state, "SELECT count(*) FROM refreshes")
    assert numbers(state, "SELECT used FROM quota")[-1] <= 500
    shortest = """SELECT min(gap) FROM (SELECT requested_at - lag(requested_at)
                  OVER (PARTITION BY account_id ORDER BY requested_at) AS gap FROM refreshes)"""
    assert numbers(state, shortest)[0] >= COOLDOWN


def test_one_account_has_figures_that_are_unknown(sample: LocalWorld) -> None:
    query = """SELECT followers, following, total_bookmarks, total_views FROM account_snapshots
               JOIN accounts USING (account_id) WHERE username = 'demo.nighttrain'
               ORDER BY scraped_at DESC LIMIT 1"""
    followers, following, bookmarks, views = sample.state().execute(query).fetchone()
    assert (followers, following, bookmarks) == (None, None, None)
    assert views > 0
    unknown = """SELECT count(*) FROM videos WHERE plays IS NULL AND creator_id =
                 (SELECT id FROM creators WHERE username = 'demo.nighttrain')"""
    assert one(sample.data(), unknown) != 0


def test_creators_and_young_videos_have_a_past(sample: LocalWorld) -> None:
    state = sample.state()
    assert one(state, "SELECT count(DISTINCT username) FROM creator_snapshots") == 200
    falling = """SELECT count(*) FROM video_snapshots a JOIN video_snapshots b USING (video_id)
                 WHERE a.scraped_at < b.scraped_at AND a.plays > b.plays"""
    assert one(state, falling) == 0
    assert one(state, "SELECT count(DISTINCT video_id) FROM video_snapshots") != 0


def test_the_progress_ends_at_all_videos(tmp_path: Path) -> None:
    world = LocalWorld(LocalConfig(tmp_path, "sample"))
    told: list[tuple[int, int]] = []
    generate(
        world,
        creators=20,
        videos=100,
        seed=1,
        as_of=AS_OF,
        progress=lambda done, total: told.append((done, total)),
    )
    world.close()
    assert told[-1] == (100, 100)


def test_rebuilding_replaces_what_is_there(tmp_path: Path) -> None:
    config = LocalConfig(tmp_path, "sample")
    for creators in (30, 15):
        rebuild(config, creators=creators, videos=60, seed=1, as_of=AS_OF)
    world = LocalWorld(config)
    found = one(world.data(), "SELECT count(*) FROM creators")
    world.close()
    assert found == 15
