"""Replaces the sample world in a folder."""

from mcp_server.local.config import LocalConfig
from mcp_server.local.sample.generator import Progress, generate
from mcp_server.local.world import World


def rebuild(
    config: LocalConfig,
    *,
    creators: int,
    videos: int,
    seed: int,
    as_of: int,
    progress: Progress | None = None,
) -> None:
    """Generate the world anew, in place of what is there; for the arguments see `generate`.

    A server that has the old files open goes on with them until it is started again.

    Raises:
        LocalStoreError: The folder cannot be written, or another process is generating.
    """
    # `worlds` builds on this package, so it can only be imported when it is needed.
    from mcp_server.local.worlds import generation_lock  # noqa: PLC0415

    with generation_lock(config.folder):
        for old in config.folder.glob("*.db*"):
            old.unlink()
        world = World(config)
        try:
            generate(
                world, creators=creators, videos=videos, seed=seed, as_of=as_of, progress=progress
            )
        finally:
            world.close()
