"""When a file was collected that does not say so: what its rows and its date tell, and no more."""

import sqlite3
from dataclasses import dataclass, replace
from typing import Final, Literal

from mcp_server.local.importers.one_crawl import Evidence
from mcp_server.local.transaction import immediate

_MONTH: Final = 30 * 86_400
_KEY: Final = "crawl:"

Basis = Literal["given", "file", "post"]
"""Whether a time was given, or is the file's date or that of the newest post."""


@dataclass(frozen=True, slots=True)
class CrawlTime:
    """The crawl time of the rows that have none of their own; Unix seconds."""

    at: int
    basis: Basis
    instead_of: int | None = None
    """What was assumed for the same content before."""

    @property
    def assumed(self) -> bool:
        """Whether nobody said so."""
        return self.basis != "given"


def assumed_time(
    file: Evidence, newest_post: int | None, changed_at: int, *, until: int
) -> CrawlTime | None:
    """Return the crawl time to assume; `None` where nothing tells.

    It is the file's date, where that is possible: not before its newest post and not after
    `until`. A copy or an archive may have set it anew, so else it is the newest post of the crawl.

    Args:
        file: What its rows tell.
        newest_post: The newest post of the crawl that it is a part of.
        changed_at: The file's date, in Unix seconds.
        until: The latest time that is possible.
    """
    if newest_post is None:
        return None
    own = newest_post if file.newest is None else file.newest
    if own <= changed_at <= until:
        return CrawlTime(changed_at, "file")
    return CrawlTime(newest_post, "post")


def better(known: CrawlTime | None, found: CrawlTime | None) -> CrawlTime | None:
    """Return the time to take where one was taken before for the same content.

    A given one ends what was assumed. A newest post gives way to that of the whole crawl, which
    the other files of an import may have shown.
    """
    if known is None or found is None:
        return known if found is None else found
    later = known.basis == found.basis == "post" and found.at > known.at
    if found.basis == "given" or later:
        wrong = known.at if known.assumed and known.at != found.at else None
        return replace(found, instead_of=wrong)
    return known


def latest_date(newest_post: int, as_of: int | None, now: int) -> int:
    """Return until when the date of a file counts: what is old may have been copied today.

    Where it moved on, so would the end of every window, and nothing would be recent any more.
    """
    return min(now, max(newest_post, as_of or 0) + _MONTH)


class KnownFiles:
    """Which time holds for which content, so that a copy of a file is no later crawl."""

    def __init__(self, state: sqlite3.Connection) -> None:
        self._state = state

    def time_of(self, content: str) -> CrawlTime | None:
        """Return what was given or assumed for a file of this content."""
        row = self._state.execute(
            "SELECT value FROM meta WHERE key = ?", (_KEY + content,)
        ).fetchone()
        if row is None:
            return None
        at, basis = str(row[0]).split()
        known: dict[str, Basis] = {"given": "given", "file": "file"}
        return CrawlTime(int(at), known.get(basis, "post"))

    def remember(self, content: str, time: CrawlTime) -> None:
        """Write down what was given or assumed."""
        with immediate(self._state):
            self._state.execute(
                "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)",
                (_KEY + content, f"{time.at} {time.basis}"),
            )
