"""`tokmetrics local import`: files and folders of TikTok data into the own world."""

from pathlib import Path
from typing import Final

import click

from mcp_server.cli.examples import examples
from mcp_server.cli.local_options import (
    INSTANT,
    choose,
    data_dir_option,
    said_plainly,
)

_INTERRUPTED: Final = (
    "Interrupted. What was stored is sound; run the same import again for the rest."
)
_DRY_INTERRUPTED: Final = "Interrupted. It was a dry run: nothing was stored."


class _WithFormats(click.Command):
    """A command whose help ends with the formats, from the list that the import itself uses."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the formats, then the examples."""
        from mcp_server.local.importers.detect import FORMATS

        with formatter.section("Formats"):
            for known in FORMATS:
                formatter.write_text(f"- {known.title}")
        super().format_epilog(ctx, formatter)


@click.command(
    "import",
    cls=_WithFormats,
    short_help="Import files and folders of TikTok data.",
    epilog=examples(
        "tokmetrics local import videos.json more.jsonl.gz --account my_handle",
        "tokmetrics local import downloads/ --dry-run",
        "tokmetrics local import table.csv --scraped-at 2026-02-01 --rejects bad.jsonl",
    ),
)
@click.argument(
    "paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(path_type=Path)
)
@click.option(
    "--account",
    "accounts",
    multiple=True,
    metavar="USERNAME",
    help="Make this creator one of your own accounts; may be repeated.",
)
@click.option(
    "--scraped-at",
    type=INSTANT,
    help="When the data was collected, for files that do not say (ISO 8601; UTC without a zone).",
)
@click.option("--dry-run", is_flag=True, help="Only count; store nothing.")
@click.option(
    "--rejects",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the rows that cannot be stored into this file, each with the reason.",
)
@data_dir_option
def import_command(
    *,
    paths: tuple[Path, ...],
    accounts: tuple[str, ...],
    scraped_at: int | None,
    dry_run: bool,
    rejects: Path | None,
    data_dir: Path | None,
) -> None:
    """Import files of TikTok data; a folder stands for every file in it, at any depth.

    Files are recognized by what stands in them, not by their names, also packed with gzip. A second
    import of a file changes nothing, and completes one that was cut short; later crawls add
    history. Exit status 1 where every row was rejected.
    """
    from mcp_server.cli.local_account import add_accounts
    from mcp_server.cli.local_output import is_all_rejected, show_import
    from mcp_server.cli.local_progress import progress_of_files
    from mcp_server.local import LocalWorld
    from mcp_server.local.importers import import_files

    with said_plainly(_DRY_INTERRUPTED if dry_run else _INTERRUPTED):
        world = LocalWorld(choose(data_dir, "own"))
        _refuse_the_future(scraped_at, world.now())
        try:
            with progress_of_files() as progress:
                report = import_files(
                    world,
                    paths,
                    scraped_at=scraped_at,
                    dry_run=dry_run,
                    rejects=rejects,
                    progress=progress,
                    accounts=accounts,
                )
            show_import(report, rejects)
            if is_all_rejected(report):
                raise click.ClickException("Every row was rejected.")
            if not dry_run:
                add_accounts(world, accounts, added=report.added)
        finally:
            world.close()


def _refuse_the_future(scraped_at: int | None, now: int) -> None:
    if scraped_at is not None and scraped_at > now:
        raise click.BadParameter("This time is in the future.", param_hint="--scraped-at")
