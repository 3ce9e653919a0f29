"""Which provider a world's refreshes use."""

import time
from typing import assert_never

from mcp_server.local.providers.inbox import Inbox
from mcp_server.local.providers.interface import Provider
from mcp_server.local.providers.replay import Replay
from mcp_server.local.providers.sample import Sample
from mcp_server.local.providers.scrape import Scrape, opened_with
from mcp_server.local.world import World


def open_provider(world: World) -> Provider:
    """Return the provider for one refresh of an account of this world, in the caller's thread."""
    config = world.config
    if config.source is not None:
        return config.source()
    match config.provider:
        case "sample":
            return Sample(world, at=world.now())
        case "inbox":
            return Inbox(world, sleep=time.sleep, monotonic=time.monotonic)
        case "replay":
            return Replay(config.refresh_folder, config.clock)
        case "scrape":
            return Scrape(
                config.data_dir / "scrape.lock",
                opened_with(pause=Scrape.PAUSE_SECONDS),
                clock=config.clock,
                monotonic=time.monotonic,
                sleep=time.sleep,
            )
        case _:
            assert_never(config.provider)
