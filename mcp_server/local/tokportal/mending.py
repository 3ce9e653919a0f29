"""Finishes what an interrupted import left undone. Nothing runs in the background: readers do it.

An import stores rows first and computes at its end what follows from them. One whose process was
killed leaves creators without metrics, the weeks of trends where they were, and no snapshot of an
account. Each request then does a part of that, and its answer says that it is not complete.
"""

import sqlite3
from typing import Final

from mcp_server.local.aggregates import recompute
from mcp_server.local.creator_metrics import is_postponed, marked, recompute_some
from mcp_server.local.importing import alone
from mcp_server.local.tokportal.accounts import take_snapshots
from mcp_server.local.transaction import giving_up
from mcp_server.local.windows import are_behind
from mcp_server.local.world import World

AT_ONCE: Final = 200
"""So many creators are computed in one request: a fraction of a second."""
_PATIENCE_MS: Final = 50


def is_incomplete(data: sqlite3.Connection) -> bool:
    """Say whether something is stored from which the figures do not follow yet; quick."""
    return marked(data, 1) > 0 or are_behind(data)


def mend(world: World) -> bool:
    """Compute a part of what was left undone; return whether figures are still incomplete.

    While somebody imports, it is for that import to do.
    """
    data = world.data()
    if not is_incomplete(data):
        return False
    with alone(world.folder) as nobody_imports:
        if nobody_imports:
            try:
                with giving_up(data, _PATIENCE_MS):
                    _mend(world, data)
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_READONLY:
                    raise
    return is_incomplete(data)


def catch_up(world: World) -> None:
    """Take the snapshots of accounts that an interrupted import did not; waits for nobody."""
    if world.config.world != "own" or not is_incomplete(world.data()):
        return
    with alone(world.folder) as nobody_imports:
        if nobody_imports:
            take_snapshots(world)


def _mend(world: World, data: sqlite3.Connection) -> None:
    if marked(data, AT_ONCE + 1) > AT_ONCE:
        recompute_some(data, AT_ONCE)
        return
    if world.config.world == "own":
        take_snapshots(world)
    recompute(data, ratings=not is_postponed(data))
