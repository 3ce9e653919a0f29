"""The local upstream: both APIs, really implemented over SQLite, for use without key or network."""

from mcp_server.local.app import create_app
from mcp_server.local.config import LocalConfig, World
from mcp_server.local.database import LocalStoreError
from mcp_server.local.world import World as LocalWorld
from mcp_server.local.worlds import active_world, ensure_sample, identity

__all__ = [
    "LocalConfig",
    "LocalStoreError",
    "LocalWorld",
    "World",
    "active_world",
    "create_app",
    "ensure_sample",
    "identity",
]
