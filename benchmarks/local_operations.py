"""Times every reading operation of the local upstream, through the app, in this process.

    python benchmarks/local_operations.py --folder /tmp/world

The world (synthetic; 10,000 creators and 300,000 videos unless told otherwise) is generated
once into the folder, below the system's temporary folder by default, and used again by later
runs. A figure is the time from the request to the
whole answer, transport and JSON included, in milliseconds.
"""

import argparse
import asyncio
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import quote

import httpx2

from mcp_server.local.app import create_app
from mcp_server.local.config import LocalConfig
from mcp_server.local.sample import generate
from mcp_server.local.world import World

AS_OF: Final = 1_770_000_000
SEED: Final = 1
DEFAULT_FOLDER: Final = Path(tempfile.gettempdir()) / "tokmetrics-benchmark"
TARGET_MS: Final = 20.0
NICHES: Final = ("fitness", "cooking", "comedy", "beauty", "gaming", "travel", "workout", "recipe")


class Draw:
    """Draws arguments from what the store holds, large and small alike."""

    def __init__(self, world: World, rng: random.Random) -> None:
        self._rng = rng
        column = self._column(world.data())
        of_state = self._column(world.state())
        self._accounts = of_state("SELECT DISTINCT account_id FROM account_snapshots")
        self._records = of_state("SELECT id FROM video_records")
        self._usernames = column("SELECT username FROM creators ORDER BY followers DESC")
        self._videos = column("SELECT video_id FROM videos WHERE id % 97 = 0")
        self._tags = column("SELECT name FROM hashtags ORDER BY video_count DESC LIMIT 2000")
        self._sounds = column("SELECT music_id FROM sounds ORDER BY video_count DESC LIMIT 2000")
        texts = column("SELECT description FROM videos WHERE id % 977 = 0")
        self._words = [word for text in texts for word in text.split() if "#" not in word]

    @staticmethod
    def _column(data: sqlite3.Connection) -> Callable[[str], list[str]]:
        return lambda query: [str(row[0]) for row in data.execute(query)]

    def _heavy(self, values: list[str]) -> str:
        """Draw one, half of the time among the largest fifty."""
        return quote(self._rng.choice(values[:50] if self._rng.getrandbits(1) else values))

    def username(self) -> str:
        """Draw a handle."""
        return self._heavy(self._usernames)

    def tag(self) -> str:
        """Draw a hashtag."""
        return self._heavy(self._tags)

    def sound(self) -> str:
        """Draw a sound's id."""
        return self._heavy(self._sounds)

    def video(self) -> str:
        """Draw a video's id."""
        return self._rng.choice(self._videos)

    def word(self) -> str:
        """Draw a word of a caption; frequent ones come often."""
        return quote(self._rng.choice(self._words))

    def account(self) -> str:
        """Draw one of the user's own accounts that has analytics."""
        return self._rng.choice(self._accounts)

    def record(self) -> str:
        """Draw TokPortal's id of a video of an own account."""
        return self._rng.choice(self._records)

    def one_of(self, *values: str) -> str:
        """Draw one of a few values."""
        return self._rng.choice(values)

    def whole(self, most: int) -> int:
        """Draw a number from 1 on."""
        return self._rng.randint(1, most)


def operations(draw: Draw) -> dict[str, Callable[[], str]]:
    """Return how to ask for each operation, with fresh arguments at every call."""

    def sort(*values: str) -> str:
        return f"sort={draw.one_of(*values)}&page={draw.whole(5)}"

    creator_sorts = ("followers", "likes", "videos", "recent")
    return {
        "searchTikTokCreators (text)": lambda: (
            f"v1/creators/search?q={draw.word()}&{sort(*creator_sorts)}"
        ),
        "searchTikTokCreators (filters)": lambda: (
            f"v1/creators/search?min_followers={draw.whole(200_000)}&region="
            f"{draw.one_of('US', 'JP', 'BR', '')}&order={draw.one_of('asc', 'desc')}"
            f"&verified={draw.one_of('true', 'false')}&{sort(*creator_sorts)}"
        ),
        "getTikTokCreatorAnalytics": lambda: f"v1/creators/{draw.username()}",
        "getTikTokCreatorVideos": lambda: (
            f"v1/creators/{draw.username()}/videos?"
            + sort("plays", "likes", "comments", "shares", "recent")
        ),
        "getTikTokCreatorTopContent": lambda: f"v1/creators/{draw.username()}/top-content",
        "searchTikTokVideos (text)": lambda: (
            f"v1/videos/search?q={draw.word()}&{sort('plays', 'likes', 'shares', 'recent')}"
        ),
        "searchTikTokVideos (filters)": lambda: (
            f"v1/videos/search?hashtag={draw.one_of(draw.tag(), '')}"
            f"&duration={draw.one_of('short', 'medium', 'long')}"
            f"&content_type={draw.one_of('video', 'slideshow')}"
            f"&min_views={draw.whole(50_000)}&{sort('plays', 'likes', 'shares', 'recent')}"
        ),
        "getTikTokVideoDetails": lambda: f"v1/videos/{draw.video()}",
        "getTrendingTikTokVideos": lambda: (
            f"v1/videos/trending?period={draw.one_of('24h', '7d', '30d')}"
        ),
        "searchTikTokHashtags": lambda: (
            f"v1/hashtags/search?q={draw.tag()[:3]}&{sort('video_count', 'view_count')}"
            if draw.whole(4) > 1
            else f"v1/hashtags/search?{sort('video_count', 'view_count')}"
        ),
        "getTikTokHashtagDetails": lambda: f"v1/hashtags/{draw.tag()}",
        "getTrendingTikTokHashtags": lambda: "v1/hashtags/trending",
        "searchTikTokSounds": lambda: (
            f"v1/sounds/search?q={draw.word()}&{sort('user_count', 'recent')}"
        ),
        "getTikTokSoundDetails": lambda: f"v1/sounds/{draw.sound()}",
        "getTrendingTikTokSounds": lambda: "v1/sounds/trending",
        "getToklyticsStats": lambda: "v1/analytics/platform-stats",
        "compareTikTokCreators": lambda: (
            "v1/analytics/creator-comparison?usernames="
            + ",".join(draw.username() for _ in range(10))
        ),
        "getTikTokNicheBenchmarks": lambda: (
            f"v1/analytics/niche-report?niche={draw.one_of(*NICHES)}"
            f"&min_followers={draw.one_of('0', '1000', '10000')}"
        ),
        "planTikTokInfluencerCampaign": lambda: (
            f"v1/analytics/campaign-planner?niche={draw.one_of(*NICHES)}"
            f"&budget={draw.one_of('3000', '20000', '250000')}"
        ),
        "listAccounts": lambda: f"ext/accounts?page={draw.whole(2)}",
        "getAccountAnalytics": lambda: f"ext/accounts/{draw.account()}/analytics",
        "canRefreshAccountAnalytics": lambda: (
            f"ext/accounts/{draw.account()}/analytics/can-refresh"
        ),
        "listAccountVideoAnalytics": lambda: (
            f"ext/accounts/{draw.account()}/analytics/videos?page={draw.whole(3)}"
        ),
        "getVideoAnalytics": lambda: f"ext/videos/{draw.record()}/analytics",
    }


def prepare(config: LocalConfig, creators: int, videos: int) -> World:
    """Open the world of the folder, generating it where there is none."""
    world = World(config)
    stored = world.data().execute("SELECT value FROM meta WHERE key = 'as_of'").fetchone()
    if stored is None:
        started = time.perf_counter()
        generate(world, creators=creators, videos=videos, seed=SEED, as_of=AS_OF)
        print(f"generated in {time.perf_counter() - started:.1f} s")
    return world


async def measure(config: LocalConfig, world: World, rounds: int) -> bool:
    """Print a line for each operation; say whether all meet the target."""
    good = True
    draw = Draw(world, random.Random(SEED))  # noqa: S311 (repeatable on purpose)
    transport = httpx2.ASGITransport(create_app(config, world=world))
    async with httpx2.AsyncClient(
        transport=transport, base_url="http://local/api/", headers={"X-API-Key": "local"}
    ) as client:
        print(f"{'operation':34}{'p50 ms':>9}{'p95 ms':>9}{'max ms':>9}")
        for name, path in operations(draw).items():
            times = [await timed(client, path()) for _ in range(rounds + 5)][5:]
            times.sort()
            p95 = times[int(0.95 * (len(times) - 1))]
            good = good and p95 <= TARGET_MS
            mark = "" if p95 <= TARGET_MS else "  above the target"
            print(f"{name:34}{times[len(times) // 2]:9.2f}{p95:9.2f}{times[-1]:9.2f}{mark}")
    return good


async def timed(client: httpx2.AsyncClient, path: str) -> float:
    """Return how many milliseconds one answer takes.

    Raises:
        RuntimeError: The answer is neither the data nor "not found".
    """
    started = time.perf_counter()
    response = await client.get(path)
    elapsed = 1000 * (time.perf_counter() - started)
    if response.status_code not in (200, 404):
        raise RuntimeError(f"{path}: {response.status_code} {response.text}")
    return elapsed


def main() -> int:
    """Run the benchmark; the exit status says whether the target was met."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--folder", type=Path, default=DEFAULT_FOLDER, help="of the world")
    parser.add_argument("--creators", type=int, default=10_000)
    parser.add_argument("--videos", type=int, default=300_000)
    parser.add_argument("--rounds", type=int, default=100, help="calls per operation")
    options = parser.parse_args()
    config = LocalConfig(data_dir=options.folder, world="sample")
    world = prepare(config, options.creators, options.videos)
    try:
        return 0 if asyncio.run(measure(config, world, options.rounds)) else 1
    finally:
        world.close()


if __name__ == "__main__":
    sys.exit(main())
