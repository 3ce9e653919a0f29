"""Applies the refreshes that are due. Nothing runs in the background: a reader applies them.

The snapshot is written to state.db first, in one transaction, so that of several processes one
does it. What state.db then holds is copied to data.db, where Toklytics' routes read; that copy
can be repeated, so a crash between the two files heals at the next read.
"""

import sqlite3
from collections.abc import Sequence
from typing import Final

from mcp_server.local.providers.interface import Fetched, NothingNewerError, RefreshFailedError
from mcp_server.local.providers.sample import EVERY_POST, Sample
from mcp_server.local.tokportal.accounts import creator_of, find_account, record_videos
from mcp_server.local.tokportal.collection import store, void_abandoned
from mcp_server.local.tokportal.observation import Observation, observe
from mcp_server.local.tokportal.snapshots import newest_snapshot, store_snapshot
from mcp_server.local.transaction import giving_up, immediate
from mcp_server.local.world import World

_SOURCE: Final = "refresh"
_PATIENCE_MS: Final = 50


def settle(world: World, account_id: str | None = None) -> None:
    """Make everything visible that is due by now, in both files.

    Of a named account alone, where one is named: what others wait for is not its reader's matter.
    Where another process keeps writing to data.db, a reader does not wait for the end of it: the
    account's totals are new, and its videos are as they were until the next look.
    """
    apply_due(world)
    state = world.state()
    rows = state.execute(
        "SELECT id, account_id FROM refreshes"
        " WHERE status = 'stored' AND account_id = coalesce(?, account_id)",
        (account_id,),
    ).fetchall()
    if not rows:
        return
    with giving_up(world.data(), _PATIENCE_MS) as waited:
        with immediate(world.data()):
            pass  # whether it can be had, before anything is computed
        _publish(world, sorted({str(account_id) for _, account_id in rows}))
    if waited.in_vain:
        return  # somebody imports: the next reader copies it
    state.executemany(
        "UPDATE refreshes SET status = 'done' WHERE id = ?", [(row[0],) for row in rows]
    )


def apply_due(world: World) -> None:
    """Write the snapshots that are due to state.db, each once, whoever else is doing it.

    This alone is enough for an account's totals, and it is quick: it never waits for data.db.
    """
    state, now = world.state(), world.now()
    void_abandoned(state, now)
    while _first_due(state, now) is not None:
        with immediate(state):
            # Somebody else may have been faster: only the look under the lock counts.
            if (refresh := _first_due(state, now)) is not None:
                refresh_id, account_id, due_at = refresh
                grew = _apply(world, account_id, due_at)
                state.execute(
                    "UPDATE refreshes SET status = ?, finished_at = ? WHERE id = ?",
                    ("stored" if grew else "done", due_at, refresh_id),
                )


def _first_due(state: sqlite3.Connection, now: int) -> tuple[int, str, int] | None:
    found: tuple[int, str, int] | None = state.execute(
        "SELECT id, account_id, due_at FROM refreshes"
        " WHERE status = 'queued' AND due_at <= ? ORDER BY due_at, id LIMIT 1",
        (now,),
    ).fetchone()
    return found


def _apply(world: World, account_id: str, due_at: int) -> bool:
    """Store the snapshot; return whether it has something that data.db does not."""
    known = _known(world, account_id)
    if known is None:
        return False
    state = world.state()
    if world.config.world == "own":
        record_videos(state, account_id, known.videos)
        if known.seen_at is not None:  # what was imported keeps its own time
            store_snapshot(state, account_id, known.totals(known.seen_at))
        return False
    fetched = _sample(world, known, due_at)
    if fetched is None:
        return False
    seen = Observation.of(fetched)
    record_videos(state, account_id, seen.videos)
    _store_history(state, seen, due_at)
    store_snapshot(state, account_id, seen.totals(due_at))
    return True


def _known(world: World, account_id: str) -> Observation | None:
    account = find_account(world.state(), account_id)
    creator = None if account is None else creator_of(world, account)
    return None if creator is None else observe(world.data(), creator)


def _sample(world: World, known: Observation, at: int, *, again: bool = False) -> Fetched | None:
    """Return the sample account at a time; `again` also where data.db has some of that already."""
    since = None if again else known.seen_at
    try:
        return Sample(world, at=at).fetch(known.username, since=since, limit=EVERY_POST)
    except (NothingNewerError, RefreshFailedError):
        return None


def _store_history(state: sqlite3.Connection, seen: Observation, scraped_at: int) -> None:
    state.execute(
        "INSERT OR IGNORE INTO creator_snapshots (username, scraped_at, followers, following)"
        " VALUES (?, ?, ?, ?)",
        (seen.username, scraped_at, seen.followers, seen.following),
    )
    state.executemany(
        "INSERT OR IGNORE INTO video_snapshots"
        " (video_id, scraped_at, plays, likes, comments, shares, saves)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (v.video_id, scraped_at, v.plays, v.likes, v.comments, v.shares, v.saves)
            for v in seen.videos
        ],
    )


def _publish(world: World, account_ids: Sequence[str]) -> None:
    """Copy the accounts' newest observations to data.db, and compute what follows from them."""
    for account_id in account_ids:
        known = _known(world, account_id)
        newest = newest_snapshot(world.state(), account_id)
        if known is not None and newest is not None:
            fetched = _sample(world, known, newest.scraped_at, again=True)
            if fetched is not None:
                store(world, _SOURCE, fetched)
