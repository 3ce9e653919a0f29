"""How the `local` commands show what they did: tables on stdout, progress on stderr."""

import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from mcp_server.local import LocalConfig
from mcp_server.local.importers import FileReport, ImportReport
from mcp_server.local.inventory import Inventory

_REASONS_SHOWN = 3
_UNBROKEN = 400
_DAY = 86_400
_HOUR = 3_600


def written(at: int | None) -> str:
    """Return a time as people read it: UTC, to the second."""
    return "unknown" if at is None else f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}"


@contextmanager
def progress_of_files() -> Generator[Callable[[Path, int, int], None]]:
    """Show how far each file is read; nothing where stderr is no terminal."""
    with _progress(DownloadColumn()) as bar:
        tasks: dict[Path, TaskID] = {}

        def move(path: Path, done: int, size: int) -> None:
            if path not in tasks:
                tasks[path] = bar.add_task(escape(path.name), total=size)
            bar.update(tasks[path], completed=done)

        yield move


@contextmanager
def progress_of_videos() -> Generator[Callable[[int, int], None]]:
    """Show how many videos are generated; nothing where stderr is no terminal."""
    with _progress(MofNCompleteColumn()) as bar:
        task = bar.add_task("videos", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _progress(amount: DownloadColumn | MofNCompleteColumn) -> Progress:
    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        amount,
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
        transient=True,
    )


def show_import(report: ImportReport, rejects: Path | None) -> None:
    """Show what came of each file."""
    table = _table("file", "format")
    for name in ("read", "new", "updated", "unchanged", "rejected"):
        table.add_column(name, justify="right")
    for file in report.files:
        counts = (file.read, file.new, file.updated, file.unchanged, file.rejected)
        table.add_row(escape(file.path.name), file.format, *(f"{count:,}" for count in counts))
    _print(table)
    for file in report.files:
        for line in _remarks(file):
            click.echo(f"{file.path.name}: {line}")
    if report.rejected and rejects is None:
        click.echo("--rejects FILE writes the rejected rows down, each with its reason.")
    if report.rejected and rejects is not None:
        click.echo(f"The rejected rows are in {rejects}.")
    if report.dry_run:
        click.echo("Dry run: nothing was stored.")


def _remarks(file: FileReport) -> list[str]:
    found: list[str] = []
    if file.scraped_at_inferred:
        found.append(
            f"no crawl time; its newest post, {written(file.scraped_at)}, is taken for it"
            " (--scraped-at gives another)"
        )
    if file.shifted:
        found.append(f"{file.shifted:,} post times were of another time zone and were corrected")
    reasons = list(file.reasons.items())
    found.extend(f"rejected {count:,}: {reason}" for reason, count in reasons[:_REASONS_SHOWN])
    if len(reasons) > _REASONS_SHOWN:
        found.append(f"and {len(reasons) - _REASONS_SHOWN} more reasons")
    return found


def show_accounts(accounts: Sequence[tuple[str, str]]) -> None:
    """Show the user's accounts with their ids, one a line."""
    for username, account_id in accounts:
        click.echo(f"{account_id}  {username}")


def show_stats(found: Inventory | None, config: LocalConfig) -> None:
    """Show what a world holds."""
    if found is None:
        how = "import FILE" if config.world == "own" else "generate"
        click.echo(f"The {config.world} world is empty: `tokmetrics local {how}` fills it.")
        return
    nature = "synthetic" if config.world == "sample" else "imported"
    table = _table("what", "value")
    seen = _since(found.newest_observation_at, int(config.clock()))
    sources = ", ".join(f"{name} ({count:,} creators)" for name, count in found.sources.items())
    rows = {
        "world": f"{config.world} ({nature})",
        "folder": str(found.folder),
        "creators": f"{found.creators:,}",
        "videos": f"{found.videos:,}",
        "hashtags": f"{found.hashtags:,}",
        "sounds": f"{found.sounds:,}",
        "posted": f"{written(found.oldest_post_at)} to {written(found.newest_post_at)}",
        "observed": f"{written(found.oldest_observation_at)} to "
        f"{written(found.newest_observation_at)} ({seen})",
        "sources": sources or "none",
    }
    for name, value in rows.items():
        table.add_row(name, escape(value))
    _print(table)
    _show_own(found)
    _show_imports(found)


def _show_own(found: Inventory) -> None:
    if not found.accounts:
        return
    table = _table("account id", "username")
    table.add_column("snapshots", justify="right")
    table.add_column("last snapshot")
    for one in found.accounts:
        last = written(one.last_snapshot_at) if one.snapshots else "no analytics yet"
        table.add_row(one.account_id, escape(one.username), f"{one.snapshots:,}", last)
    click.echo()
    _print(table)


def _show_imports(found: Inventory) -> None:
    if not found.imports:
        return
    table = _table("imported", "format")
    for name in ("read", "new", "updated", "rejected"):
        table.add_column(name, justify="right")
    for run in found.imports:
        counts = (run.read, run.new, run.updated, run.rejected)
        when = written(run.started_at) + ("" if run.finished_at else " (interrupted)")
        table.add_row(when, run.source, *(f"{count:,}" for count in counts))
    click.echo()
    _print(table)


def _since(at: int | None, now: int) -> str:
    if at is None:
        return "age unknown"
    seconds = max(0, now - at)
    if seconds < _DAY:
        return f"{seconds // _HOUR} hours ago"
    return f"{seconds // _DAY:,} days ago"


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _print(table: Table) -> None:
    # Into a pipe or a file lines are as long as they need to be: programs read them too.
    width = None if sys.stdout.isatty() else _UNBROKEN
    Console(highlight=False, width=width).print(table)
