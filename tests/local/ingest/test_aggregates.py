"""What is derived stays what a count over all rows would give, however the rows came."""

import random
from collections import Counter
from dataclasses import replace

from mcp_server.local import aggregates, creator_metrics
from mcp_server.local.ingest import Ingest
from mcp_server.local.records import CreatorRecord, SoundRecord, VideoRecord
from tests.local.ingest.store import Store

DAY = 86_400
AS_OF = 1_700_000_000


def video(i: int, **changes: object) -> VideoRecord:
    base = VideoRecord(
        str(i),
        CreatorRecord("ann", followers=1_000),
        plays=100 * i,
        likes=i,
        comments=0,
        shares=0,
        posted_at=AS_OF - i * DAY,
        scraped_at=AS_OF,
        hashtags=("one",),
        sound=SoundRecord("55", "Song", "Me", original=True),
    )
    return replace(base, **changes)  # type: ignore[arg-type]  # the changes name their fields


def test_an_empty_store_has_no_newest_observation(store: Store) -> None:
    assert aggregates.as_of(store.data) is None
    aggregates.recompute(store.data)
    assert store.row("SELECT creators, videos, week_end FROM totals") == (0, 0, 0)


def test_the_newest_observation_is_that_of_any_video_or_profile(store: Store) -> None:
    store.add(video(1), CreatorRecord("ben", scraped_at=AS_OF + 5), video(2))
    assert aggregates.as_of(store.data) == AS_OF + 5


def test_uses_are_counted_in_two_weeks_before_the_newest_observation(store: Store) -> None:
    ages = (0, 1, 6.9, 7, 13, 13.9, 14, 300)
    store.add(*[video(i, posted_at=int(AS_OF - age * DAY)) for i, age in enumerate(ages, 1)])
    assert store.row("SELECT video_count, n7, n7_prev FROM hashtags") == (8, 3, 3)
    assert store.row("SELECT video_count, n7, n7_prev, last_used FROM sounds") == (8, 3, 3, AS_OF)


def test_windows_move_on_with_the_newest_observation(store: Store) -> None:
    store.add(video(1), video(8))
    assert store.row("SELECT n7, n7_prev FROM hashtags") == (1, 1)
    store.add(CreatorRecord("ben", scraped_at=AS_OF + 7 * DAY))
    assert store.row("SELECT n7, n7_prev FROM hashtags") == (0, 1)
    assert store.row("SELECT n7, n7_prev FROM sounds") == (0, 1)
    store.add(CreatorRecord("ben", scraped_at=AS_OF + 70 * DAY))
    assert store.row("SELECT n7, n7_prev FROM hashtags") == (0, 0)


def test_a_post_from_the_future_is_in_no_window(store: Store) -> None:
    store.add(video(1, posted_at=AS_OF + 1))
    assert store.row("SELECT n7, n7_prev FROM hashtags") == (0, 0)


TOTALS = "SELECT creators, videos, viewed, total_views, hashtags, sounds FROM totals"


def test_platform_totals_are_kept(store: Store) -> None:
    store.add(video(1), video(2, plays=None), video(3, hashtags=("two", "three")))
    assert store.row(TOTALS) == (1, 3, 2, 400, 3, 1)


def test_a_hashtag_that_is_no_longer_used_counts_nothing(store: Store) -> None:
    store.add(video(1))
    store.add(video(1, hashtags=("two",), scraped_at=AS_OF + 1))
    assert store.rows("SELECT name, video_count FROM hashtags ORDER BY name") == [
        ("one", 0),
        ("two", 1),
    ]
    assert store.row("SELECT hashtags FROM totals") == (1,)


def test_counts_are_current_after_every_chunk_and_metrics_after_the_next_run(store: Store) -> None:
    interrupted = Ingest(store.data, store.state, source="test")
    interrupted.add([video(1), video(2)])
    counted = "SELECT video_count, view_count FROM hashtags"
    assert store.row(counted) == (2, 300)
    assert store.row("SELECT n_tracked FROM creators") == (0,)
    store.add(CreatorRecord("ben", scraped_at=AS_OF))
    assert store.row(counted) == (2, 300)
    assert store.rows("SELECT n_tracked FROM creators WHERE username = 'ann'") == [(2,)]


def test_a_run_beside_another_that_finishes_first_leaves_right_counts(store: Store) -> None:
    one = Ingest(store.data, store.state, source="one")
    other = Ingest(store.data, store.state, source="other")
    one.add([video(1)])
    other.add([video(2)])
    other.finish()
    one.add([video(3)])
    one.finish()
    assert store.row("SELECT video_count FROM hashtags") == (3,)
    assert store.row("SELECT video_count FROM sounds") == (3,)


def test_other_formulas_compute_everything_again(store: Store) -> None:
    store.add(video(1))
    store.data.execute("UPDATE creators SET er = 99, metrics_version = 0")
    store.data.execute("UPDATE meta SET value = '0' WHERE key = 'metrics_version'")
    aggregates.recompute(store.data)
    assert store.row("SELECT er, metrics_version FROM creators") == (1.0, 2)


def test_many_imports_in_any_order_count_like_one(store: Store) -> None:
    rng = random.Random(5)  # noqa: S311 (repeatable on purpose)
    records = [
        video(
            i,
            creator=CreatorRecord(f"c{rng.randrange(7)}", followers=rng.randrange(10**6)),
            plays=rng.choice([None, rng.randrange(10**5)]),
            hashtags=tuple(rng.sample(["a", "b", "c", "d", "e"], rng.randrange(4))),
            scraped_at=AS_OF + rng.randrange(5),
        )
        for i in [rng.randrange(1, 60) for _ in range(300)]
    ]
    for start in range(0, 300, 37):
        store.add(*records[start : start + 37])
    counted: Counter[str] = Counter()
    views: dict[str, list[int | None]] = {}
    for tags, plays in store.data.execute("SELECT hashtags, plays FROM videos"):
        for tag in (tags or "").split():
            counted[tag] += 1
            views.setdefault(tag, []).append(plays)
    stored = store.rows("SELECT name, video_count, viewed_count, view_count FROM hashtags")
    for name, count, viewed, total in stored:
        known = [n for n in views[str(name)] if n is not None]
        assert (count, viewed) == (counted[str(name)], len(known))
        assert total == (sum(known) if known else None)
    assert store.row("SELECT sum(n_tracked) FROM creators") == store.row(
        "SELECT count(*) FROM videos"
    )
    index = "SELECT count(*) FROM video_hashtags"
    assert store.row(index) == (sum(counted.values()),)


def test_peers_set_the_par_and_move_everyone_of_their_band(store: Store) -> None:
    def creator(n: int) -> list[VideoRecord]:
        profile = CreatorRecord(f"c{n}", followers=20_000, region="US")
        return [
            video(10 * n + i, creator=profile, plays=10_000, likes=1_500, posted_at=AS_OF - i * DAY)
            for i in range(5)
        ]

    store.add(*[v for n in range(29) for v in creator(n)])
    # Engagement 15 % at a par of 7.5: 100; views 0.5 per follower: 60; all below five times
    # the median: 0; five posts a week against three: 86.67.
    assert creator_metrics.stored_pars(store.data) == {}
    assert store.row("SELECT DISTINCT score FROM creators") == (72.3,)
    store.add(*creator(29))
    assert creator_metrics.stored_pars(store.data) == {0: 15.0}
    assert store.row("SELECT DISTINCT score FROM creators") == (56.3,)  # engagement at par: 60
