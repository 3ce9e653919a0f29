"""One file on its way into the store."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Final

from mcp_server.local.importers.crawl_times import CrawlTime
from mcp_server.local.importers.detect import ImportFile
from mcp_server.local.importers.flags import Flag
from mcp_server.local.importers.formats import Record
from mcp_server.local.importers.items import Malformed, Rejected
from mcp_server.local.importers.notes import Notes
from mcp_server.local.importers.one_crawl import Evidence
from mcp_server.local.importers.profiles import Profiles
from mcp_server.local.importers.rejects import Rejects
from mcp_server.local.importers.report import FileProgress, FileReport
from mcp_server.local.ingest import Outcome
from mcp_server.local.records import VideoRecord
from mcp_server.local.restore import StoredRow

_CHUNK: Final = 1000
CLOCK_SKEW: Final = 86_400
"""Seconds by which other clocks may be ahead of ours."""
_BETWEEN_REPORTS: Final = 100


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the import of a file needs beside the file."""

    store: Callable[[str, Sequence[Record]], Outcome]
    """Writes records of one format, in one transaction."""
    rejects: Rejects
    progress: FileProgress | None
    now: int
    latest: int | None = None
    """Crawl times after this one are no times; `None` where the clock may stand in the past."""


class OneFile:
    """Reads one file, and counts what comes of it in `report`."""

    def __init__(self, file: ImportFile, around: Surroundings) -> None:
        """Prepare to read a file; nothing is opened yet."""
        self._file = file
        self._around = around
        self._profiles = Profiles()
        self._size = file.path.stat().st_size
        self._notes = Notes(private=file.format.private)
        self._passed = 0
        self._passes = 1
        self._failure: OSError | None = None
        self.report = FileReport(file.path, file.format.name)

    @property
    def path(self) -> Path:
        """Where it is."""
        return self._file.path

    @property
    def changed_at(self) -> int:
        """Its date, in Unix seconds."""
        return int(self._file.path.stat().st_mtime)

    @cached_property
    def content(self) -> str:
        """A hash that every copy of it has.

        Raises:
            OSError: It cannot be read.
        """
        with self._file.path.open("rb") as bytes_of_it:
            return hashlib.file_digest(bytes_of_it, "sha256").hexdigest()

    def look(self) -> Evidence:
        """Read the file for what it tells of the time at which it was collected; store nothing.

        Where it cannot be read to its end, `run` says so.
        """
        found = Evidence()
        if self._file.format.layout.complete:
            return found
        latest = self._around.now + CLOCK_SKEW
        try:
            for record in self.looked_at():
                found.note(record, latest)
        except OSError as error:
            self._failure = error
        return found

    def run(self, time: CrawlTime | None, stored: Callable[[], None]) -> FileReport:
        """Import the file.

        Args:
            time: Crawl time of the rows that have none of their own, if there is one.
            stored: Called after each chunk, when everything read so far is in the store.

        Raises:
            OSError: The file cannot be read to its end.
        """
        if self._failure is not None:
            raise self._failure
        if time is not None:
            self.report.scraped_at = time.at
            self.report.scraped_at_inferred = time.assumed
            self.report.scraped_at_of_file = time.basis == "file"
        chunk: dict[str, list[Record]] = {}
        waiting = 0
        try:
            for name, record in self._records():
                chunk.setdefault(name, []).append(self._timed(record))
                waiting += 1
                if waiting == _CHUNK:
                    self._add(chunk)
                    chunk, waiting = {}, 0
                    stored()
            self._add(chunk)
        finally:
            self._count()
        return self.report

    def _records(self) -> Iterator[tuple[str, Record]]:
        file, notes = self._file, self._notes
        for row in file.rows():
            if isinstance(row, Malformed):
                self._step(row.offset)
                self._around.rejects.add(file, row, row.reason)
                continue
            if not row.about:
                self._step(row.offset)
            known = file.format_of(row)
            before = self.report.records
            try:
                for record in known.records(row, notes):
                    self._tally(record)
                    yield known.name, self._past(record, notes)
            except Rejected as reason:
                self._around.rejects.add(file, row, str(reason))
            if self.report.records > before:
                self.report.formats[known.name] = self.report.formats.get(known.name, 0) + 1
        self._tell(self._size)

    def _tally(self, record: Record) -> None:
        self.report.records += 1
        if isinstance(record, VideoRecord):
            self.report.videos += 1
            self.report.viewless += record.plays is None

    def _step(self, offset: int) -> None:
        self.report.read += 1
        self.report.rejected = self._around.rejects.reasons.total()
        if self.report.read % _BETWEEN_REPORTS == 1:
            self._tell(offset)

    def _tell(self, offset: int) -> None:
        if self._around.progress:
            self._around.progress((self._passed * self._size + offset) // self._passes)

    def looked_at(self) -> Iterator[Record]:
        """Yield what the rows say, without those that say nothing; counts nothing.

        Raises:
            OSError: The file cannot be read to its end.
        """
        self._passes += 1
        notes = Notes()
        for number, row in enumerate(self._file.rows()):
            if number % _BETWEEN_REPORTS == 0:
                self._tell(row.offset)
            if isinstance(row, Malformed):
                continue
            try:
                for record in self._file.format_of(row).records(row, notes):
                    yield self._past(record, notes)
            except Rejected:
                continue
        self._passed += 1

    def _past(self, record: Record, notes: Notes) -> Record:
        """Return a record without its crawl time, if that lies in the future."""
        latest = self._around.latest
        if latest is None or isinstance(record, StoredRow) or (record.scraped_at or 0) <= latest:
            return record
        notes.future += 1
        return replace(record, scraped_at=None)

    def _timed(self, record: Record) -> Record:
        if isinstance(record, StoredRow):
            return record
        if isinstance(record, VideoRecord) and record.flags & Flag.POSTED_AT_SHIFTED:
            self.report.shifted += 1
        assumed = record.scraped_at is None and self.report.scraped_at is not None
        at = self.report.scraped_at if assumed else record.scraped_at
        self.report.undated += at is None and not self._file.format.layout.complete
        inferred = assumed and self.report.scraped_at_inferred
        if not isinstance(record, VideoRecord):
            return self._profiles.settled(replace(record, scraped_at=at, assumed_time=inferred))
        flags = record.flags | (Flag.SCRAPED_AT_INFERRED if inferred else 0)
        profile = replace(record.creator, scraped_at=at, assumed_time=inferred)
        creator = self._profiles.settled(profile)
        return replace(record, scraped_at=at, creator=creator, flags=int(flags))

    def _add(self, chunk: Mapping[str, Sequence[Record]]) -> None:
        for name, records in chunk.items():
            outcome = self._around.store(name, records)
            self.report.new += outcome.new
            self.report.updated += outcome.updated
            self.report.unchanged += outcome.unchanged
            self.report.differing += outcome.differing
        self.report.stored = self.report.read

    def _count(self) -> None:
        report, rejects = self.report, self._around.rejects
        report.rejected = rejects.reasons.total()
        report.reasons = rejects.take()
        report.unread = dict(self._notes.unread.most_common())
        report.examples = self._notes.examples
        report.future = self._notes.future
        report.strange = list(self._notes.strange)
        report.sounds_without_id = self._notes.sounds_without_id
