"""The two weeks within which the uses of hashtags and sounds are counted, and how they move on.

The counts always agree with three times that are stored beside them. A move changes one of the
times by a few posts at a time and the counts with it, in one transaction: interrupted anywhere,
by a crash or by other writers, the rest of the way is simply gone later.
"""

import sqlite3
from collections import Counter
from typing import Final, Literal, NamedTuple

from mcp_server.local.metrics.parameters import DAY, TRENDING_DAYS
from mcp_server.local.transaction import immediate

_POSTS: Final = 1_000
_WEEK: Final = TRENDING_DAYS * DAY

Edge = Literal["end", "start", "before"]


class Weeks(NamedTuple):
    """The last week is (start, end], the one before it (before, start]; Unix seconds."""

    before: int
    start: int
    end: int

    def at(self, edge: Edge) -> int:
        """Return one of the three times."""
        return {"end": self.end, "start": self.start, "before": self.before}[edge]

    def week_of(self, posted_at: int | None) -> int | None:
        """Return 0 for a post of the last week, 1 for the one before, `None` for any other."""
        if posted_at is None or not self.before < posted_at <= self.end:
            return None
        return 0 if posted_at > self.start else 1


_EDGES: Final[tuple[Edge, ...]] = ("end", "start", "before")
_COLUMNS: Final[dict[Edge, str]] = {
    "end": "week_end",
    "start": "week_start",
    "before": "week_before",
}
# What a post adds to the two counts when an edge passes it on the way forward.
_PASSED: Final[dict[Edge, tuple[int, int]]] = {"end": (1, 0), "start": (-1, 1), "before": (0, -1)}


def as_of(data: sqlite3.Connection) -> int | None:
    """Return the newest observation in the store, the end of every window; `None` when empty.

    A generated world ends when it says it does: the refresh of one account days later would
    otherwise move every window past all other creators' posts.
    """
    generated = data.execute("SELECT value FROM meta WHERE key = 'as_of'").fetchone()
    if generated is not None:
        return int(generated[0])
    row = data.execute(
        "SELECT scraped_at FROM creators WHERE scraped_at IS NOT NULL"
        " ORDER BY scraped_at DESC LIMIT 1"
    ).fetchone()
    return None if row is None else int(row[0])


def stored_weeks(data: sqlite3.Connection) -> Weeks:
    """Return the weeks that the stored counts are of."""
    row = data.execute("SELECT week_before, week_start, week_end FROM totals").fetchone()
    return Weeks(*row)


def weeks_until(end: int) -> Weeks:
    """Return the two weeks before a time."""
    return Weeks(end - 2 * _WEEK, end - _WEEK, end)


def are_behind(data: sqlite3.Connection) -> bool:
    """Say whether the counts are not those of the two weeks before the newest observation."""
    end = as_of(data)
    return end is not None and stored_weeks(data) != weeks_until(end)


def move_on(data: sqlite3.Connection) -> None:
    """Make the counts those of the two weeks before the newest observation."""
    while (end := as_of(data)) is not None and stored_weeks(data) != weeks_until(end):
        with immediate(data):
            _step(data, stored_weeks(data), weeks_until(end))


def _step(data: sqlite3.Connection, now: Weeks, goal: Weeks) -> None:
    if now.before == now.end != goal.before:
        # Weeks of no length count nothing, wherever they are.
        data.execute(
            "UPDATE totals SET week_before = :at, week_start = :at, week_end = :at",
            {"at": goal.before},
        )
        return
    edge, to = _next(now, goal)
    if edge is None:
        return
    since = now.at(edge)
    to = _reachable(data, since, to)
    _pass(data, edge, since, to)
    column = _COLUMNS[edge]
    data.execute(f"UPDATE totals SET {column} = ?", (to,))  # noqa: S608 (one of three names)


def _next(now: Weeks, goal: Weeks) -> tuple[Edge | None, int]:
    """Return which edge moves next and where to, so that the three never cross."""
    apart = now.end <= goal.before or goal.end <= now.before
    if apart and now.before < now.end:
        # Far apart: the old weeks are emptied first, what lies between is never read.
        goal = Weeks(now.end, now.end, now.end)
    forward, backward = _EDGES, _EDGES[::-1]
    for edge in forward:
        if now.at(edge) < goal.at(edge):
            return edge, goal.at(edge)
    for edge in backward:
        if now.at(edge) > goal.at(edge):
            return edge, goal.at(edge)
    return None, 0


def _reachable(data: sqlite3.Connection, since: int, to: int) -> int:
    """Return how far an edge gets past not many more posts than one transaction should change."""
    order = "ASC" if since < to else "DESC"
    row = data.execute(
        "SELECT posted_at FROM videos INDEXED BY videos_posted_heat"  # noqa: S608 (ours)
        f" WHERE posted_at > ? AND posted_at <= ? ORDER BY posted_at {order} LIMIT 1 OFFSET ?",
        (min(since, to), max(since, to), _POSTS),
    ).fetchone()
    if row is None:
        return to
    return int(row[0]) if since < to else int(row[0]) - 1


def _pass(data: sqlite3.Connection, edge: Edge, since: int, to: int) -> None:
    tags, sounds = uses(data, min(since, to), max(since, to))
    recent, before = _PASSED[edge]
    if to < since:
        recent, before = -recent, -before
    data.executemany(
        "UPDATE hashtags SET n7 = n7 + ?, n7_prev = n7_prev + ? WHERE name = ?",
        [(recent * n, before * n, name) for name, n in tags.items()],
    )
    data.executemany(
        "UPDATE sounds SET n7 = n7 + ?, n7_prev = n7_prev + ? WHERE id = ?",
        [(recent * n, before * n, sound_id) for sound_id, n in sounds.items()],
    )


def uses(data: sqlite3.Connection, after: int, until: int) -> tuple[Counter[str], Counter[int]]:
    """Count how many posts of a time use each hashtag, by name, and each sound, by row id."""
    tags: Counter[str] = Counter()
    sounds: Counter[int] = Counter()
    for sound_id, hashtags in data.execute(
        "SELECT sound_id, hashtags FROM videos INDEXED BY videos_posted_heat"
        " WHERE posted_at > ? AND posted_at <= ?",
        (after, until),
    ):
        if sound_id is not None:
            sounds[sound_id] += 1
        if hashtags:
            tags.update(set(hashtags.split()))
    return tags, sounds
