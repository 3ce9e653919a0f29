"""Who is who over renames: user id first, then secUid, then handle."""

from mcp_server.local.records import CreatorRecord, VideoRecord
from tests.local.ingest.store import Store

T1, T2, T3 = 1_700_000_000, 1_700_100_000, 1_700_200_000


def video(i: int, creator: CreatorRecord, at: int) -> VideoRecord:
    return VideoRecord(str(i), creator, plays=10 * i, likes=1, scraped_at=at)


def names(store: Store) -> list[object]:
    return [row[0] for row in store.rows("SELECT username FROM creators ORDER BY id")]


def test_a_handle_is_the_same_in_any_case(store: Store) -> None:
    store.add(video(1, CreatorRecord("Ann"), T1))
    store.add(video(2, CreatorRecord("@ann"), T1), video(3, CreatorRecord("ANN "), T1))
    assert names(store) == ["Ann"]
    assert store.row("SELECT n_tracked FROM creators") == (3,)


def test_a_known_id_with_a_new_handle_is_a_rename(store: Store) -> None:
    store.add(CreatorRecord("ann", user_id="1", scraped_at=T1))
    store.add(CreatorRecord("anna", user_id="1", scraped_at=T2))
    assert names(store) == ["anna"]
    assert store.rows("SELECT username FROM usernames ORDER BY 1") == [("ann",), ("anna",)]


def test_an_older_record_does_not_rename_back(store: Store) -> None:
    store.add(CreatorRecord("anna", user_id="1", scraped_at=T2))
    store.add(CreatorRecord("ann", user_id="1", scraped_at=T1))
    assert names(store) == ["anna"]


def test_a_former_handle_still_leads_to_its_creator(store: Store) -> None:
    store.add(CreatorRecord("ann", user_id="1", scraped_at=T1))
    store.add(CreatorRecord("anna", user_id="1", scraped_at=T2))
    store.add(video(1, CreatorRecord("ann"), T1))
    assert names(store) == ["anna"]
    assert store.row("SELECT n_tracked FROM creators") == (1,)


def test_the_sec_uid_identifies_as_well(store: Store) -> None:
    store.add(CreatorRecord("ann", sec_uid="MS4", scraped_at=T1))
    store.add(CreatorRecord("anna", sec_uid="MS4", user_id="1", scraped_at=T2))
    assert store.rows("SELECT username, user_id, sec_uid FROM creators") == [("anna", "1", "MS4")]


def test_a_handle_known_without_id_turns_out_to_be_somebody_known(store: Store) -> None:
    store.add(video(1, CreatorRecord("anna", bio="hello"), T1))
    store.add(video(2, CreatorRecord("ann", user_id="1", followers=5), T1))
    store.add(video(3, CreatorRecord("anna", user_id="1"), T2))
    row = "SELECT username, user_id, bio, followers, n_tracked FROM creators"
    assert store.rows(row) == [("anna", "1", "hello", 5, 3)]
    assert len(store.rows("SELECT DISTINCT creator_id FROM videos")) == 1
    found = "SELECT rowid FROM creators_fts WHERE creators_fts MATCH 'anna'"
    assert len(store.rows(found)) == 1


def test_merging_within_one_chunk_loses_no_video(store: Store) -> None:
    store.add(
        video(1, CreatorRecord("anna"), T1),
        video(2, CreatorRecord("ann", user_id="1"), T1),
        video(3, CreatorRecord("anna", user_id="1"), T2),
    )
    assert names(store) == ["anna"]
    assert store.row("SELECT n_tracked FROM creators") == (3,)


def test_a_handle_that_went_to_another_person_is_theirs(store: Store) -> None:
    store.add(video(1, CreatorRecord("ann", user_id="1"), T1))
    store.add(video(2, CreatorRecord("ann", user_id="2"), T2))
    rows = store.rows("SELECT username, user_id, n_tracked FROM creators ORDER BY id")
    assert rows == [("ann.1.", "1", 1), ("ann", "2", 1)]


def test_an_older_owner_of_a_handle_does_not_take_it(store: Store) -> None:
    store.add(video(1, CreatorRecord("ann", user_id="2"), T2))
    store.add(video(2, CreatorRecord("ann", user_id="1"), T1))
    rows = store.rows("SELECT username, user_id, n_tracked FROM creators ORDER BY id")
    assert rows == [("ann", "2", 1), ("ann.1.", "1", 1)]


def test_handles_may_be_swapped_in_one_chunk(store: Store) -> None:
    store.add(
        CreatorRecord("a", user_id="1", scraped_at=T1),
        CreatorRecord("b", user_id="2", scraped_at=T1),
    )
    store.add(
        CreatorRecord("b", user_id="1", scraped_at=T2),
        CreatorRecord("a", user_id="2", scraped_at=T2),
    )
    rows = store.rows("SELECT user_id, username FROM creators ORDER BY id")
    assert rows == [("1", "b"), ("2", "a")]


def test_a_different_sec_uid_is_a_different_person(store: Store) -> None:
    store.add(CreatorRecord("ann", sec_uid="A", scraped_at=T1))
    store.add(CreatorRecord("ann", sec_uid="B", scraped_at=T2))
    # The first twelve digits of the SHA-256 of "A".
    assert names(store) == ["ann.559aead08264.", "ann"]


def test_a_video_goes_to_whom_the_newest_crawl_names(store: Store) -> None:
    store.add(video(1, CreatorRecord("ann"), T1), video(2, CreatorRecord("ann"), T1))
    store.add(video(1, CreatorRecord("ben"), T2))
    store.add(video(1, CreatorRecord("ann"), T1))
    rows = store.rows("SELECT username, n_tracked FROM creators ORDER BY id")
    assert rows == [("ann", 1), ("ben", 1)]
