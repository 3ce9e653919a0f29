"""Builds a sample world: heavy-tailed, in several languages, the same for the same seed."""

from collections.abc import Callable
from typing import Final

from mcp_server.local.sample import history
from mcp_server.local.sample import videos as posts
from mcp_server.local.sample.helper import blocks_of
from mcp_server.local.sample.load import loading, signed
from mcp_server.local.sample.owned import OWNED
from mcp_server.local.sample.plan import Plan
from mcp_server.local.transaction import immediate
from mcp_server.local.world import World

DEFAULT_CREATORS: Final = 300
DEFAULT_VIDEOS: Final = 6_000
DEFAULT_SEED: Final = 20_260

_WORTH_A_HELPER: Final = 50_000
"""Videos from which on a second process is worth its start."""
_LOADED: Final = 0.6
"""The part of the time after which all rows are stored and only have to be indexed."""

Progress = Callable[[int, int], None]
"""Told for how many videos the work is done, and how many there will be."""


def generate(
    world: World,
    *,
    creators: int = DEFAULT_CREATORS,
    videos: int = DEFAULT_VIDEOS,
    seed: int = DEFAULT_SEED,
    as_of: int,
    progress: Progress | None = None,
) -> None:
    """Fill an empty world with invented creators, videos and own accounts.

    The same arguments give the same rows. The rows of `meta` that name the world are written
    last, so that a world without them is known to be incomplete.

    Args:
        world: An empty world.
        creators: How many creators, at least 1; the first twelve are the user's own accounts.
        videos: How many videos they have together.
        seed: What chance depends on.
        as_of: Unix seconds of the newest observation; everything lies before it.
        progress: Told how far it is.

    Raises:
        ValueError: There would be no creator, or fewer videos than none.
        LocalStoreError: The world's files cannot be written.
    """
    if creators < 1 or videos < 0:
        raise ValueError("a sample world needs at least one creator and no negative videos")
    plan = Plan(seed, creators, videos, as_of)
    with loading(world) as load, blocks_of(plan, helped=videos >= _WORTH_A_HELPER) as blocks:
        for block in blocks:
            load.add(block)
            if progress:
                progress(int(_LOADED * block.last_video), videos)
    for index, owned in enumerate(OWNED[:creators]):
        creator = plan.creator(index)
        drawn = posts.draw(seed, creator, plan.sounds)
        history.write_account(world, seed, creator, owned, drawn)
    _sign(world, plan)
    if progress:
        progress(videos, videos)


def _sign(world: World, plan: Plan) -> None:
    with immediate(world.data()) as data:
        data.executemany(
            "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)",
            [("world", "sample"), ("seed", str(plan.seed)), ("as_of", str(plan.as_of))],
        )
    signed(world)
