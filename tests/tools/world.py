"""A hand-written world for the tool tests: invented people, numbers chosen to be checked by hand.

Observed on 2026-03-01. `lena.lifts` has five videos of 100,000 views with 5,000 likes and nothing
else, so her engagement rate is 5 percent; `marco.moves` five of 20,000 views with 2,000 likes: 10.
"""

from datetime import UTC, datetime

from mcp_server.local import LocalConfig, LocalWorld
from mcp_server.local.ingest import Ingest
from mcp_server.local.records import CreatorRecord, SoundRecord, VideoRecord
from mcp_server.local.tokportal.accounts import add_account

OBSERVED = datetime(2026, 3, 1, tzinfo=UTC)
NOW = datetime(2026, 3, 1, 6, tzinfo=UTC)
SIX_HOURS = 6 * 3600
OWN = "brand.house"
UNCOLLECTED = "brand.new"
_DAY = 86_400
_SEEN = int(OBSERVED.timestamp())

SOUND = SoundRecord("7000000000000000001", "Morning Drums", "The Invented", original=False)

LENA = CreatorRecord(
    "lena.lifts",
    user_id="1001",
    display_name="Lena Lifts",
    bio="fitness and strength",
    region="US",
    verified=True,
    followers=200_000,
    following=10,
    total_likes=900_000,
    video_count=40,
    scraped_at=_SEEN,
)
MARCO = CreatorRecord(
    "marco.moves",
    user_id="1002",
    display_name="Marco Moves",
    bio="fitness every day",
    region="IT",
    verified=False,
    followers=50_000,
    following=20,
    total_likes=80_000,
    video_count=30,
    scraped_at=_SEEN - _DAY,
)
KANA = CreatorRecord(
    "kana_kitchen",
    user_id="1003",
    display_name="かなの台所",
    bio="家庭料理",
    region="JP",
    verified=False,
    followers=8_000,
    scraped_at=_SEEN,
)
BRAND = CreatorRecord(
    OWN,
    user_id="1004",
    display_name="Brand House",
    bio="our own",
    region="US",
    followers=12_400,
    following=340,
    scraped_at=_SEEN,
)


def _video(
    number: int,
    creator: CreatorRecord,
    *,
    days: int,
    plays: int,
    likes: int,
    text: str | None = None,
    tag: str = "fitness",
) -> VideoRecord:
    posted = _SEEN - days * _DAY
    return VideoRecord(
        video_id=str((posted << 32) + number),
        creator=creator,
        description=text or f"Day {number} of training #fitness",
        plays=plays,
        likes=likes,
        comments=0,
        shares=0,
        saves=0,
        duration=30,
        sound=SOUND,
        posted_at=posted,
        scraped_at=_SEEN,
        hashtags=(tag,),
        url=f"https://www.tiktok.com/@{creator.username}/video/{(posted << 32) + number}",
    )


LENAS = [_video(n, LENA, days=n, plays=100_000, likes=5_000) for n in range(1, 6)]
MARCOS = [_video(10 + n, MARCO, days=n, plays=20_000, likes=2_000) for n in range(1, 6)]
KANAS = [
    _video(20 + n, KANA, days=n, plays=1_000 * n, likes=10, text="広島の夕飯", tag="料理")
    for n in range(1, 4)
]
BRANDS = [
    _video(30, BRAND, days=20, plays=10_000, likes=500, text="First look", tag="brand"),
    _video(31, BRAND, days=10, plays=40_000, likes=1_000, text="Second look", tag="brand"),
    _video(32, BRAND, days=2, plays=2_000, likes=400, text="Third look", tag="brand"),
]


def write_world(config: LocalConfig) -> dict[str, str]:
    """Write the world; return the account ids by username."""
    world = LocalWorld(config)
    try:
        ingest = Ingest(world.data(), world.state(), source="test")
        ingest.add([LENA, MARCO, KANA, BRAND])
        ingest.add([*LENAS, *MARCOS, *KANAS, *BRANDS])
        ingest.finish()
        ids = {OWN: add_account(world, OWN)}
        ingest.add([CreatorRecord(UNCOLLECTED, user_id="1005", scraped_at=_SEEN)])
        ingest.finish()
        return ids
    finally:
        world.close()
