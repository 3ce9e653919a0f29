"""Which world is served, and a sample world where there is no data yet."""

import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from mcp_server.local.complaints import OTHER_FOLDER, complaint
from mcp_server.local.config import LocalConfig
from mcp_server.local.config import World as WorldName
from mcp_server.local.database import LocalStoreError, open_database
from mcp_server.local.sample import generate
from mcp_server.local.sample.load import is_unfinished
from mcp_server.local.world import World

_LOCK_SECONDS: Final = 120.0


def active_world(data_dir: Path, override: WorldName | None = None) -> WorldName:
    """Return the world to serve: the one asked for, else `own` once it holds data, else `sample`.

    Raises:
        LocalStoreError: The own world has files that cannot be read.
    """
    if override is not None:
        return override
    query = "SELECT 1 FROM creators LIMIT 1"
    return "own" if _finds(data_dir / "local" / "own", query) else "sample"


def identity(config: LocalConfig) -> str:
    """Name what a world is: another sample is another world, though its accounts are called alike.

    Raises:
        LocalStoreError: The files cannot be read.
    """
    if config.world == "own" or not (config.folder / "data.db").exists():
        return config.world
    with closing(open_database(config.folder, "data")) as data:
        rows: list[tuple[str, str]] = data.execute(
            "SELECT key, value FROM meta WHERE key IN ('seed', 'as_of') ORDER BY key"
        ).fetchall()
    return ":".join([config.world, *(row[1] for row in rows)])


def ensure_sample(config: LocalConfig) -> None:
    """Generate a small sample world where the sample is to be served and there is none.

    Of several processes one does it and the others wait for it; what a stopped one left behind
    is replaced.

    Raises:
        LocalStoreError: The folder cannot be written, or another process takes too long.
    """
    if config.world != "sample" or _is_complete(config.folder):
        return
    with generation_lock(config.folder):
        if _is_complete(config.folder):
            return
        for leftover in config.folder.glob("*.db*"):
            leftover.unlink()
        world = World(config)
        try:
            generate(world, as_of=world.now())
        finally:
            world.close()


@contextmanager
def generation_lock(folder: Path) -> Generator[None, None, None]:
    """Hold the right to generate the world of a folder; it ends with the process at the latest.

    Raises:
        LocalStoreError: The lock cannot be had.
    """
    path = folder.with_name(f"{folder.name}.lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = sqlite3.connect(path, isolation_level=None, timeout=_LOCK_SECONDS)
    except OSError as error:
        what = error.filename or path
        raise LocalStoreError(f"{what} cannot be made: {error.strerror}. {OTHER_FOLDER}") from error
    except sqlite3.Error as error:
        raise LocalStoreError(complaint(error, path)) from error
    with closing(lock):
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:
            raise LocalStoreError(
                f"{path} cannot be locked: {error}. Wait until the process that generates this "
                "world has finished, then try again."
            ) from error
        yield


def _is_complete(folder: Path) -> bool:
    # The generator writes these rows last, and what it left when stopped may be damaged.
    return not is_unfinished(folder) and _finds(folder, "SELECT 1 FROM meta WHERE key = 'world'")


def _finds(folder: Path, query: str) -> bool:
    """Return whether a query on data.db has a row; looking creates nothing."""
    if not (folder / "data.db").exists():
        return False
    with closing(open_database(folder, "data")) as data:
        return data.execute(query).fetchone() is not None
