"""Both files of a world, and shorthand to write and read them."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from mcp_server.local.ingest import Ingest, Outcome
from mcp_server.local.records import CreatorRecord, VideoRecord

TABLES = (
    "meta",
    "creators",
    "usernames",
    "sounds",
    "videos",
    "hashtags",
    "video_hashtags",
    "creator_tags",
    "totals",
    "peer_rates",
)


@dataclass(frozen=True, slots=True)
class Store:
    """Writes whole imports, reads rows as tuples."""

    data: sqlite3.Connection
    state: sqlite3.Connection

    def add(self, *records: VideoRecord | CreatorRecord) -> Outcome:
        ingest = Ingest(self.data, self.state, source="test")
        outcome = ingest.add(records)
        ingest.finish()
        return outcome

    def rows(self, query: str, *values: object) -> Sequence[tuple[object, ...]]:
        return [tuple(row) for row in self.data.execute(query, values)]

    def row(self, query: str, *values: object) -> tuple[object, ...]:
        (found,) = self.rows(query, *values)
        return found

    def past(self, query: str) -> Sequence[tuple[object, ...]]:
        return [tuple(row) for row in self.state.execute(query)]

    def everything(self) -> dict[str, Sequence[tuple[object, ...]]]:
        """All rows of all tables but the full text."""
        return {table: self.rows("SELECT * FROM " + table) for table in TABLES}  # noqa: S608
