"""Builds a sample world: heavy-tailed, in several languages, the same for the same seed."""

import sqlite3
from collections.abc import Callable, Generator
from contextlib import contextmanager
from itertools import islice
from typing import Final

from mcp_server.local.ingest import Ingest
from mcp_server.local.records import CreatorRecord, VideoRecord
from mcp_server.local.sample import creators as people
from mcp_server.local.sample import history
from mcp_server.local.sample import videos as posts
from mcp_server.local.sample.creators import SampleCreator
from mcp_server.local.sample.numbers import stream
from mcp_server.local.sample.owned import OWNED, Owned
from mcp_server.local.sample.sounds import Sounds
from mcp_server.local.transaction import immediate
from mcp_server.local.world import World

DEFAULT_CREATORS: Final = 300
DEFAULT_VIDEOS: Final = 6_000
DEFAULT_SEED: Final = 20_260

SOURCE: Final = "sample"
_CHUNK: Final = 5_000  # nobody else reads or writes a world that is being built
_FEWEST_SOUNDS: Final = 30
_VIDEOS_PER_SOUND: Final = 4_000

Progress = Callable[[int, int], None]
"""Told how many videos are stored, and how many there will be."""


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
    with _unhurried(world.data()):
        _Builder(world, seed, as_of, progress).build(creators, videos)


@contextmanager
def _unhurried(data: sqlite3.Connection) -> Generator[None]:
    """Let the log grow and leave syncing to the system, which halves the time of a large world.

    Only a power failure could damage the file, and a world that was not finished is made anew.
    """
    data.execute("PRAGMA synchronous=OFF")
    data.execute("PRAGMA wal_autocheckpoint=50000")
    try:
        yield
    finally:
        data.execute("PRAGMA synchronous=NORMAL")
        data.execute("PRAGMA wal_autocheckpoint=1000")
        data.execute("PRAGMA wal_checkpoint(TRUNCATE)")


class _Builder:
    def __init__(self, world: World, seed: int, as_of: int, progress: Progress | None) -> None:
        self._world = world
        self._seed = seed
        self._as_of = as_of
        self._progress = progress
        self._ingest = Ingest(world.data(), world.state(), source=SOURCE)
        self._waiting: list[VideoRecord | CreatorRecord] = []
        self._past: list[tuple[SampleCreator, list[VideoRecord]]] = []

    def build(self, creators: int, videos: int) -> None:
        latest = min(len(OWNED), creators - 1)
        sounds = Sounds(self._seed, _FEWEST_SOUNDS + videos // _VIDEOS_PER_SOUND)
        owned: list[tuple[SampleCreator, Owned, list[VideoRecord]]] = []
        done = 0
        for index, share in enumerate(people.shares(self._seed, creators, videos)):
            creator = people.draw(
                self._seed,
                index,
                first_video=done,
                n_videos=share,
                as_of=self._as_of,
                latest=index == latest,
            )
            drawn = posts.draw(self._seed, creator, sounds)
            self._queue(creator, drawn)
            if creator.owned:
                owned.append((creator, creator.owned, drawn))
            done += share
            if self._progress:
                self._progress(done, videos)
        self._store()
        self._ingest.finish()
        for creator, account, drawn in owned:
            history.write_account(self._world, self._seed, creator, account, drawn)
        self._sign()

    def _queue(self, creator: SampleCreator, drawn: list[VideoRecord]) -> None:
        if drawn:
            self._waiting.extend(drawn)
        else:
            rng = stream(self._seed, "profile", creator.index)
            self._waiting.append(creator.profile(rng, 0))
        self._past.append((creator, drawn))
        if len(self._waiting) >= _CHUNK:
            self._store()

    def _store(self) -> None:
        waiting = iter(self._waiting)
        while chunk := list(islice(waiting, _CHUNK)):
            self._ingest.add(chunk)
        with immediate(self._world.state()):
            for creator, drawn in self._past:
                history.write_past(self._world, self._seed, creator, drawn)
        self._waiting, self._past = [], []

    def _sign(self) -> None:
        with immediate(self._world.data()):
            self._world.data().executemany(
                "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)",
                [
                    ("world", "sample"),
                    ("seed", str(self._seed)),
                    ("as_of", str(self._as_of)),
                ],
            )
