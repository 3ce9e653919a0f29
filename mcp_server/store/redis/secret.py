"""The secret by which partitions are named, made once for all replicas."""

from mcp_server.store.redis import keys
from mcp_server.store.redis.replies import value
from mcp_server.store.redis.wire import Wire


async def read(wire: Wire, new_secret: bytes) -> bytes:
    """Return the store's secret; the first replica to ask makes it."""
    found = value(await wire.one("GET", keys.SECRET))
    if found is None:
        await wire.ask(("SET", keys.SECRET, new_secret.hex(), "NX"))
        found = value(await wire.one("GET", keys.SECRET))
    return found or b""
