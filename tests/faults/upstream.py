"""A network whose every answer is one chosen failure, and the server in front of it."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import anyio
import httpx2
from mcp import Client
from mcp.client.client import ConnectMode
from pydantic import JsonValue

from mcp_server.app import Application, Outside, build_application
from mcp_server.settings import load

CANARY = "canary7f3a"
"""Stands in every text of the fake upstreams, and may come out nowhere but in data."""
KEY = "sk_" + "ab12" * 16
MARKET_KEY = "tk_" + "cd34" * 8
URL_SECRET = "urlsecret9c1d"
START = datetime(2026, 3, 1, 6, tzinfo=UTC)
SOON = 0.02
"""Seconds after which a silent upstream is given up."""

Respond = Callable[[httpx2.Request], httpx2.Response]


@dataclass(frozen=True, slots=True)
class Fault:
    """One way for an upstream to fail.

    Attributes:
        name: The test's id.
        respond: The answer, or an exception of the HTTP library; `None` never answers.
        codes: Catalogue codes, or beginnings of them, that a plain read may answer with.
        is_data: Whether it is a success whose texts are data, odd as they may be.
    """

    name: str
    respond: Respond | None
    codes: tuple[str, ...]
    is_data: bool = False


@dataclass(slots=True)
class FakeNetwork(httpx2.AsyncBaseTransport):
    """Answers every request by `respond` and remembers it."""

    respond: Respond | None
    requests: list[httpx2.Request] = field(default_factory=list[httpx2.Request])

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        if self.respond is None:
            await anyio.sleep_forever()
            raise AssertionError
        return self.respond(request)


@asynccontextmanager
async def serving(
    folder: Path,
    network: httpx2.AsyncBaseTransport,
    *,
    now: datetime = START,
    patience: float = 30,
    sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
    mode: ConnectMode = "auto",
    with_keys: bool = True,
) -> AsyncGenerator[tuple[Client, Application]]:
    """A client of a live server, and the server, for a look behind it.

    Args:
        folder: Holds the store; serving from it again is a restart.
        network: In place of the network.
        now: What the server's clock shows.
        patience: Seconds after which it gives a request up.
        sleep: How its engine waits.
        mode: The era of the protocol.
        with_keys: Whether it knows the keys of both APIs.
    """
    application = build_application(
        load(
            data_dir=folder,
            tokportal_api_key=KEY if with_keys else None,
            toklytics_api_key=MARKET_KEY if with_keys else None,
            tokportal_base_url=f"https://tokportal.invalid/{URL_SECRET}",
            toklytics_base_url=f"https://toklytics.invalid/{URL_SECRET}",
            max_retries=0,
            request_timeout_seconds=patience,
            log_level="debug",
        ),
        outside=Outside(now=lambda: now, sleep=sleep, pause=_forever, network=network),
    )
    try:
        async with Client(application.server, mode=mode) as client:
            yield client, application
    finally:
        await application.aclose()


@asynccontextmanager
async def connected(
    folder: Path, respond: Respond | None, mode: ConnectMode = "auto"
) -> AsyncGenerator[Client]:
    """A client of a live server whose network is `respond`."""
    patience = SOON if respond is None else 30
    async with serving(folder, FakeNetwork(respond), patience=patience, mode=mode) as (client, _):
        yield client


async def _forever(_seconds: float) -> None:
    await anyio.sleep_forever()


ARGUMENTS: dict[str, dict[str, JsonValue]] = {
    "canRefreshAccountAnalytics": {"account_id": "acc_1"},
    "compareTikTokCreators": {"usernames": ["lena", "marco"]},
    "getAccountAnalytics": {"account_id": "acc_1"},
    "getAccountAnalyticsHistory": {"account_id": "acc_1"},
    "getTikTokCreatorAnalytics": {"username": "lena"},
    "getTikTokCreatorTopContent": {"username": "lena"},
    "getTikTokCreatorVideos": {"username": "lena"},
    "getTikTokHashtagDetails": {"tag": "fitness"},
    "getTikTokNicheBenchmarks": {"niche": "fitness"},
    "getTikTokSoundDetails": {"music_id": "7000000000000000001"},
    "getTikTokVideoDetails": {"video_id": "7000000000000000001"},
    "getToklyticsStats": {},
    "getTrendingTikTokHashtags": {},
    "getTrendingTikTokSounds": {},
    "getTrendingTikTokVideos": {},
    "getVideoAnalytics": {"video_analytics_id": "va_001"},
    "listAccountVideoAnalytics": {"account_id": "acc_1"},
    "listAccounts": {},
    "planTikTokInfluencerCampaign": {"niche": "fitness", "budget": 5000},
    "refreshAccountAnalytics": {"account_id": "acc_1"},
    "refreshAccountAnalyticsAndWait": {
        "account_ids": ["acc_1", "acc_2"],
        "wait_seconds": 0.05,
    },
    "searchTikTokCreators": {"q": "fitness"},
    "searchTikTokHashtags": {"q": "fit"},
    "searchTikTokSounds": {"q": "drums"},
    "searchTikTokVideos": {"q": "fitness"},
}
"""The smallest call of every tool."""
