"""`tokmetrics local`: what the local upstream holds, and how data gets into it."""

import sys
from pathlib import Path

import click

from mcp_server.cli.local_export import export
from mcp_server.cli.local_options import (
    INSTANT,
    choose,
    data_dir_option,
    said_plainly,
    world_option,
)

_INTERRUPTED = 130
_VIDEOS_PER_CREATOR = 20


@click.group()
def local() -> None:
    """Import TikTok data, generate the sample world, and look at what is stored."""


@local.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
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
    files: tuple[Path, ...],
    accounts: tuple[str, ...],
    scraped_at: int | None,
    dry_run: bool,
    rejects: Path | None,
    data_dir: Path | None,
) -> None:
    """Import FILES of TikTok data: from yt-dlp, scrapers, TikTok itself, or flat tables.

    JSON, JSON Lines and CSV are recognized by their content, also packed with gzip. Importing a
    file again changes nothing.
    """
    from mcp_server.cli.local_output import progress_of_files, show_accounts, show_import
    from mcp_server.local import LocalWorld
    from mcp_server.local.importers import import_files
    from mcp_server.local.tokportal.accounts import add_account

    with said_plainly():
        world = LocalWorld(choose(data_dir, "own"))
        _refuse_the_future(scraped_at, world.now())
        try:
            with progress_of_files() as progress:
                report = import_files(
                    world,
                    files,
                    scraped_at=scraped_at,
                    dry_run=dry_run,
                    rejects=rejects,
                    progress=progress,
                )
            show_import(report, rejects)
            if not dry_run:
                show_accounts([(name, add_account(world, name)) for name in accounts])
        except KeyboardInterrupt:
            click.echo(
                "Interrupted. What was stored is sound; run the same import again for the rest.",
                err=True,
            )
            sys.exit(_INTERRUPTED)
        finally:
            world.close()


def _refuse_the_future(scraped_at: int | None, now: int) -> None:
    if scraped_at is not None and scraped_at > now:
        raise click.BadParameter("This time is in the future.", param_hint="--scraped-at")


local.add_command(export)


@local.command()
@click.option("--creators", type=click.IntRange(1), help="How many creators.  [default: 300]")
@click.option(
    "--videos", type=click.IntRange(0), help="How many videos.  [default: 20 for each creator]"
)
@click.option("--seed", type=int, help="The same seed and --as-of give the same world.")
@click.option("--as-of", type=INSTANT, help="When it is in that world.  [default: now]")
@click.option("--force", is_flag=True, help="Replace the sample world that there is.")
@data_dir_option
def generate(
    *,
    creators: int | None,
    videos: int | None,
    seed: int | None,
    as_of: int | None,
    force: bool,
    data_dir: Path | None,
) -> None:
    """Generate the sample world: invented creators, videos and twelve accounts of yours."""
    from mcp_server.cli.local_output import progress_of_videos, show_stats
    from mcp_server.local.inventory import inventory
    from mcp_server.local.sample import DEFAULT_CREATORS, DEFAULT_SEED, rebuild

    creators = creators or DEFAULT_CREATORS
    with said_plainly():
        config = choose(data_dir, "sample")
        if not force and inventory(config) is not None:
            raise click.ClickException(
                f"There is a sample world in {config.folder} already: --force replaces it."
            )
        with progress_of_videos() as progress:
            rebuild(
                config,
                creators=creators,
                videos=creators * _VIDEOS_PER_CREATOR if videos is None else videos,
                seed=DEFAULT_SEED if seed is None else seed,
                as_of=int(config.clock()) if as_of is None else as_of,
                progress=progress,
            )
        show_stats(inventory(config), config)


@local.command()
@world_option
@data_dir_option
def stats(*, world: str | None, data_dir: Path | None) -> None:
    """Say what is stored, since when, how fresh it is, and from which sources."""
    from mcp_server.cli.local_output import show_stats
    from mcp_server.local.inventory import inventory

    with said_plainly():
        config = choose(data_dir, world)
        show_stats(inventory(config), config)


@local.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Loopback address to bind.")
@click.option("--port", type=click.IntRange(0, 65535), default=8787, show_default=True)
@world_option
@data_dir_option
def serve(*, host: str, port: int, world: str | None, data_dir: Path | None) -> None:
    """Serve both APIs over HTTP on this machine, under the paths of the live ones."""
    from mcp_server.cli.local_server import LOOPBACK, run_server

    if host not in LOOPBACK:
        raise click.UsageError("Only 127.0.0.1 and localhost can be served.")
    with said_plainly():
        run_server(choose(data_dir, world), host, port)


@local.group()
def account() -> None:
    """Name the stored creators that are your own accounts."""


@account.command("add")
@click.argument("username")
@world_option
@data_dir_option
def add(*, username: str, world: str | None, data_dir: Path | None) -> None:
    """Make a stored creator one of your accounts and give it an account id."""
    from mcp_server.cli.local_output import show_accounts
    from mcp_server.local import LocalWorld
    from mcp_server.local.tokportal.accounts import add_account

    with said_plainly():
        opened = LocalWorld(choose(data_dir, world))
        try:
            show_accounts([(username, add_account(opened, username))])
        finally:
            opened.close()


@account.command("list")
@world_option
@data_dir_option
def list_command(*, world: str | None, data_dir: Path | None) -> None:
    """List your accounts with their ids."""
    from mcp_server.cli.local_output import show_accounts
    from mcp_server.local.inventory import inventory

    with said_plainly():
        found = inventory(choose(data_dir, world))
        accounts = found.accounts if found else []
        show_accounts([(one.username, one.account_id) for one in accounts])
        if not accounts:
            click.echo("No accounts yet: `tokmetrics local account add USERNAME` makes one.")


@account.command("remove")
@click.argument("username")
@world_option
@data_dir_option
def remove(*, username: str, world: str | None, data_dir: Path | None) -> None:
    """Forget that a creator is your account, with its snapshots; the creator stays."""
    from mcp_server.local import LocalWorld
    from mcp_server.local.tokportal.accounts import remove_account

    with said_plainly():
        opened = LocalWorld(choose(data_dir, world))
        try:
            if not remove_account(opened, username):
                raise click.ClickException(f"{username} is none of your accounts.")
        finally:
            opened.close()
    click.echo(f"{username} is no longer one of your accounts.")
