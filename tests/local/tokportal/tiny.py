"""A hand-written world of two creators, and the app that serves it, for tests. Synthetic."""

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import httpx2

from mcp_server.local import LocalConfig, LocalWorld, World, create_app
from mcp_server.local.ingest import Ingest
from mcp_server.local.records import CreatorRecord, VideoRecord
from mcp_server.local.tokportal.accounts import add_account

NOW: Final = calendar.timegm((2026, 2, 10, 9, 15, 0))
HOUR: Final = 3_600
DAY: Final = 86_400
SEEN: Final = NOW - 3 * DAY
SEED: Final = 3  # with which nobody posts anything new for a week
KEY: Final = "tok_live_made_up"

COOL: Final = CreatorRecord(
    username="CoolCreator",
    user_id="101",
    display_name="Cool Creator",
    bio="Unboxing things.",
    region="US",
    avatar_url="https://pictures.example/cool.jpg",
    followers=12_400,
    following=340,
    scraped_at=SEEN,
)
EMPTY: Final = CreatorRecord(username="emptyhouse", user_id="102", region="GB", scraped_at=SEEN)
VIDEOS: Final = (
    VideoRecord(
        video_id="7123456789012345678",
        creator=COOL,
        description="Unboxing #new",
        plays=1_000,
        likes=80,
        comments=10,
        shares=6,
        saves=4,
        duration=45,
        posted_at=SEEN - 10 * DAY,
        scraped_at=SEEN,
        thumbnail_url="https://pictures.example/1.jpg",
        url="https://www.tiktok.com/@coolcreator/video/7123456789012345678",
    ),
    VideoRecord(
        video_id="7123456789012345679",
        creator=COOL,
        description="A day",
        plays=3_000,
        likes=100,
        comments=20,
        shares=30,
        posted_at=SEEN - 20 * DAY,
        scraped_at=SEEN,
    ),
    VideoRecord(
        video_id="7123456789012345680",
        creator=COOL,
        likes=5,
        content_type="slideshow",
        scraped_at=SEEN,
    ),
)


@dataclass(slots=True)
class Clock:
    """A clock that stands until it is moved."""

    now: float = NOW

    def __call__(self) -> float:
        """Return Unix seconds."""
        return self.now


@dataclass(slots=True)
class Tiny:
    """One world on disk, its clock, and its app behind a client without a socket."""

    config: LocalConfig
    clock: Clock
    slept: list[float] = field(default_factory=list[float])
    _opened: list[LocalWorld] = field(default_factory=list[LocalWorld])
    _clients: list[httpx2.AsyncClient] = field(default_factory=list[httpx2.AsyncClient])

    @property
    def world(self) -> LocalWorld:
        """The world as the test's own thread uses it."""
        if not self._opened:
            self._opened.append(LocalWorld(self.config))
        return self._opened[0]

    def client(
        self, config: LocalConfig | None = None, *, key: str | None = KEY
    ) -> httpx2.AsyncClient:
        """Start another app on the same files, with other settings if any, and speak to it."""
        config = config or self.config
        world = LocalWorld(config)
        self._opened.append(world)
        ids = iter(range(1, 1_000_000))
        app = create_app(config, world=world, new_id=lambda: f"{next(ids)}", sleep=self._sleep)
        client = httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app),
            base_url="http://local.test/api/ext",
            headers={} if key is None else {"X-API-Key": key},
        )
        self._clients.append(client)
        return client

    def ingest(self, records: Sequence[VideoRecord | CreatorRecord]) -> None:
        """Import records."""
        ingest = Ingest(self.world.data(), self.world.state(), source="test")
        ingest.add(records)
        ingest.finish()

    def account(self, username: str, *, with_snapshot: bool = True) -> str:
        """Mark a creator as the user's own."""
        return add_account(
            self.world, username, created_at=NOW - 100 * DAY, with_snapshot=with_snapshot
        )

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """Read from state.db."""
        return [tuple(row) for row in self.world.state().execute(query)]

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    async def __aenter__(self) -> Self:
        """Start."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close what was opened."""
        for client in self._clients:
            await client.aclose()
        for world in self._opened:
            world.close()


def tiny(folder: Path, world: World) -> Tiny:
    """Return a stored world with the two creators, neither of them an account yet."""
    clock = Clock()
    made = Tiny(LocalConfig(folder, world, clock=clock), clock)
    made.ingest([EMPTY, *VIDEOS])
    if world == "sample":
        made.world.data().executemany(
            "INSERT INTO meta (key, value) VALUES (?, ?)",
            [("seed", str(SEED)), ("as_of", str(SEEN))],
        )
    return made


def data_of(response: httpx2.Response) -> Mapping[str, object]:
    """Return the object of an answer that must be 200."""
    assert response.status_code == 200, response.text
    data: Mapping[str, object] = response.json()["data"]
    return data


def rows_of(response: httpx2.Response) -> list[Mapping[str, object]]:
    """Return the rows of a list that must be 200."""
    assert response.status_code == 200, response.text
    data: list[Mapping[str, object]] = response.json()["data"]
    return data


def error_of(response: httpx2.Response) -> tuple[int, str, object]:
    """Return status, code and details of an error."""
    error: Mapping[str, object] = response.json()["error"]
    assert error["message"]
    return response.status_code, str(error["code"]), error.get("details")
