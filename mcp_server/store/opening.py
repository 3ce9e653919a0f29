"""Which store an operator chose."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from mcp_server.errors import SettingsError
from mcp_server.store.interface import Store
from mcp_server.store.sqlite import FILE_NAME, open_store


def open_chosen(url: str | None, folder: Path, now: Callable[[], datetime]) -> Store:
    """Open the shared store of an address, or without one the file in a folder.

    Args:
        url: `redis://` or another scheme that the settings allow.
        folder: The data folder.
        now: The clock of this process.

    Raises:
        SettingsError: What a shared store needs is not installed.
    """
    if url is None:
        return open_store(folder / FILE_NAME)
    try:
        # Only who asks for it needs the library, or the time to load it.
        from mcp_server.store.redis.store import open_redis  # noqa: PLC0415
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != "redis":
            raise
        raise SettingsError(
            "TOKMETRICS_STORE needs the Redis library: pip install 'tokmetrics[redis]'.",
            variable="TOKMETRICS_STORE",
        ) from error
    return open_redis(url, now)
