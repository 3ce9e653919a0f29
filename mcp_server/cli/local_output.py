"""How the `local` commands show what they did: tables on stdout."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click

from mcp_server.cli.local_tables import show_table, written
from mcp_server.local.importers import FileReport, ImportReport

_REASONS_SHOWN: Final = 3
_FILES_SHOWN: Final = 40
_SKIPPED_SHOWN: Final = 3


def show_import(report: ImportReport, rejects: Path | None) -> None:
    """Show what came of each file."""
    shown = report.files[:_FILES_SHOWN]
    rows = [(file.path.name, file.format, *_counts([file])) for file in shown]
    if len(report.files) > 1:
        rows.append(("all", f"{len(report.files):,} files", *_counts(report.files)))
    names = ("file", "format", "read", "new", "updated", "unchanged", "rejected")
    show_table(names, rows)
    for file in shown:
        for line in _remarks(file):
            click.echo(f"{file.path.name}: {line}")
    if len(report.files) > len(shown):
        click.echo(f"Of {len(report.files):,} files the first {len(shown)} are shown.")
    for line in _passed_over(report):
        click.echo(line)
    if report.rejected and rejects is None:
        click.echo("--rejects FILE writes the rejected rows down, each with its reason.")
    if report.rejected and rejects is not None:
        click.echo(f"The rejected rows are in {rejects}.")
    if report.dry_run:
        click.echo("Dry run: nothing was stored.")


def _counts(files: Sequence[FileReport]) -> tuple[int, int, int, int, int]:
    return (
        sum(file.read for file in files),
        sum(file.new for file in files),
        sum(file.updated for file in files),
        sum(file.unchanged for file in files),
        sum(file.rejected for file in files),
    )


def _passed_over(report: ImportReport) -> list[str]:
    unknown = [path.name for path in report.skipped]
    closed = [f"{path.name}: {reason}" for path, reason in report.unreadable.items()]
    groups = (("they are in no known format", unknown), ("they cannot be read", closed))
    return [
        f"Passed over, as {why}: {len(files):,} files ({_first(files)})."
        for why, files in groups
        if files
    ]


def _first(names: Sequence[str]) -> str:
    return ", ".join([*names[:_SKIPPED_SHOWN], *(["..."] if len(names) > _SKIPPED_SHOWN else [])])


def _remarks(file: FileReport) -> list[str]:
    found: list[str] = []
    if file.scraped_at_inferred:
        what = (
            "assumed from the file's date" if file.scraped_at_of_file else "that of its newest post"
        )
        found.append(
            f"no crawl time; {written(file.scraped_at)} is {what} (--scraped-at gives another)"
        )
    if file.shifted:
        found.append(f"{file.shifted:,} post times were of another time zone and were corrected")
    found.extend(file.remarks())
    reasons = list(file.reasons.items())
    found.extend(f"rejected {count:,}: {reason}" for reason, count in reasons[:_REASONS_SHOWN])
    if len(reasons) > _REASONS_SHOWN:
        found.append(f"and {len(reasons) - _REASONS_SHOWN} more reasons")
    return found


def is_all_rejected(report: ImportReport) -> bool:
    """Say whether there were rows, and not one of them could be used."""
    return report.rejected > 0 and not any(file.records for file in report.files)


def show_accounts(accounts: Sequence[tuple[str, str]]) -> None:
    """Show accounts as name and id, one a line with the id first."""
    for username, account_id in accounts:
        click.echo(f"{account_id}  {username}")
