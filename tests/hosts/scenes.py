"""The states of the world in which the questions are asked.

Creators and figures are those of `tests/tools/world.py`; they are invented. The `sample` scenes
hold the same people in the world whose figures count as synthetic and grow by a refresh.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Literal

import anyio
import httpx2
from pydantic import JsonValue
from starlette.types import ASGIApp, Receive, Scope, Send

from mcp_server.app import Application, Outside, build_application
from mcp_server.local import LocalConfig, LocalWorld, create_app
from mcp_server.settings import load
from mcp_server.store.records import StoredSnapshot
from tests.faults.upstream import KEY, FakeNetwork
from tests.tools.world import BRANDS, NOW, OBSERVED, OWN, write_world

SAME_ID: Final = "0" * 32
"""Every request's id, so that golden files do not change by it."""
COLLECTED: Final = NOW + timedelta(seconds=20)
"""When the figures of a refresh are there that was asked for at `NOW`."""
LOOKED: Final = NOW + timedelta(seconds=25)
EARLIER: Final = OBSERVED - timedelta(days=10)
EARLIER_FOLLOWERS: Final = 12_000


@dataclass(frozen=True, slots=True)
class Stage:
    """A server and the ids that its upstream gave to the world's things."""

    application: Application
    account_id: str
    record_id: str


Opened = Callable[[Path], AbstractAsyncContextManager[Stage]]


class _Nap:
    """Time creeps until somebody sleeps for a moment, then the refresh is done.

    Each look is a microsecond later than the one before: what was asked after a refresh was
    accepted must not seem to be of the same moment.
    """

    def __init__(self) -> None:
        self.now = NOW

    def look(self) -> datetime:
        self.now += timedelta(microseconds=1)
        return self.now

    async def sleep(self, seconds: float) -> None:
        if seconds >= 5:  # leases, deadlines and progress: nothing is ever late here
            await anyio.sleep_forever()
        if seconds > 0:  # the pause before the first look
            self.now = LOOKED
        await anyio.lowlevel.checkpoint()


async def _stand_still(seconds: float) -> None:
    if seconds > 0:
        await anyio.sleep_forever()


def _local(
    world: Literal["own", "sample"],
    *,
    now: Callable[[], datetime] = lambda: NOW,
    sleep: Callable[[float], Awaitable[None]] = _stand_still,
    monthly_quota: int = 500,
    through: Callable[[ASGIApp], ASGIApp] = lambda app: app,
) -> Opened:
    @asynccontextmanager
    async def open_scene(folder: Path) -> AsyncGenerator[Stage]:
        config = LocalConfig(
            folder, world, monthly_quota=monthly_quota, clock=lambda: now().timestamp()
        )
        account_id = write_world(config)[OWN]
        served = LocalWorld(config)
        application = build_application(
            load(data_dir=folder),
            local_app=through(create_app(config, world=served, new_id=lambda: SAME_ID)),
            outside=Outside(now=now, sleep=sleep, pause=_stand_still),
        )
        record = served.state().execute(
            "SELECT id FROM video_records WHERE video_id = ?", (BRANDS[2].video_id,)
        )
        try:
            yield Stage(application, account_id, str(record.fetchone()[0]))
        finally:
            await application.aclose()
            served.close()

    return open_scene


@asynccontextmanager
async def _remembering(folder: Path) -> AsyncGenerator[Stage]:
    """The own world of a user whose account was read ten days earlier too."""
    async with _local("own")(folder) as scene:
        deps = scene.application.deps
        body: dict[str, JsonValue] = {
            "account_id": scene.account_id,
            "followers_count": EARLIER_FOLLOWERS,
        }
        await deps.store.put_snapshot(
            await deps.partition(),
            StoredSnapshot(
                kind="account",
                subject=scene.account_id,
                scraped_at=EARLIER,
                stored_at=EARLIER,
                body=body,
                account_id=scene.account_id,
                synthetic=False,
                mode="local",
            ),
        )
        yield scene


def _held_after_the_post(app: ASGIApp) -> ASGIApp:
    """An upstream that says nothing more of its quota once a refresh is accepted.

    What an answer says of the quota must not depend on which of the two was faster.
    """
    posted = False

    async def hold(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal posted
        if posted and scope["path"].endswith("/can-refresh"):
            await anyio.sleep_forever()
        await app(scope, receive, send)
        posted = posted or (scope["method"] == "POST" and not _is_dry(scope))

    return hold


def _is_dry(scope: Scope) -> bool:
    return (b"x-tokportal-dry-run", b"true") in scope["headers"]


@asynccontextmanager
async def _refreshable(folder: Path) -> AsyncGenerator[Stage]:
    nap = _Nap()
    async with _local("sample", now=nap.look, sleep=nap.sleep)(folder) as scene:
        yield scene


def _live_answer(request: httpx2.Request) -> httpx2.Response:
    """Made-up answers of the real APIs: a capped search, a list without times, a rate limit."""
    path = request.url.path
    if path.endswith("/videos/search"):
        return httpx2.Response(
            200,
            json={
                "data": [{"video_id": "7000000000000000005", "plays": 1_200, "likes": 60}],
                "pagination": {"page": 1, "limit": 1, "total": 10_000, "total_pages": 10_000},
                "meta": {"total_is_capped": True, "request_id": SAME_ID},
            },
            request=request,
        )
    if path.endswith("/hashtags/trending"):
        error = {"code": "RATE_LIMIT_EXCEEDED", "message": "Slow down."}
        return httpx2.Response(
            429, json={"error": error}, headers={"Retry-After": "30"}, request=request
        )
    error = {"code": "AUTH_INVALID_KEY", "message": "This key is not known."}
    return httpx2.Response(401, json={"error": error}, request=request)


@asynccontextmanager
async def _live(folder: Path) -> AsyncGenerator[Stage]:
    settings = load(data_dir=folder, tokportal_api_key=KEY, max_retries=0)
    outside = Outside(
        now=lambda: NOW,
        sleep=_stand_still,
        pause=_stand_still,
        network=FakeNetwork(_live_answer),
    )
    application = build_application(settings, outside=outside)
    try:
        yield Stage(application, "acc_1", "va_1")
    finally:
        await application.aclose()


SCENES: Final[Mapping[str, Opened]] = {
    "own": _remembering,
    "sample": _local("sample", through=_held_after_the_post),
    "refreshed": _refreshable,
    "exhausted": _local("sample", monthly_quota=0),
    "live": _live,
}
