"""Observations of the same video and profile: the newer wins per field, nothing known is lost."""

import sqlite3
from dataclasses import replace
from itertools import permutations

import pytest

from mcp_server.local.ingest import Ingest, Outcome
from mcp_server.local.records import CreatorRecord, SoundRecord, VideoRecord
from tests.local.ingest.store import Store

T1, T2, T3 = 1_700_000_000, 1_700_100_000, 1_700_200_000
ANN = CreatorRecord("ann")

VIDEO = VideoRecord(
    "7000000000000000001",
    ANN,
    description="first #one",
    plays=100,
    likes=10,
    comments=None,
    shares=1,
    saves=0,
    posted_at=T1 - 1000,
    scraped_at=T1,
    hashtags=("one",),
    sound=SoundRecord("55", title="Song"),
)
COUNTS = "SELECT plays, likes, comments, shares, saves, scraped_at FROM videos"
FOLLOWERS = "SELECT username, scraped_at, followers FROM creator_snapshots ORDER BY scraped_at"
SNAPSHOTS = "SELECT scraped_at, plays, likes FROM video_snapshots ORDER BY scraped_at"


def test_a_record_is_stored_as_it_is(store: Store) -> None:
    assert store.add(VIDEO) == Outcome(1, 0, 0)
    assert store.row(COUNTS) == (100, 10, None, 1, 0, T1)
    assert store.row("SELECT er, heat, hashtags, description FROM videos") == (
        None,  # the comments are unknown
        100.0,
        "one",
        "first #one",
    )
    assert store.row("SELECT music_id, title, author FROM sounds") == ("55", "Song", None)


def test_the_same_record_again_changes_nothing(store: Store) -> None:
    store.add(VIDEO)
    before = store.everything()
    assert store.add(VIDEO) == Outcome(0, 0, 1)
    assert store.everything() == before
    assert store.past(SNAPSHOTS) == []


def test_a_newer_observation_wins_and_null_never_overwrites(store: Store) -> None:
    store.add(VIDEO)
    newer = replace(VIDEO, plays=200, likes=None, comments=3, description=None, scraped_at=T2)
    assert store.add(newer) == Outcome(0, 1, 0)
    assert store.row(COUNTS) == (200, 10, 3, 1, 0, T2)
    assert store.row("SELECT description, er FROM videos") == ("first #one", 7.0)
    assert store.past(SNAPSHOTS) == [(T1, 100, 10), (T2, 200, None)]


def test_an_older_observation_fills_gaps_and_adds_a_snapshot(store: Store) -> None:
    store.add(replace(VIDEO, scraped_at=T2))
    older = replace(VIDEO, plays=50, comments=2, scraped_at=T1, thumbnail_url="https://x/t.jpg")
    assert store.add(older) == Outcome(0, 1, 0)
    assert store.row(COUNTS) == (100, 10, 2, 1, 0, T2)
    assert store.row("SELECT thumbnail_url FROM videos") == ("https://x/t.jpg",)
    assert store.past(SNAPSHOTS) == [(T1, 50, 10), (T2, 100, 10)]


def test_another_time_with_equal_numbers_is_a_look_of_its_own(store: Store) -> None:
    store.add(VIDEO)
    assert store.add(replace(VIDEO, scraped_at=T2)) == Outcome(0, 1, 0)
    assert store.past(SNAPSHOTS) == [(T1, 100, 10), (T2, 100, 10)]


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize("at_once", [True, False], ids=["one chunk", "three imports"])
def test_every_look_is_kept_in_whatever_order_they_come(
    store: Store, order: tuple[int, ...], *, at_once: bool
) -> None:
    looks = [
        replace(VIDEO, plays=plays, scraped_at=at, creator=CreatorRecord("ann", followers=won))
        for at, plays, won in ((T1, 100, 1_000), (T2, 100, 1_000), (T3, 300, 1_100))
    ]
    if at_once:
        store.add(*(looks[i] for i in order))
    else:
        for i in order:
            store.add(looks[i])
    assert store.past(SNAPSHOTS) == [(T1, 100, 10), (T2, 100, 10), (T3, 300, 10)]
    assert store.past(FOLLOWERS) == [("ann", T1, 1_000), ("ann", T2, 1_000), ("ann", T3, 1_100)]


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize("at_once", [True, False], ids=["one chunk", "three imports"])
def test_a_renamed_creator_takes_every_look_along(
    store: Store, order: tuple[int, ...], *, at_once: bool
) -> None:
    looks = [
        CreatorRecord(name, user_id="71", followers=won, scraped_at=at)
        for name, at, won in (("ann", T1, 10), ("ann", T2, 10), ("anna", T3, 12))
    ]
    if at_once:
        store.add(*(looks[i] for i in order))
    else:
        for i in order:
            store.add(looks[i])
    assert store.past(FOLLOWERS) == [("anna", T1, 10), ("anna", T2, 10), ("anna", T3, 12)]


def test_who_gets_a_handle_does_not_get_what_was_seen_of_its_former_owner(store: Store) -> None:
    for at, won in ((T1, 10), (T2, 11)):
        store.add(CreatorRecord("ann", user_id="71", followers=won, scraped_at=at))
    store.add(CreatorRecord("ann", user_id="72", followers=900, scraped_at=T3))
    store.add(CreatorRecord("ann", user_id="72", followers=901, scraped_at=T3 + 1))
    assert store.past(FOLLOWERS) == [
        ("ann.71.", T1, 10),
        ("ann.71.", T2, 11),
        ("ann", T3, 900),
        ("ann", T3 + 1, 901),
    ]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_look_that_lacks_a_count_is_not_kept_with_that_of_another_time(
    store: Store, order: tuple[int, ...]
) -> None:
    looks = [
        replace(VIDEO, plays=plays, likes=likes, scraped_at=at)
        for at, plays, likes in ((T1, 100, 10), (T2, None, None), (T3, 300, None))
    ]
    for i in order:
        store.add(looks[i])
    assert store.past(SNAPSHOTS) == [(T1, 100, 10), (T2, None, None), (T3, 300, None)]


def test_a_look_of_no_known_time_leaves_the_dated_one_as_it_was(store: Store) -> None:
    store.add(replace(VIDEO, likes=None))
    store.add(replace(VIDEO, likes=7, scraped_at=None))
    store.add(replace(VIDEO, plays=200, scraped_at=T2))
    assert store.past(SNAPSHOTS) == [(T1, 100, None), (T2, 200, 10)]


def test_a_profile_that_is_only_named_is_no_look_at_its_figures(store: Store) -> None:
    store.add(CreatorRecord("ann", followers=10, scraped_at=T1))
    store.add(CreatorRecord("ann", bio="hi", scraped_at=T2))
    assert store.past(FOLLOWERS) == []


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_order_of_imports_does_not_matter(store: Store, order: tuple[int, ...]) -> None:
    crawls = [
        replace(VIDEO, plays=100, hashtags=("one",), scraped_at=T1),
        replace(VIDEO, plays=150, hashtags=("one", "two"), scraped_at=T2),
        replace(VIDEO, plays=300, hashtags=("two",), scraped_at=T3),
    ]
    for i in order:
        store.add(crawls[i])
    assert store.row(COUNTS) == (300, 10, None, 1, 0, T3)
    used = "SELECT name, video_count, view_count FROM hashtags WHERE video_count > 0"
    assert store.rows(used) == [("two", 1, 300)]
    assert store.past(SNAPSHOTS)[-1] == (T3, 300, 10)


def test_one_chunk_may_hold_the_same_video_twice(store: Store) -> None:
    outcome = store.add(VIDEO, replace(VIDEO, plays=900, scraped_at=T2), VIDEO)
    assert outcome.new == 1
    assert store.row(COUNTS) == (900, 10, None, 1, 0, T2)
    assert store.row("SELECT n_tracked FROM creators") == (1,)


def test_changed_views_move_a_video_within_its_hashtags(store: Store) -> None:
    store.add(VIDEO)
    store.add(replace(VIDEO, plays=None, scraped_at=T2))
    store.add(replace(VIDEO, plays=777, scraped_at=T3))
    assert store.rows("SELECT plays FROM video_hashtags") == [(777,)]
    assert store.row("SELECT video_count, viewed_count, view_count FROM hashtags") == (1, 1, 777)


def test_unknown_views_are_no_zero(store: Store) -> None:
    store.add(replace(VIDEO, plays=None))
    assert store.rows("SELECT plays, er, heat FROM videos") == [(None, None, None)]
    assert store.row("SELECT video_count, viewed_count, view_count FROM hashtags") == (1, 0, None)
    assert store.row("SELECT video_count, view_count FROM sounds") == (1, None)
    assert store.row("SELECT total_views, avg_views, viral_ratio FROM creators") == (None,) * 3


def test_a_slideshow_stays_one(store: Store) -> None:
    store.add(replace(VIDEO, content_type="slideshow", flags=1))
    store.add(replace(VIDEO, scraped_at=T2, flags=4))
    assert store.row("SELECT content_type, flags FROM videos") == ("slideshow", 5)


def test_a_sound_learns_what_it_lacks_and_keeps_what_it_has(store: Store) -> None:
    ingest = Ingest(store.data, store.state, source="test")
    ingest.add([VIDEO])
    more = SoundRecord("55", title="Other", author="Someone", original=True, duration=30)
    ingest.add([replace(VIDEO, video_id="2", sound=more), replace(VIDEO, video_id="3")])
    ingest.add([replace(VIDEO, video_id="4", sound=replace(more, author="Nobody"))])
    facts = "SELECT title, author, original, duration FROM sounds"
    assert store.rows(facts) == [("Song", "Someone", 1, 30)]


def test_a_profile_record_counts_like_a_video(store: Store) -> None:
    profile = CreatorRecord("ann", followers=10, scraped_at=T1)
    assert store.add(profile) == Outcome(1, 0, 0)
    assert store.add(profile) == Outcome(0, 0, 1)
    newer = replace(profile, followers=12, verified=True, scraped_at=T2)
    assert store.add(newer) == Outcome(0, 1, 0)
    assert store.row("SELECT followers, verified, profile_at FROM creators") == (12, 1, T2)
    assert store.past(FOLLOWERS) == [("ann", T1, 10), ("ann", T2, 12)]


def test_a_profile_with_ids_is_new_once(store: Store) -> None:
    profile = CreatorRecord("ann", user_id="71", sec_uid="MS4x", followers=10, scraped_at=T1)
    assert store.add(profile, replace(profile, scraped_at=T2), profile) == Outcome(1, 1, 1)
    assert store.add(profile) == Outcome(0, 0, 1)


def test_a_profile_with_nothing_but_its_handle_is_new_once(store: Store) -> None:
    assert store.add(ANN, CreatorRecord("Ann")) == Outcome(1, 0, 1)


def test_a_video_seen_later_does_not_make_an_older_profile_newer(store: Store) -> None:
    store.add(CreatorRecord("ann", followers=10, scraped_at=T1))
    store.add(replace(VIDEO, scraped_at=T3))
    store.add(CreatorRecord("ann", followers=15, bio="hi", scraped_at=T2))
    row = "SELECT followers, bio, profile_at, scraped_at FROM creators"
    assert store.row(row) == (15, "hi", T2, T3)


def test_a_profile_inside_a_video_is_as_old_as_the_video(store: Store) -> None:
    store.add(replace(VIDEO, creator=CreatorRecord("ann", followers=3)))
    assert store.row("SELECT followers, profile_at, scraped_at FROM creators") == (3, T1, T1)


def test_records_without_a_time_are_kept(store: Store) -> None:
    store.add(replace(VIDEO, scraped_at=None, posted_at=None))
    assert store.row("SELECT scraped_at, ppw FROM creators") == (None, None)
    store.add(replace(VIDEO, plays=200, scraped_at=None))
    store.add(replace(VIDEO, plays=300, scraped_at=T1))
    store.add(replace(VIDEO, plays=5, scraped_at=None))
    assert store.row("SELECT plays FROM videos") == (300,)


def test_a_chunk_that_fails_leaves_nothing(store: Store) -> None:
    ingest = Ingest(store.data, store.state, source="test")
    too_large = replace(VIDEO, video_id="2", plays=2**63)
    with pytest.raises(OverflowError):
        ingest.add([VIDEO, too_large])
    assert store.rows("SELECT * FROM videos") == []
    assert store.rows("SELECT * FROM hashtags") == []
    assert ingest.add([VIDEO]) == Outcome(1, 0, 0)
    assert store.row("SELECT name FROM hashtags") == ("one",)


def test_a_state_file_that_fails_stops_the_chunk(store: Store) -> None:
    store.add(VIDEO)
    store.state.execute("DROP TABLE video_snapshots")
    with pytest.raises(sqlite3.OperationalError):
        store.add(replace(VIDEO, plays=900, scraped_at=T2))
    assert store.row(COUNTS) == (100, 10, None, 1, 0, T1)


def test_nothing_to_write_is_fine(store: Store) -> None:
    assert Ingest(store.data, store.state, source="test").add([]) == Outcome(0, 0, 0)
