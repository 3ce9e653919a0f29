"""Collects for an accepted refresh, and takes the refresh back where nothing came of it.

A refresh is accepted first: written down and counted in state.db, so that no second process
collects for the same account. What fails then, or finds nothing newer, is made void: it is not
counted, and starts no cooldown. The figures that there were stay.
"""

import logging
import sqlite3
from typing import Final

from mcp_server.local.database import batches
from mcp_server.local.handles import former_handle
from mcp_server.local.ingest import Ingest
from mcp_server.local.providers.interface import (
    Fetched,
    NothingNewerError,
    NotPublicError,
    Provider,
    RefreshFailedError,
)
from mcp_server.local.records import CreatorRecord, VideoRecord
from mcp_server.local.tokportal.accounts import Account, creator_of, take_snapshots
from mcp_server.local.tokportal.availability import month_of
from mcp_server.local.tokportal.creators import Creator
from mcp_server.local.tokportal.snapshots import newest_snapshot
from mcp_server.local.transaction import immediate
from mcp_server.local.world import World

MOST_POSTS: Final = 60
_LONGEST_SECONDS: Final = 120
_CHUNK: Final = 1_000
_STOPPED: Final = "refresh failed: the process that collected was stopped"
_LOG: Final = logging.getLogger(__name__)


def accept(state: sqlite3.Connection, account_id: str, now: int, *, due_at: int | None) -> int:
    """Write a refresh down and count it, inside the caller's transaction; return its id.

    Without `due_at` the caller is about to collect; how long that may take is limited.
    """
    collecting = due_at is None
    row = state.execute(
        "INSERT INTO refreshes (account_id, requested_at, due_at, status) VALUES (?, ?, ?, ?)",
        (
            account_id,
            now,
            now + _LONGEST_SECONDS if due_at is None else due_at,
            "collecting" if collecting else "queued",
        ),
    )
    state.execute(
        "INSERT INTO quota (month, used) VALUES (?, 1)"
        " ON CONFLICT (month) DO UPDATE SET used = used + 1",
        (month_of(now),),
    )
    return int(row.lastrowid or 0)


def collect(world: World, account: Account, refresh_id: int, provider: Provider) -> bool:
    """Collect for an accepted refresh and store it; return whether anything was newer.

    Raises:
        RefreshFailedError: Nothing could be collected.
    """
    state = world.state()
    error: str | None = _STOPPED
    try:
        store(world, provider.name, look(world, account, provider))
        error = None
    except NothingNewerError:
        error = None
        return False
    except RefreshFailedError as failure:
        error = f"refresh failed: {failure}"
        _LOG.warning("%s: %s", provider.name, error)
        raise
    else:
        with immediate(state):
            kept = state.execute(
                "UPDATE refreshes SET status = 'queued', due_at = ?"
                " WHERE id = ? AND status = 'collecting'",
                (world.now(), refresh_id),
            )
        if not kept.rowcount:  # taken for abandoned by somebody; what came is there all the same
            take_snapshots(world)
        return True
    finally:
        with immediate(state):
            void(state, refresh_id, error)


def look(world: World, account: Account, provider: Provider) -> Fetched:
    """Ask the provider for an account under the handle that it has now.

    Raises:
        NothingNewerError: See `Provider.fetch`.
        RefreshFailedError: The same.
    """
    creator = creator_of(world, account)
    newest = newest_snapshot(world.state(), account.account_id)
    username = account.username if creator is None else creator.username
    if provider.counted and former_handle(username) is not None:
        raise NotPublicError(
            "the account's handle is somebody else's now, and no newer one is known"
        )
    fetched = provider.fetch(
        username,
        since=None if newest is None else newest.scraped_at,
        limit=MOST_POSTS,
    )
    if creator is not None and _is_other(creator, fetched.profile):
        raise NotPublicError("the account's handle is somebody else's now")
    return fetched


def _is_other(creator: Creator, profile: CreatorRecord) -> bool:
    ids = ((creator.user_id, profile.user_id), (creator.sec_uid, profile.sec_uid))
    known = [(ours, theirs) for ours, theirs in ids if ours and theirs]
    return bool(known) and all(ours != theirs for ours, theirs in known)


def store(world: World, source: str, fetched: Fetched) -> None:
    """Write what was seen to data.db, where it is not there already."""
    # Everything has to be there before anything is stored: a page that fails leaves no half look.
    records: list[CreatorRecord | VideoRecord] = [fetched.profile, *fetched.videos]
    if fetched.stored:
        return
    ingest = Ingest(world.data(), world.state(), source=source)
    for chunk in batches(records, _CHUNK):
        ingest.add(chunk)
    ingest.finish_one(fetched.profile)


def void_abandoned(state: sqlite3.Connection, now: int) -> None:
    """Take back what a process that was stopped had begun to collect."""
    query = "SELECT id FROM refreshes WHERE status = 'collecting' AND due_at <= ?"
    if state.execute(query, (now,)).fetchone() is None:
        return
    with immediate(state):
        for row in state.execute(query, (now,)).fetchall():
            void(state, int(row[0]), _STOPPED)


def void(state: sqlite3.Connection, refresh_id: int, error: str | None) -> None:
    """Take back a refresh that is still collecting, inside the caller's transaction."""
    row = state.execute(
        "SELECT requested_at FROM refreshes WHERE id = ? AND status = 'collecting'", (refresh_id,)
    ).fetchone()
    if row is None:
        return
    state.execute(
        "UPDATE refreshes SET status = 'void', error = ? WHERE id = ?", (error, refresh_id)
    )
    state.execute(
        "UPDATE quota SET used = max(0, used - 1) WHERE month = ?", (month_of(int(row[0])),)
    )
