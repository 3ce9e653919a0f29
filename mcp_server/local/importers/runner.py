"""Imports files into a world: streaming, in chunks, the same twice as once."""

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from mcp_server.local.importers.detect import ImportFile, detect
from mcp_server.local.importers.flags import Flag
from mcp_server.local.importers.formats import Record
from mcp_server.local.importers.items import Malformed, Rejected
from mcp_server.local.importers.profiles import Profiles
from mcp_server.local.importers.rejects import Rejects, rejects_into
from mcp_server.local.importers.report import FileReport, ImportReport, Progress
from mcp_server.local.importers.scratch import scratch_copy
from mcp_server.local.ingest import Ingest
from mcp_server.local.records import VideoRecord
from mcp_server.local.tokportal.accounts import take_snapshots
from mcp_server.local.transaction import immediate
from mcp_server.local.world import World

_CHUNK: Final = 1000
_CLOCK_SKEW: Final = 86_400


def import_files(
    world: World,
    paths: Sequence[Path],
    *,
    scraped_at: int | None = None,
    dry_run: bool = False,
    rejects: Path | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Read files into a world and say what came of each row.

    Every file is looked at before the first is read, so that a wrong name stops the import while
    nothing is stored. What an interrupted import has stored is consistent, and running it again
    is safe.

    Args:
        world: Where the rows go.
        paths: The files, of any known format.
        scraped_at: Crawl time (Unix seconds) of rows that have none of their own. Without it the
            newest post time of the file is taken: the rows are at least that new.
        dry_run: Count only. The world's files are neither written nor created.
        rejects: A file to write the rejected rows into.
        progress: Told how far each file is read.

    Raises:
        UnknownFormatError: A file is none of the known formats.
        OSError: A file cannot be read or the rejected rows cannot be written.
        LocalStoreError: The world's files cannot be used.
    """
    files = [detect(path) for path in paths]
    with rejects_into(rejects) as rejected:

        def prepared(
            file: ImportFile, data: sqlite3.Connection, state: sqlite3.Connection
        ) -> _Import:
            ingest = Ingest(data, state, source=file.format.name)
            return _Import(file, ingest, now=world.now(), rejects=rejected, progress=progress)

        if dry_run:
            with scratch_copy(world.config) as (data, state):
                counted = [prepared(file, data, state).run(scraped_at) for file in files]
            return ImportReport(counted, snapshots=0, dry_run=True)
        reports = [
            _logged(world, prepared(file, world.data(), world.state()), scraped_at)
            for file in files
        ]
    return ImportReport(reports, snapshots=take_snapshots(world), dry_run=False)


class _Import:
    """One file on its way into the store."""

    def __init__(
        self,
        file: ImportFile,
        ingest: Ingest,
        *,
        now: int,
        rejects: Rejects,
        progress: Progress | None,
    ) -> None:
        self._file = file
        self._ingest = ingest
        self._now = now
        self._rejects = rejects
        self._progress = progress
        self._profiles = Profiles()
        self._size = file.path.stat().st_size
        self.report = FileReport(file.path, file.format.name)

    def run(self, scraped_at: int | None) -> FileReport:
        self.report.scraped_at = scraped_at
        if scraped_at is None:
            self.report.scraped_at = self._newest_post()
            self.report.scraped_at_inferred = self.report.scraped_at is not None
        chunk: list[Record] = []
        try:
            for record in self._records():
                chunk.append(self._timed(record))
                if len(chunk) == _CHUNK:
                    self._add(chunk)
                    chunk = []
            self._add(chunk)
        finally:
            self.report.rejected = self._rejects.reasons.total()
            self.report.reasons = self._rejects.take()
            self._ingest.finish()
        return self.report

    def _records(self) -> Iterator[Record]:
        for row in self._file.rows():
            self.report.read += 1
            if self._progress and self.report.read % 100 == 1:
                self._progress(self._file.path, row.offset, self._size)
            if isinstance(row, Malformed):
                self._rejects.add(self._file, row, row.reason)
                continue
            try:
                yield self._file.format.record(row.item)
            except Rejected as reason:
                self._rejects.add(self._file, row, str(reason))
        if self._progress:
            self._progress(self._file.path, self._size, self._size)

    def _newest_post(self) -> int | None:
        """Return the crawl time to assume; `None` where every row says its own.

        A post from the future is a damaged time and must not make all rows look new.
        """
        newest: int | None = None
        lacking = False
        for row in self._file.rows():
            try:
                record = None if isinstance(row, Malformed) else self._file.format.record(row.item)
            except Rejected:
                continue
            if record is None:
                continue
            lacking = lacking or record.scraped_at is None
            posted = record.posted_at if isinstance(record, VideoRecord) else None
            if posted is not None and posted <= self._now + _CLOCK_SKEW:
                newest = posted if newest is None else max(newest, posted)
        return newest if lacking else None

    def _timed(self, record: Record) -> Record:
        if isinstance(record, VideoRecord) and record.flags & Flag.POSTED_AT_SHIFTED:
            self.report.shifted += 1
        assumed = record.scraped_at is None and self.report.scraped_at is not None
        at = self.report.scraped_at if assumed else record.scraped_at
        if not isinstance(record, VideoRecord):
            return self._profiles.settled(replace(record, scraped_at=at))
        inferred = assumed and self.report.scraped_at_inferred
        flags = record.flags | (Flag.SCRAPED_AT_INFERRED if inferred else 0)
        creator = self._profiles.settled(replace(record.creator, scraped_at=at))
        return replace(record, scraped_at=at, creator=creator, flags=int(flags))

    def _add(self, chunk: Sequence[Record]) -> None:
        outcome = self._ingest.add(chunk)
        self.report.new += outcome.new
        self.report.updated += outcome.updated
        self.report.unchanged += outcome.unchanged


def _logged(world: World, run: _Import, scraped_at: int | None) -> FileReport:
    """Import one file and keep a row of it; a row without an end was interrupted."""
    state, report = world.state(), run.report
    path_hash = hashlib.sha256(str(report.path.resolve()).encode()).hexdigest()
    key = (path_hash, world.now())
    with immediate(state):
        state.execute(
            """INSERT INTO import_runs (source, path_hash, started_at) VALUES (?, ?, ?)
               ON CONFLICT (path_hash, started_at) DO UPDATE SET finished_at = NULL""",
            (report.format, *key),
        )
    finished_at: int | None = None
    try:
        run.run(scraped_at)
        finished_at = world.now()
    finally:
        counts = (report.read, report.new, report.updated, report.rejected)
        with immediate(state):
            state.execute(
                """UPDATE import_runs SET finished_at = ?, n_read = n_read + ?, n_new = n_new + ?,
                     n_updated = n_updated + ?, n_rejected = n_rejected + ?
                   WHERE path_hash = ? AND started_at = ?""",
                (finished_at, *counts, *key),
            )
    return report
