"""Gives each file of an import its crawl time, before the first is stored."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from mcp_server.local.aggregates import as_of
from mcp_server.local.importers.crawl_times import (
    CrawlTime,
    KnownFiles,
    assumed_time,
    better,
    latest_date,
)
from mcp_server.local.importers.one_crawl import newest_posts
from mcp_server.local.importers.one_file import OneFile


@dataclass(frozen=True, slots=True)
class Dating:
    """What the times of files depend on beside the files."""

    data: sqlite3.Connection
    state: sqlite3.Connection
    now: int
    given: int | None = None
    """The time that the user gave for all files, in Unix seconds."""
    recent: bool = False
    """Whether the files are known to be new, however old their posts are."""

    def times_of(self, files: Sequence[OneFile]) -> list[CrawlTime | None]:
        """Return for each file the crawl time of its rows that have none, if there is one.

        What was assumed for a content once holds for it from then on, until it is known better.
        """
        known = KnownFiles(self.state)
        if self.given is not None:
            given = CrawlTime(self.given, "given")
            return [better(known.time_of(file.content), given) for file in files]
        evidence = [file.look() for file in files]
        undated = [place for place, found in enumerate(evidence) if found.lacking]
        newest = newest_posts([evidence[place] for place in undated])
        seen = as_of(self.data)
        times: list[CrawlTime | None] = [None] * len(files)
        for place, post in zip(undated, newest, strict=True):
            file = files[place]
            until = self.now if self.recent or post is None else latest_date(post, seen, self.now)
            found = assumed_time(evidence[place], post, file.changed_at, until=until)
            times[place] = better(known.time_of(file.content), found)
        return times
