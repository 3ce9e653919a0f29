"""What must not change a figure does not, and what must change it does so by a known amount."""

import random
import sqlite3
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from mcp_server.local.records import CreatorRecord, VideoRecord
from tests.local.metrics.raw import DAY, Creator, creators, records_of, scaled, shifted, store

SEED = 7
RATES = ("er", "er_mean", "er_median", "ppw")
MEANS = ("avg_views", "avg_likes", "avg_comments", "avg_shares", "avg_saves")
# Without the score and the price, which depend on the peers.
BASIC = (
    *RATES,
    *MEANS,
    "n_tracked",
    "total_views",
    "median_views",
    "p25_views",
    "p75_views",
    "viral_ratio",
    "niche",
    "niche2",
    "niche_conf",
)
ALL = (*BASIC, "score", "grade", "spon_low", "spon_mid", "spon_high")
Row = tuple[object, ...]


@contextmanager
def stored(
    folder: Path, records: Sequence[VideoRecord | CreatorRecord]
) -> Generator[sqlite3.Connection]:
    world = store(folder, records)
    try:
        yield world.data()
    finally:
        world.close()


def figures(data: sqlite3.Connection, columns: Sequence[str] = ALL) -> dict[str, Row]:
    query = f"SELECT username, {', '.join(columns)} FROM creators"  # noqa: S608 (ours)
    return {row[0]: tuple(row)[1:] for row in data.execute(query)}


def counts(data: sqlite3.Connection) -> tuple[set[Row], Row]:
    tags = data.execute("SELECT name, video_count, view_count, n7, n7_prev FROM hashtags")
    totals = data.execute("SELECT creators, videos, total_views, hashtags FROM totals")
    return {tuple(row) for row in tags}, tuple(totals.fetchone())


@pytest.fixture(scope="module")
def everybody() -> list[Creator]:
    return creators(SEED, 45)


def test_the_order_of_an_import_is_irrelevant(tmp_path: Path, everybody: list[Creator]) -> None:
    records = records_of(everybody)
    mixed = [*records]
    random.Random(SEED).shuffle(mixed)  # noqa: S311 (repeatable on purpose)
    with stored(tmp_path / "a", records) as one, stored(tmp_path / "b", mixed) as other:
        assert figures(one) == figures(other)
        assert counts(one) == counts(other)


def test_what_comes_twice_counts_once(tmp_path: Path, everybody: list[Creator]) -> None:
    records = records_of(everybody)
    with (
        stored(tmp_path / "a", records) as one,
        stored(tmp_path / "b", [*records, *records[::-1], *records[::3]]) as other,
    ):
        assert figures(one) == figures(other)
        assert counts(one) == counts(other)


@pytest.mark.parametrize("factor", [2, 1_000])
def test_more_of_everything_leaves_rates_and_multiplies_means(
    tmp_path: Path, everybody: list[Creator], factor: int
) -> None:
    more = [scaled(creator, factor) for creator in everybody]
    with (
        stored(tmp_path / "a", records_of(everybody)) as one,
        stored(tmp_path / "b", records_of(more)) as other,
    ):
        assert figures(one, RATES) == figures(other, RATES)
        before, after = figures(one, MEANS), figures(other, MEANS)
        for name, means in before.items():
            for mean, grown in zip(means, after[name], strict=True):
                if mean is None:
                    assert grown is None
                    continue
                assert isinstance(mean, int)
                assert isinstance(grown, int)
                # Both are rounded to whole counts.
                assert abs(grown - factor * mean) <= factor / 2 + 0.5


def test_an_unrelated_creator_changes_nobodys_basic_figures(
    tmp_path: Path, everybody: list[Creator]
) -> None:
    *others, last = everybody
    stranger = replace(last, name="stranger", followers=123_456)
    with (
        stored(tmp_path / "a", records_of(others)) as one,
        stored(tmp_path / "b", records_of([*others, stranger])) as other,
    ):
        after = figures(other, BASIC)
        del after["stranger"]
        assert figures(one, BASIC) == after


@pytest.mark.parametrize("weeks", [-52, 1])
def test_windows_move_with_the_observations(
    tmp_path: Path, everybody: list[Creator], weeks: int
) -> None:
    later = [shifted(creator, weeks * 7 * DAY) for creator in everybody]
    with (
        stored(tmp_path / "a", records_of(everybody)) as one,
        stored(tmp_path / "b", records_of(later)) as other,
    ):
        assert figures(one) == figures(other)
        assert counts(one) == counts(other)


def test_a_post_counts_in_the_window_whose_end_it_meets(tmp_path: Path) -> None:
    seen = 1_700_000_000
    profile = CreatorRecord("ann", scraped_at=seen)
    edges = [0, 90 * DAY - 1, 90 * DAY, 90 * DAY + 1, 200 * DAY]
    videos = [
        VideoRecord(str(n), profile, plays=5, posted_at=seen - age, scraped_at=seen)
        for n, age in enumerate(edges)
    ]
    with stored(tmp_path, videos) as data:
        # Two of them are younger than 90 days: 2 / 90 * 7.
        assert figures(data, ("ppw",))["ann"] == (0.16,)
