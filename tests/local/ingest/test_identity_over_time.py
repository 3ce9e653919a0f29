"""Who had which handle when: the same world by whatever order the crawls are imported in."""

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from itertools import permutations
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_server.local.lookup import id_of_handle, id_of_person
from mcp_server.local.migrations import schema
from mcp_server.local.records import CreatorRecord, VideoRecord
from mcp_server.local.text import segment
from tests.local.ingest.store import Store

World: TypeAlias = dict[str, Sequence[tuple[object, ...]]]

T0, T1, T2, T3, T4, T5 = range(1_700_000_000, 1_700_600_000, 100_000)


def look(at: int, handle: str, person: str | None, followers: int | None = None) -> VideoRecord:
    """A crawl of one profile with one post of that day."""
    creator = CreatorRecord(handle, user_id=person, followers=followers)
    return VideoRecord(f"{person}{handle}{at}", creator, plays=1_000, likes=10, scraped_at=at)


def names(store: Store) -> Sequence[tuple[object, ...]]:
    return store.rows("SELECT user_id, username, n_tracked FROM creators ORDER BY user_id, id")


def world(store: Store) -> World:
    """All that matters of a world, without the numbers of rows."""
    followers = store.rows("SELECT username, profile_at, followers FROM creators")
    past = store.past("SELECT username, scraped_at, followers FROM creator_snapshots")
    return {
        "creators": store.rows(
            "SELECT user_id, sec_uid, username, followers, profile_at, scraped_at, n_tracked"
            " FROM creators ORDER BY username"
        ),
        "handles": store.rows(
            "SELECT usernames.username, user_id, first_at, last_at FROM usernames"
            " JOIN creators ON creators.id = creator_id ORDER BY 1, 2"
        ),
        "makers": store.rows(
            "SELECT video_id, username FROM videos"
            " JOIN creators ON creators.id = creator_id ORDER BY 1"
        ),
        "history": sorted({*followers, *past}, key=repr),
    }


def in_memory(kind: str) -> sqlite3.Connection:
    """Opening hundreds of files would take most of the time."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.create_function("segment", 1, segment, deterministic=True)
    connection.row_factory = sqlite3.Row
    for statement in schema(kind):
        connection.execute(statement)
    return connection


def imported(crawls: Iterable[VideoRecord], *, at_once: bool) -> World:
    with closing(in_memory("data")) as data, closing(in_memory("state")) as state:
        store = Store(data, state)
        for chunk in [[*crawls]] if at_once else [[crawl] for crawl in crawls]:
            store.add(*chunk)
        return world(store)


def expected(crawls: Sequence[VideoRecord]) -> set[tuple[str, str]]:
    """By hand: a handle is whose it was seen to be last, if they were not seen elsewhere later."""
    seen = sorted(
        (crawl.scraped_at or 0, crawl.creator.username, crawl.creator.user_id or "")
        for crawl in crawls
    )
    last_of_person = {person: (at, handle) for at, handle, person in seen}
    last_of_handle = {handle: person for _, handle, person in seen}
    return {
        (person, handle if last_of_handle[handle] == person else f"{handle}.{person}.")
        for person, (_, handle) in last_of_person.items()
    }


RENAMED = look(T1, "name", "1001", 20_000), look(T2, "newname", "1001", 25_000)
REUSED = look(T3, "name", "2002", 77)


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_handle_that_somebody_else_took_merges_nobody(
    store: Store, order: tuple[int, ...], *, at_once: bool
) -> None:
    crawls = [(*RENAMED, REUSED)[i] for i in order]
    for chunk in [crawls] if at_once else [[crawl] for crawl in crawls]:
        store.add(*chunk)
    assert names(store) == [("1001", "newname", 2), ("2002", "name", 1)]
    assert store.rows("SELECT username, followers FROM creators ORDER BY user_id") == [
        ("newname", 25_000),
        ("name", 77),
    ]
    assert store.past("SELECT username, followers FROM creator_snapshots ORDER BY 2") == [
        ("newname", 20_000),
        ("newname", 25_000),
    ]


def test_a_reuse_that_is_seen_before_the_rename_leaves_a_name_to_ask_by(store: Store) -> None:
    store.add(RENAMED[0])
    store.add(REUSED)
    assert names(store) == [("1001", "name.1001.", 1), ("2002", "name", 1)]
    store.add(RENAMED[1])
    assert names(store) == [("1001", "newname", 2), ("2002", "name", 1)]
    found = "SELECT user_id FROM creators WHERE id = ?"
    asked = ("name", "newname", "name.1001.", "@NAME.1001.")
    assert [store.row(found, id_of_handle(store.data, name))[0] for name in asked] == [
        "2002",
        "1001",
        "1001",
        "1001",
    ]


def test_a_handle_that_nobody_has_leads_to_who_had_it_last(store: Store) -> None:
    store.add(look(T1, "name", "1"), look(T2, "name", "2"))
    store.add(look(T3, "other", "1"), look(T4, "elsewhere", "2"))
    assert names(store) == [("1", "other", 2), ("2", "elsewhere", 2)]
    found = "SELECT user_id FROM creators WHERE id = ?"
    assert store.row(found, id_of_handle(store.data, "name")) == ("2",)
    assert id_of_handle(store.data, "nobody") is None


def test_who_gets_a_handle_back_has_it(store: Store) -> None:
    store.add(look(T1, "name", "1"))
    store.add(look(T2, "name", "2"))
    store.add(look(T3, "name", "1"))
    assert names(store) == [("1", "name", 2), ("2", "name.2.", 1)]


def test_an_earlier_owner_whom_nobody_knew_changes_nothing(store: Store) -> None:
    store.add(look(T2, "name", "2"))
    store.add(look(T1, "name", "1"))
    assert names(store) == [("1", "name.1.", 1), ("2", "name", 1)]


def test_a_later_owner_of_a_handle_that_was_left_again_is_remembered(store: Store) -> None:
    for crawl in (look(T1, "name", "1"), look(T3, "other", "2"), look(T2, "name", "2")):
        store.add(crawl)
    assert names(store) == [("1", "name.1.", 1), ("2", "other", 2)]


def test_handles_may_be_swapped_and_figures_go_along(store: Store) -> None:
    before = look(T1, "a", "1", 10), look(T1, "b", "2", 900)
    after = look(T2, "b", "1", 11), look(T2, "a", "2", 901)
    for crawl in (*before, *after):
        store.add(crawl)
    assert names(store) == [("1", "b", 2), ("2", "a", 2)]
    history = "SELECT username, scraped_at, followers FROM creator_snapshots ORDER BY 3"
    assert store.past(history) == [("b", T1, 10), ("b", T2, 11), ("a", T1, 900), ("a", T2, 901)]


def test_handles_are_swapped_in_one_chunk_with_the_figures_of_both(store: Store) -> None:
    for at, followers in ((T0, 10), (T1, 11)):
        store.add(look(at, "a", "1", followers), look(at, "b", "2", 10 * followers))
    store.add(look(T2, "b", "1", 12), look(T2, "a", "2", 120))
    history = "SELECT username, followers FROM creator_snapshots ORDER BY 1, 2"
    assert store.past(history) == [
        ("a", 100), ("a", 110), ("a", 120), ("b", 10), ("b", 11), ("b", 12),
    ]  # fmt: skip


CRAWLS = st.lists(
    st.tuples(st.sampled_from("123"), st.sampled_from("abc")), min_size=1, max_size=7
).map(
    lambda seen: [
        look(T0 + 1_000 * place, handle, person, 100 + place)
        for place, (person, handle) in enumerate(seen)
    ]
)


@given(crawls=CRAWLS, data=st.data(), at_once=st.booleans())
def test_the_same_crawls_end_in_the_same_world_in_any_order(
    crawls: list[VideoRecord], data: st.DataObject, *, at_once: bool
) -> None:
    mixed = data.draw(st.permutations(crawls))
    again = data.draw(st.lists(st.sampled_from(crawls), max_size=3))
    in_time = imported(crawls, at_once=False)
    assert imported([*mixed, *again], at_once=at_once) == in_time
    assert {(row[0], row[2]) for row in in_time["creators"]} == expected(crawls)


def test_a_record_without_an_id_from_before_the_rename_means_the_old_owner(store: Store) -> None:
    store.add(*RENAMED)
    store.add(look(T1 + 1, "name", None))
    assert names(store) == [("1001", "newname", 3)]


def test_a_record_without_an_id_from_after_the_rename_means_somebody_unknown(
    store: Store,
) -> None:
    store.add(*RENAMED)
    store.add(look(T3, "name", None, 5))
    assert names(store) == [(None, "name", 1), ("1001", "newname", 2)]
    store.add(look(T4, "name", "2002", 77))
    assert names(store) == [("1001", "newname", 2), ("2002", "name", 2)]
    assert store.past("SELECT username, followers FROM creator_snapshots ORDER BY 2") == [
        ("name", 5),
        ("name", 77),
        ("newname", 20_000),
        ("newname", 25_000),
    ]


def test_a_record_without_an_id_and_time_means_the_present_owner(store: Store) -> None:
    store.add(*RENAMED, REUSED)
    store.add(VideoRecord("9", CreatorRecord("name"), plays=1))
    assert names(store) == [("1001", "newname", 2), ("2002", "name", 2)]


@pytest.mark.parametrize(
    ("at", "owner"), [(T0, "1"), (T1, "1"), (T2 - 1, "1"), (T2, "2"), (T3 - 1, "2"), (T4, "3")]
)
def test_a_record_without_an_id_means_whoever_had_the_handle_at_its_time(
    store: Store, at: int, owner: str
) -> None:
    for person, seen_at in (("1", T1), ("2", T2), ("3", T3)):
        store.add(look(seen_at, "name", person))
    store.add(VideoRecord("9", CreatorRecord("name"), plays=1, scraped_at=at))
    makers = "SELECT user_id FROM creators JOIN videos ON creator_id = creators.id"
    assert store.row(f"{makers} WHERE video_id = '9'") == (owner,)


def test_a_handle_alone_renames_nobody(store: Store) -> None:
    store.add(look(T1, "name", "1"))
    store.add(look(T5, "name", None))
    store.add(look(T3, "newname", "1"))
    assert names(store) == [("1", "newname", 3)]


def test_a_known_video_stays_with_its_maker_under_a_former_handle(store: Store) -> None:
    store.add(*RENAMED)
    store.add(VideoRecord("1001name1700100000", CreatorRecord("name"), plays=5, scraped_at=T5))
    assert names(store) == [("1001", "newname", 2)]


def test_an_unknown_owner_of_a_handle_loses_it_to_who_has_it_later(store: Store) -> None:
    store.add(look(T1, "name", None))
    store.add(look(T2, "other", "1"), look(T4, "name", "1"))
    assert names(store) == [(None, "name.unknown.", 1), ("1", "name", 2)]
    store.add(look(T1, "name.unknown.", None, 9))
    assert names(store) == [(None, "name.unknown.", 2), ("1", "name", 2)]


def test_a_handle_without_an_id_is_not_that_of_who_was_called_otherwise_later(
    store: Store,
) -> None:
    store.add(look(T2, "other", "1"), look(T4, "name", "1"))
    store.add(look(T1, "name", None))
    assert names(store) == [(None, "name.unknown.", 1), ("1", "name", 2)]


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_looks_without_an_id_join_their_person_in_any_order(
    store: Store, order: tuple[int, ...]
) -> None:
    crawls = [
        look(T0, "name", None, 5),
        look(T1, "name", "1", 6),
        look(T2, "name", None, 7),
        look(T3, "newname", "1", 8),
    ]
    for i in order:
        store.add(crawls[i])
    assert names(store) == [("1", "newname", 4)]
    assert world(store)["history"] == [
        ("newname", at, n) for at, n in ((T0, 5), (T1, 6), (T2, 7), (T3, 8))
    ]
    assert store.row("SELECT creators, videos FROM totals") == (1, 4)


def test_two_rows_that_turn_out_to_be_one_person_are_merged(store: Store) -> None:
    store.add(CreatorRecord("ann", user_id="1", followers=5, scraped_at=T1))
    store.add(CreatorRecord("anna", sec_uid="S", followers=6, scraped_at=T2))
    store.add(CreatorRecord("ann", user_id="1", sec_uid="S", followers=4, scraped_at=T0))
    rows = "SELECT username, user_id, sec_uid, followers FROM creators"
    assert store.rows(rows) == [("anna", "1", "S", 6)]
    assert world(store)["history"] == [
        ("anna", T0, 4),
        ("anna", T1, 5),
        ("anna", T2, 6),
    ]


def test_a_name_without_a_handle_takes_no_characters_but_those_of_a_handle(store: Store) -> None:
    store.add(CreatorRecord("Ann", sec_uid="MS4wLjABAAAA-made_up", scraped_at=T1))
    store.add(CreatorRecord("ann", user_id="2", sec_uid="MS4wLjABAAAA-other", scraped_at=T2))
    (name,) = store.row("SELECT username FROM creators WHERE user_id IS NULL")
    # The first twelve digits of the SHA-256 of the secUid.
    assert name == "Ann.086ca49bcdad."


def test_the_full_text_finds_a_name_without_a_handle(store: Store) -> None:
    store.add(RENAMED[0])
    store.add(REUSED)
    found = "SELECT rowid FROM creators_fts WHERE creators_fts MATCH 'name'"
    assert len(store.rows(found)) == 2


def test_without_a_stored_id_a_person_is_found_by_handle_unless_it_is_anothers(
    store: Store,
) -> None:
    store.add(look(T1, "ann", None), look(T1, "ben", "2"))
    by_handle = id_of_handle(store.data, "ann")
    assert id_of_person(store.data, "ann", "1", None) == by_handle
    assert id_of_person(store.data, "ben", "1", None) is None
    assert id_of_person(store.data, "ann", "2", None) == id_of_handle(store.data, "ben")


def test_a_handle_with_dangling_rows_is_looked_up_all_the_same(store: Store) -> None:
    store.data.execute("INSERT INTO usernames VALUES ('ann', 99, 1, 1)")
    store.add(look(T1, "ann", "1"))
    assert names(store) == [("1", "ann", 1)]


def test_a_creator_without_a_row_of_its_handle_keeps_it(store: Store) -> None:
    store.add(look(T1, "ann", "1"))
    store.data.execute("DELETE FROM usernames")
    store.add(look(T0, "ann", "2"))
    assert names(store) == [("1", "ann", 1), ("2", "ann.2.", 1)]
    with pytest.raises(sqlite3.IntegrityError):
        store.data.execute("INSERT INTO creators (username) VALUES ('Ann')")
