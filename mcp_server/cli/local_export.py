"""`tokmetrics local export`: a world as a file that can be imported again."""

import os
import sys
from pathlib import Path
from typing import BinaryIO

import click

from mcp_server.cli.examples import examples
from mcp_server.cli.local_options import (
    choose,
    data_dir_option,
    refuse_unfinished,
    said_plainly,
    world_option,
)

_STDOUT = Path("-")


@click.command(
    short_help="Write what is stored as JSON Lines.",
    epilog=examples(
        "tokmetrics local export --output all.jsonl.gz",
        "tokmetrics local export --creator some_handle > one.jsonl",
    ),
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    default=_STDOUT,
    help="File to write, packed where its name ends with .gz.  [default: standard output]",
)
@click.option(
    "--creator",
    "creators",
    multiple=True,
    metavar="USERNAME",
    help="Only this creator, with videos and history; may be repeated.",
)
@world_option
@data_dir_option
def export(
    *, output: Path, creators: tuple[str, ...], world: str | None, data_dir: Path | None
) -> None:
    """Write what is stored as JSON Lines, with its history and your accounts.

    `tokmetrics local import` reads it again. An export of the sample world stays marked as
    synthetic, and is not imported.
    """
    from mcp_server.cli.local_progress import progress_of_videos
    from mcp_server.local import LocalWorld
    from mcp_server.local.export import write_export
    from mcp_server.local.inventory import inventory

    with said_plainly():
        config = choose(data_dir, world)
        refuse_unfinished(config)
        if inventory(config) is None:
            raise click.ClickException(f"The {config.world} world is empty.")
        opened = LocalWorld(config)
        try:
            with progress_of_videos() as progress:
                out: Path | BinaryIO = sys.stdout.buffer if output == _STDOUT else output
                videos = write_export(opened, out, creators=creators, progress=progress)
            sys.stdout.flush()
        except BrokenPipeError:
            # The reader has enough, as `head` does; the interpreter must not flush into it either.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return
        finally:
            opened.close()
    where = "standard output" if output == _STDOUT else str(output)
    click.echo(f"{videos:,} videos of the {config.world} world written to {where}.", err=True)
