"""Applies the refreshes that are due. Nothing runs in the background: a reader applies them.

The snapshot is written to state.db first, in one transaction, so that of several processes one
does it. What state.db then holds is copied to data.db, where Toklytics' routes read; that copy
can be repeated, so a crash between the two files heals at the next read.
"""

import sqlite3
from collections.abc import Sequence
from typing import Final

from mcp_server.local.ingest import Ingest
from mcp_server.local.tokportal.accounts import find_account, record_videos
from mcp_server.local.tokportal.creators import find_creator
from mcp_server.local.tokportal.observation import Observation, grown, observe, overlay
from mcp_server.local.tokportal.snapshots import newest_snapshot, store_snapshot
from mcp_server.local.transaction import immediate
from mcp_server.local.world import World

_CHUNK: Final = 1_000
_SOURCE: Final = "refresh"


def settle(world: World) -> None:
    """Make everything visible that is due by now, in both files."""
    apply_due(world)
    state = world.state()
    rows = state.execute("SELECT id, account_id FROM refreshes WHERE status = 'stored'").fetchall()
    if not rows:
        return
    _publish(world, sorted({str(account_id) for _, account_id in rows}))
    state.executemany(
        "UPDATE refreshes SET status = 'done' WHERE id = ?", [(row[0],) for row in rows]
    )


def apply_due(world: World) -> None:
    """Write the snapshots that are due to state.db, each once, whoever else is doing it.

    This alone is enough for an account's totals, and it is quick: it never waits for data.db.
    """
    state, now = world.state(), world.now()
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


def current(world: World, account_id: str) -> Observation | None:
    """Return the account's last observation; a sample's may stand in state.db only, as yet."""
    state = world.state()
    account = find_account(state, account_id)
    creator = None if account is None else find_creator(world.data(), account.username)
    if creator is None:
        return None
    known = observe(world.data(), creator)
    if world.config.world == "own":
        return known
    newest = newest_snapshot(state, account_id)
    return known if newest is None else overlay(state, known, newest)


def _first_due(state: sqlite3.Connection, now: int) -> tuple[int, str, int] | None:
    found: tuple[int, str, int] | None = state.execute(
        "SELECT id, account_id, due_at FROM refreshes"
        " WHERE status = 'queued' AND due_at <= ? ORDER BY due_at, id LIMIT 1",
        (now,),
    ).fetchone()
    return found


def _apply(world: World, account_id: str, due_at: int) -> bool:
    """Store the snapshot; return whether it has something that data.db does not."""
    known = current(world, account_id)
    if known is None:
        return False
    state = world.state()
    record_videos(state, account_id, known.videos)
    if world.config.world == "own":
        if known.seen_at is not None:  # what was imported keeps its own time
            store_snapshot(state, account_id, known.totals(known.seen_at))
        return False
    if known.seen_at is not None and known.seen_at >= due_at:
        return False  # the sample was generated for a later time than the clock shows
    later = grown(known, seed=_seed(world.data()), until=due_at)
    _store_history(state, later, due_at)
    store_snapshot(state, account_id, later.totals(due_at))
    return True


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
    ingest = Ingest(world.data(), world.state(), source=_SOURCE)
    for account_id in account_ids:
        known = current(world, account_id)
        records = known.records() if known is not None else []
        for start in range(0, len(records), _CHUNK):
            ingest.add(records[start : start + _CHUNK])
    ingest.finish(ratings=False)


def _seed(data: sqlite3.Connection) -> int:
    row = data.execute("SELECT value FROM meta WHERE key = 'seed'").fetchone()
    return 0 if row is None else int(row[0])
