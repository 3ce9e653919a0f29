"""Brings what is derived from stored rows up to date after an import.

Counts of hashtags, of sounds and of the whole store change together with the rows they count.
What is left is to compute the touched creators' metrics again, and to let the weeks of trends
move on. Everything goes in short transactions, so that nobody waits long for the write lock, and
each can be repeated after a crash.
"""

import sqlite3

from mcp_server.local import creator_metrics
from mcp_server.local.windows import as_of, move_on

__all__ = ["as_of", "recompute", "recompute_one"]


def recompute(data: sqlite3.Connection, *, ratings: bool = True) -> None:
    """Compute again all that earlier writes made stale; quick where nothing is.

    Args:
        data: The connection to `data.db`.
        ratings: Whether everybody of a follower band is rated anew where its usual engagement
            rate moved, and everything computed again that came from older formulas. Without it,
            that waits for the next time.
    """
    creator_metrics.recompute(data, ratings=ratings)
    move_on(data)


def recompute_one(data: sqlite3.Connection, creator_id: int | None) -> None:
    """Compute again what a new look at one creator made stale.

    Whoever imports meanwhile computes what that import touches: a reader waits for neither.
    """
    creator_metrics.recompute_one(data, creator_id)
    move_on(data)
