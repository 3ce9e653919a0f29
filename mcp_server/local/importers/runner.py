"""Imports files into a world: streaming, in chunks, the same twice as once."""

import sqlite3
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mcp_server.local import restore
from mcp_server.local.importers.crawl_times import CrawlTime, KnownFiles
from mcp_server.local.importers.dating import Dating
from mcp_server.local.importers.files import Found, find
from mcp_server.local.importers.foreign import refuse_foreign
from mcp_server.local.importers.formats import Record
from mcp_server.local.importers.one_file import CLOCK_SKEW, OneFile, Surroundings
from mcp_server.local.importers.reading import Reading
from mcp_server.local.importers.rejects import Rejects, rejects_into
from mcp_server.local.importers.report import FileReport, ImportReport, Progress
from mcp_server.local.importers.retiming import Retiming
from mcp_server.local.importers.runs import logged
from mcp_server.local.importers.scratch import scratch_copy
from mcp_server.local.ingest import Ingest, Outcome
from mcp_server.local.tokportal.accounts import (
    add_account,
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
    recent: bool = False,
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
            file's date or the newest post's is assumed, see `crawl_times`.
        dry_run: Count only, in a copy of the world. Its files are neither written nor created.
        rejects: A file to write the rejected rows into; none of those to import.
        progress: Told how far the files are read, all together.
        accounts: Creators to make accounts of the user where the files have brought them.
        recent: Whether the files are known to be new: their date counts however old the posts are.
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
                plan = _Plan(store, rejected, Dating(data, state, world.now(), scraped_at, recent))
                counted = [one.run(time, _nothing) for one, time in plan.timed(found, progress)]
            return ImportReport(
                counted,
                snapshots=0,
                dry_run=True,
                skipped=found.skipped,
                unreadable=found.unreadable,
            )
        data, state = world.data(), world.state()
        with _Store(data, state, ratings=ratings).open() as store:
            plan = _Plan(store, rejected, Dating(data, state, world.now(), scraped_at, recent))
            reports = [_import(world, one, time) for one, time in plan.timed(found, progress)]
    added = _add_accounts(world, accounts)
    return ImportReport(
        reports,
        snapshots=take_snapshots(world),
        dry_run=False,
        skipped=found.skipped,
        unreadable=found.unreadable,
        added=added,
    )


def _nothing() -> None:
    """A dry run has no log to keep current."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """What the files of one import have in common."""

    store: "_Store"
    rejects: Rejects
    dating: Dating

    def timed(
        self, found: Found, progress: Progress | None
    ) -> list[tuple[OneFile, CrawlTime | None]]:
        """Return the files, each with its crawl time; all are looked at before one is read."""
        reading, now = Reading(found.files, progress), self.dating.now
        latest = now + CLOCK_SKEW
        files = [
            OneFile(
                one, Surroundings(self.store.add, self.rejects, reading.next(), now, latest=latest)
            )
            for one in found.files
        ]
        return list(zip(files, self.dating.times_of(files), strict=True))


def _import(world: World, file: OneFile, time: CrawlTime | None) -> FileReport:
    report = file.report
    try:
        with logged(world, report) as run:
            if time is not None:
                if time.instead_of is not None:
                    moved = Retiming(world.data(), world.state(), time.instead_of, time.at)
                    moved.move(file.looked_at())
                KnownFiles(world.state()).remember(file.content, time)
            file.run(time, lambda: run.note(report))
    except BaseException as error:
        so_far = report.stored
        what = f"the first {so_far:,} rows are stored" if so_far else "this run stored none of it"
        error.add_note(f"{file.path.name}: {what}")
        raise
    return report


def _add_accounts(world: World, names: Sequence[str]) -> frozenset[str]:
    """Make accounts of those creators that are stored; return the ids of those that were none."""
    known = {account.account_id for account in list_accounts(world)}
    found = (name for name in names if find_creator(world.data(), name.strip().lstrip("@")))
    return frozenset(add_account(world, name) for name in found) - known


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
