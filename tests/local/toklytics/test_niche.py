"""The creators of a niche: who they are, in which order, and by what they were found."""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from mcp_server.local.database import open_database
from mcp_server.local.toklytics.niche import members, runs

MANY = 1_300  # more than are read at once
CREATORS = "INSERT INTO creators (id, username, bio, niche, niche2, followers, er) VALUES "


@pytest.fixture
def data(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(open_database(tmp_path, "data")) as connection:
        yield connection


def fill(data: sqlite3.Connection) -> dict[int, tuple[int | None, float | None, set[str]]]:
    """Store creators (synthetic); return followers, rate and the ways they are found by id."""
    rng = random.Random(5)  # noqa: S311 (made-up data)
    data.execute("INSERT INTO hashtags (id, name) VALUES (9, 'fitness')")
    stored: dict[int, tuple[int | None, float | None, set[str]]] = {}
    data.execute("BEGIN")
    for creator in range(1, MANY + 1):
        ways = {way for way in ("lexicon", "hashtag", "text") if rng.random() < 0.6}
        followers = None if rng.random() < 0.02 else rng.choice([500, 9_000, 70_000, 2_000_000])
        rate = None if rng.random() < 0.1 else round(rng.uniform(1, 9), 2)
        niches = ("fitness", "food") if rng.random() < 0.7 else ("food", "fitness")
        first, second = niches if "lexicon" in ways else ("food", None)
        bio = "all about fitness" if "text" in ways else "nothing"
        data.execute(
            CREATORS + "(?, ?, ?, ?, ?, ?, ?)",
            (creator, f"c{creator}", bio, first, second, followers, rate),
        )
        uses = rng.randint(2, 5) if "hashtag" in ways else 1
        data.execute("INSERT INTO creator_tags VALUES (?, 9, ?, 0)", (creator, uses))
        stored[creator] = (followers, rate, ways)
    data.execute("COMMIT")
    return stored


@pytest.mark.parametrize("least", [None, 9_000])
def test_every_creator_of_a_niche_is_found_once_the_most_followed_first(
    data: sqlite3.Connection, least: int | None
) -> None:
    stored = fill(data)
    fitting = {
        creator: (followers, rate, ways)
        for creator, (followers, rate, ways) in stored.items()
        if ways and (least is None or (followers is not None and followers >= least))
    }
    conditions = [] if least is None else ["c.followers >= :least"]
    found = members(data, "fitness", ["er"], conditions, {"least": least})
    expected = sorted(fitting, key=lambda i: (-(fitting[i][0] or -1), i))
    assert list(found.ids) == expected
    assert list(found.followers) == [fitting[i][0] for i in expected]
    assert list(found.columns["er"]) == [fitting[i][1] for i in expected]
    assert found.match_basis == {
        way: sum(way in ways for _, _, ways in fitting.values())
        for way in ("lexicon", "hashtag", "text")
    }


def test_a_niche_of_nobody_is_empty(data: sqlite3.Connection) -> None:
    found = members(data, "knitting", ["er"], [], {})
    assert (list(found.ids), list(found.columns["er"])) == ([], [])
    assert found.match_basis == {"lexicon": 0, "hashtag": 0, "text": 0}


def test_a_large_niche_is_read_from_the_index_alone(data: sqlite3.Connection) -> None:
    fill(data)
    asked: list[str] = []
    data.set_trace_callback(asked.append)
    members(data, "fitness", ["er", "score", "ppw", "spon_mid"], ["c.n_tracked >= 5"], {})
    data.set_trace_callback(None)
    first = next(s for s in asked if s.startswith("SELECT") and "ORDER BY c.followers" in s)
    plan = [str(row[3]) for row in data.execute(f"EXPLAIN QUERY PLAN {first}")]
    assert plan == ["SEARCH c USING COVERING INDEX creators_niche (niche=?)"]


def test_creators_are_cut_where_a_size_begins() -> None:
    followers = [900, 500, 499, 20, 0, None, None]
    assert list(runs(followers, [500, 20])) == [(0, 2), (2, 4), (4, 5), (5, 7)]
    assert list(runs([None], [500])) == [(0, 1)]
    assert list(runs([], [500])) == []
