"""Writes records into the store: idempotent, in chunks, the newer observation winning per field."""

import sqlite3
import weakref
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mcp_server.local import aggregates
from mcp_server.local.chunk import Chunk, Known
from mcp_server.local.importing import importing
from mcp_server.local.lookup import id_of_person
from mcp_server.local.records import CreatorRecord, VideoRecord
from mcp_server.local.transaction import immediate

_CHECKPOINT_PAGES: Final = 65_536
_LOG_BYTES: Final = 64 << 20


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the records of one chunk; the first three add up to their number."""

    new: int
    updated: int
    unchanged: int
    differing: int = 0
    """Videos whose figures differ from others of the same assumed time."""


class Ingest:
    """One run of writing records from one source.

    Every chunk is one transaction on `data.db`; observations that belong to the past of a row go
    to `state.db` first, so that a crash between the two loses nothing: the same records again
    lead to the same rows. Both connections are in autocommit mode and stay in the caller's thread.
    """

    def __init__(self, data: sqlite3.Connection, state: sqlite3.Connection, *, source: str) -> None:
        self._data = data
        self._state = state
        self._source = source
        self._known = Known()
        self._announced = False
        self._going_on = ExitStack()
        weakref.finalize(self, self._going_on.close)
        # Checkpoints every few chunks would write the same index pages over and over.
        if int(data.execute("PRAGMA wal_autocheckpoint").fetchone()[0]) < _CHECKPOINT_PAGES:
            data.execute(f"PRAGMA wal_autocheckpoint={_CHECKPOINT_PAGES}")
            data.execute(f"PRAGMA journal_size_limit={_LOG_BYTES}")  # what the log may keep later

    def add(self, records: Sequence[VideoRecord | CreatorRecord]) -> Outcome:
        """Write one chunk, at most about 1,000 records, in one transaction."""
        if not records:
            return Outcome(0, 0, 0)
        self._announce()
        try:
            with immediate(self._data):
                chunk = Chunk(self._data, self._state, self._known, records)
                tally = chunk.write(self._source)
        except BaseException:
            self._known.clear()
            raise
        return Outcome(*tally)

    def finish(self, *, ratings: bool = True) -> None:
        """Compute again what the chunks made stale: metrics, and the weeks of trends.

        Without `ratings`, creators keep the ratings that they have by now where the usual rate of
        their follower band moved, and the figures of older formulas: that waits for the next time.
        """
        aggregates.recompute(self._data, ratings=ratings)
        self._end()

    def finish_one(self, creator: CreatorRecord) -> None:
        """Compute again what a refresh of one creator made stale, and nothing that others did.

        Where the usual rate of its follower band moved, the ratings of the others stay as they
        are until an import ends; so do their figures of older formulas.
        """
        person = id_of_person(self._data, creator.username, creator.user_id, creator.sec_uid)
        aggregates.recompute_one(self._data, person)
        self._end()

    def _end(self) -> None:
        self._announced = False
        self._going_on.close()

    def _announce(self) -> None:
        """Say that what is marked from here on is ours to compute."""
        if not self._announced:
            _, _, path = self._data.execute("PRAGMA database_list").fetchone()
            if path:  # else nobody else can see it
                self._going_on.enter_context(importing(Path(path).parent))
            self._announced = True
