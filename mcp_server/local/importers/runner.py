"""Imports files into a world: streaming, in chunks, the same twice as once."""

import sqlite3
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mcp_server.local import restore
from mcp_server.local.importers.detect import ImportFile
from mcp_server.local.importers.files import find
from mcp_server.local.importers.foreign import refuse_foreign
from mcp_server.local.importers.formats import Record
from mcp_server.local.importers.one_file import CLOCK_SKEW, OneFile, Surroundings
from mcp_server.local.importers.reading import Reading
from mcp_server.local.importers.rejects import Rejects, rejects_into
from mcp_server.local.importers.report import FileReport, ImportReport, Progress
from mcp_server.local.importers.runs import logged
from mcp_server.local.importers.scratch import scratch_copy
from mcp_server.local.ingest import Ingest, Outcome
from mcp_server.local.tokportal.accounts import (
    add_account,
    fill_past,
    list_accounts,
    take_snapshots,
)
from mcp_server.local.tokportal.creators import find_creator
from mcp_server.local.world import World


def import_files(
    world: World,
    paths: Sequence[Path],
    *,
    scraped_at: int | None = None,
    dry_run: bool = False,
    rejects: Path | None = None,
    progress: Progress | None = None,
    accounts: Sequence[str] = (),
    ratings: bool = True,
) -> ImportReport:
    """Read files into a world and say what came of each row.

    Every file is looked at before the first is read, so that a wrong name stops the import while
    nothing is stored. An import that is interrupted, even by a killed process, has stored whole
    chunks: what is there is consistent, the log marks the run as unfinished, and running it again
    completes it without storing anything twice. The error that stops it carries a note that says
    how far it came.

    Args:
        world: Where the rows go.
        paths: Files of any known format, or folders of them.
        scraped_at: Crawl time (Unix seconds) of rows that have none of their own. Without it the
            newest post time of the file is taken: the rows are at least that new.
        dry_run: Count only, in a copy of the world. Its files are neither written nor created.
        rejects: A file to write the rejected rows into; none of those to import.
        progress: Told how far the files are read, all together.
        accounts: Creators to make accounts of the user as soon as a file has brought them, so
            that each later crawl among the files becomes a snapshot.
        ratings: See `Ingest.finish`.

    Raises:
        UnknownFormatError: A file is none of the known formats.
        OSError: A file cannot be read, or the rejected rows cannot be written or would replace
            a file to import.
        LocalStoreError: The world's files cannot be used.
    """
    refuse_foreign(paths)
    found = find(paths)
    with rejects_into(rejects, (one.path for one in found.files)) as rejected:
        if dry_run:
            copy = scratch_copy(world.config, progress)
            with copy as (data, state), _Store(data, state, ratings=False).open() as store:
                plan = _Plan(world, store, rejected, Reading(found.files, progress))
                counted = [
                    OneFile(one, plan.around(one)).run(scraped_at, _nothing) for one in found.files
                ]
            return ImportReport(
                counted,
                snapshots=0,
                dry_run=True,
                skipped=found.skipped,
                unreadable=found.unreadable,
            )
        with _Store(world.data(), world.state(), ratings=ratings).open() as store:
            plan = _Plan(world, store, rejected, Reading(found.files, progress))
            session = _Session(plan, accounts)
            reports = [session.run(one, scraped_at) for one in found.files]
    snapshots = session.snapshots + take_snapshots(world) + fill_past(world)
    return ImportReport(
        reports,
        snapshots=snapshots,
        dry_run=False,
        skipped=found.skipped,
        unreadable=found.unreadable,
        added=frozenset(session.added),
    )


def _nothing() -> None:
    """A dry run has no log to keep current."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """What the files of one import have in common."""

    world: World
    store: "_Store"
    rejects: Rejects
    reading: Reading

    def around(self, file: ImportFile) -> Surroundings:
        now = self.world.now()
        told = self.reading.of(file)
        return Surroundings(self.store.add, self.rejects, told, now, latest=now + CLOCK_SKEW)


class _Session:
    """The files of one import, one after the other."""

    def __init__(self, plan: _Plan, accounts: Sequence[str]) -> None:
        self._plan = plan
        self._world = plan.world
        self._accounts = accounts
        self.snapshots = 0
        self.added: set[str] = set()

    def run(self, file: ImportFile, scraped_at: int | None) -> FileReport:
        one = OneFile(file, self._plan.around(file))
        try:
            with logged(self._world, one.report) as run:
                one.run(scraped_at, lambda: run.note(one.report))
        except BaseException as error:
            so_far = one.report.stored
            what = (
                f"the first {so_far:,} rows are stored" if so_far else "this run stored none of it"
            )
            error.add_note(f"{file.path.name}: {what}")
            raise
        if one.report.records > 1:
            # A later file may be a later crawl. A file of one video is a piece of a crawl.
            self._add_accounts()
            self.snapshots += take_snapshots(self._world)
        return one.report

    def _add_accounts(self) -> None:
        if not self._accounts:
            return
        known = {account.account_id for account in list_accounts(self._world)}
        for name in self._accounts:
            if find_creator(self._world.data(), name.strip().lstrip("@")) is not None:
                self.added |= {add_account(self._world, name)} - known


class _Store:
    """Writes the records of each format under its name, and the aggregates once at the end."""

    def __init__(
        self, data: sqlite3.Connection, state: sqlite3.Connection, *, ratings: bool
    ) -> None:
        self._data = data
        self._state = state
        self._ratings = ratings
        self._ingests: dict[str, Ingest] = {}

    @contextmanager
    def open(self) -> Generator["_Store"]:
        """Bring the aggregates up to date at the end, however it comes."""
        try:
            yield self
        finally:
            for ingest in self._ingests.values():
                ingest.finish(ratings=self._ratings)

    def add(self, source: str, records: Sequence[Record]) -> Outcome:
        if source not in self._ingests:
            self._ingests[source] = Ingest(self._data, self._state, source=source)
        return restore.add(self._ingests[source], self._data, self._state, records)
