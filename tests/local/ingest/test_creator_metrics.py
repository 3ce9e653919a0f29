"""The stored metrics of a creator, computed a second time from the raw rows with plain Python."""

import statistics

from mcp_server.local.records import CreatorRecord, VideoRecord
from tests.local.ingest.store import Store

DAY = 86_400
AS_OF = 1_700_000_000
PROFILE = CreatorRecord(
    "ann", followers=120_000, region="JP", bio="I love my gym", scraped_at=AS_OF
)

# plays, likes, comments, shares, saves, days before, hashtags
ROWS: tuple[tuple[int | None, int | None, int, int, int | None, int, tuple[str, ...]], ...] = (
    (12_000, 900, 30, 12, 40, 1, ("gym", "fyp")),
    (8_000, 500, 10, 4, None, 4, ("gym", "recipe")),
    (95_000, 7_000, 200, 90, 300, 9, ("workout",)),
    (15_000, 700, 25, 15, 20, 20, ("fyp",)),
    (None, 300, 5, 1, 2, 40, ("gym",)),
    (20_000, 1_000, 50, 10, 30, 100, ()),
    (11_000, None, 12, 3, 9, 200, ("recipe",)),
)


def store_rows(store: Store) -> None:
    store.add(
        *[
            VideoRecord(
                str(i),
                PROFILE,
                plays=plays,
                likes=likes,
                comments=comments,
                shares=shares,
                saves=saves,
                posted_at=AS_OF - days * DAY,
                scraped_at=AS_OF,
                hashtags=tags,
            )
            for i, (plays, likes, comments, shares, saves, days, tags) in enumerate(ROWS)
        ]
    )


def test_metrics_agree_with_an_independent_computation(store: Store) -> None:
    store_rows(store)
    row = store.data.execute("SELECT * FROM creators").fetchone()
    plays = [r[0] for r in ROWS if r[0] is not None]
    done = [
        (r[0], r[1] + r[2] + r[3] + (r[4] or 0))
        for r in ROWS
        if r[0] is not None and r[1] is not None
    ]
    rates = [round(100 * n / p, 2) for p, n in done]
    quartiles = statistics.quantiles(plays, n=4, method="inclusive")
    middle = statistics.median(plays)
    viral = [p for p in plays if p >= max(10_000, 5 * middle)]
    assert (row["n_tracked"], row["n_viewed"], row["n_rated"], row["n_unsaved"]) == (7, 6, 5, 1)
    assert row["rated_views"] == 12_000 + 8_000 + 95_000 + 15_000 + 20_000
    assert row["rated_saves"] == 40 + 300 + 20 + 30
    assert row["total_views"] == sum(plays)
    assert row["er"] == round(100 * sum(n for _, n in done) / sum(p for p, _ in done), 2)
    assert row["er_mean"] == round(statistics.fmean(rates), 2)
    assert row["er_median"] == round(statistics.median(rates), 2)
    assert row["avg_views"] == round(statistics.fmean(plays))
    assert row["median_views"] == round(middle)
    assert (row["p25_views"], row["p75_views"]) == (round(quartiles[0]), round(quartiles[2]))
    assert row["avg_likes"] == round(statistics.fmean([r[1] for r in ROWS if r[1] is not None]))
    assert row["avg_comments"] == round(statistics.fmean([r[2] for r in ROWS]))
    assert row["avg_shares"] == round(statistics.fmean([r[3] for r in ROWS]))
    assert row["avg_saves"] == round(statistics.fmean([r[4] for r in ROWS if r[4] is not None]))
    assert row["viral_ratio"] == round(100 * len(viral) / len(plays), 2)
    assert row["ppw"] == round(5 / 90 * 7, 2)


def test_score_and_price_agree_with_an_independent_computation(store: Store) -> None:
    store_rows(store)
    row = store.data.execute("SELECT * FROM creators").fetchone()

    def curve(value: float, par: float) -> float:
        return 60 * value / par if value <= par else min(100, 60 + 40 * (value - par) / par)

    score = (
        0.40 * curve(row["er"], 5.1)
        + 0.25 * curve(row["median_views"] / 120_000, 0.25)
        + 0.15 * curve(row["viral_ratio"], 8)
        + 0.20 * curve(row["ppw"], 3)
    )
    assert row["score"] == round(score, 1)
    # Mid tier, fitness 1.2, Japan 0.8; engagement of 7.29 against 5.1 raises by 1.4, the most.
    mid = row["median_views"] / 1000 * 12 * 1.2 * 0.8 * min(max(row["er"] / 5.1, 0.7), 1.4)
    assert row["niche"] == "fitness"
    assert row["spon_mid"] == max(750, round(mid, -2))


def test_niches_and_hashtags_are_kept(store: Store) -> None:
    store_rows(store)
    # fitness: 4 videos and one word of the bio (1.4); cooking: 2 of 7.
    assert store.row("SELECT niche, niche2, niche_conf FROM creators") == (
        "fitness",
        "cooking",
        round(5.4 / 7, 3),
    )
    tags = store.rows(
        "SELECT h.name, t.n, t.plays FROM creator_tags t JOIN hashtags h ON h.id = t.hashtag_id"
        " ORDER BY t.n DESC, t.plays DESC"
    )
    assert tags == [
        ("gym", 3, 20_000),
        ("fyp", 2, 27_000),
        ("recipe", 2, 19_000),
        ("workout", 1, 95_000),
    ]


def test_fifteen_hashtags_are_kept(store: Store) -> None:
    tags = tuple(f"tag{i:02}" for i in range(20))
    store.add(VideoRecord("1", PROFILE, plays=5, scraped_at=AS_OF, hashtags=tags))
    kept = store.rows(
        "SELECT h.name FROM creator_tags t JOIN hashtags h ON h.id = t.hashtag_id ORDER BY 1"
    )
    assert [row[0] for row in kept] == list(tags[:15])


def test_a_creator_without_videos_has_no_metrics(store: Store) -> None:
    store.add(PROFILE)
    row = "SELECT n_tracked, er, score, grade, spon_low, ppw, total_views, niche FROM creators"
    assert store.row(row) == (0, None, None, None, None, None, None, "fitness")


def test_unknown_followers_leave_score_and_price_open(store: Store) -> None:
    videos = [
        VideoRecord(
            str(i),
            CreatorRecord("ann"),
            plays=1000,
            likes=50,
            comments=0,
            shares=0,
            scraped_at=AS_OF,
        )
        for i in range(6)
    ]
    store.add(*videos)
    assert store.row("SELECT er, score, grade, spon_low FROM creators") == (5.0, None, None, None)
