"""`tokmetrics local generate`: the sample world, of any size."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from mcp_server.cli.examples import examples
from mcp_server.cli.local_options import (
    INSTANT,
    choose,
    data_dir_option,
    said_plainly,
)

if TYPE_CHECKING:
    from mcp_server.local import LocalConfig

_VIDEOS_PER_CREATOR: Final = 20
_INTERRUPTED: Final = (
    "Interrupted. The sample world is not finished, and no command reads it; "
    "`tokmetrics local generate` makes it anew."
)


@click.command(
    short_help="Generate the synthetic sample world.",
    epilog=examples(
        "tokmetrics local generate",
        "tokmetrics local generate --creators 2000 --videos 60000 --seed 7 --force",
    ),
)
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
    """Generate the sample world: invented creators, videos and twelve accounts of yours.

    It takes about a minute and 700 MB for a million videos.
    """
    from mcp_server.cli.local_progress import progress_of_videos
    from mcp_server.cli.local_stats import show_stats
    from mcp_server.local.inventory import inventory
    from mcp_server.local.sample import DEFAULT_CREATORS, DEFAULT_SEED, rebuild

    creators = creators or DEFAULT_CREATORS
    with said_plainly(_INTERRUPTED):
        config = choose(data_dir, "sample")
        if not force:
            _refuse_to_replace(config)
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


def _refuse_to_replace(config: "LocalConfig") -> None:
    from mcp_server.local.inventory import inventory
    from mcp_server.local.sample.load import is_unfinished

    if not is_unfinished(config.folder) and inventory(config) is not None:
        raise click.ClickException(
            f"There is a sample world in {config.folder} already: --force replaces it."
        )
