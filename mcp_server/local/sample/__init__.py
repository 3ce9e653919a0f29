"""The sample world: invented creators, videos and accounts that look like TikTok's."""

from mcp_server.local.sample.generator import (
    DEFAULT_CREATORS,
    DEFAULT_SEED,
    DEFAULT_VIDEOS,
    generate,
)
from mcp_server.local.sample.rebuild import rebuild

__all__ = ["DEFAULT_CREATORS", "DEFAULT_SEED", "DEFAULT_VIDEOS", "generate", "rebuild"]
