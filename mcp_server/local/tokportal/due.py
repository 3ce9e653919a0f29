"""Applies the refreshes that are due. Nothing runs in the background: a reader applies them.

The snapshot is written to state.db first, in one transaction, so that of several processes one
does it. What state.db then holds is copied to data.db, where Toklytics' routes read; that copy
can be repeated, so a crash between the two files heals at the next read.
"""

import sqlite3
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
    rows = world.state().execute("SELECT id, account_id FROM refreshes WHERE status = 'stored'")
    for refresh_id, account_id in rows.fetchall():
        _publish(world, str(account_id))
        _finish(world.state(), int(refresh_id))


def apply_due(world: World) -> None:
    """Write the snapshots that are due to state.db, each once, whoever else is doing it."""
    state, now = world.state(), world.now()
    while _first_due(state, now) is not None:
        with immediate(state):
            # Somebody else may have been faster: only the look under the lock counts.
            if (refresh := _first_due(state, now)) is not None:
                refresh_id, account_id, due_at = refresh
                _apply(world, account_id, due_at)
                state.execute(
                    "UPDATE refreshes SET status = 'stored', finished_at = ? WHERE id = ?",
                    (due_at, refresh_id),
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


def _apply(world: World, account_id: str, due_at: int) -> None:
    known = current(world, account_id)
    if known is None:
        return
    if world.config.world == "own":
        scraped_at = known.seen_at  # what was imported keeps its own time
    elif known.seen_at is None or known.seen_at < due_at:
        known, scraped_at = grown(known, seed=_seed(world.data()), until=due_at), due_at
        _store_history(world.state(), known, due_at)
    else:
        scraped_at = None  # the sample was generated for a later time than the clock shows
    if scraped_at is not None:
        store_snapshot(world.state(), account_id, known.totals(scraped_at))
    record_videos(world.state(), account_id, known.videos)


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


def _publish(world: World, account_id: str) -> None:
    known = current(world, account_id)
    if known is None or world.config.world == "own":
        return  # what an own account shows came from data.db
    ingest = Ingest(world.data(), world.state(), source=_SOURCE)
    records = known.records()
    for start in range(0, len(records), _CHUNK):
        ingest.add(records[start : start + _CHUNK])
    ingest.finish()


def _finish(state: sqlite3.Connection, refresh_id: int) -> None:
    state.execute("UPDATE refreshes SET status = 'done' WHERE id = ?", (refresh_id,))


def _seed(data: sqlite3.Connection) -> int:
    row = data.execute("SELECT value FROM meta WHERE key = 'seed'").fetchone()
    return 0 if row is None else int(row[0])
