"""A small synthetic world, written by hand, and how to ask it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TypeAlias
from urllib.parse import urlencode

import httpx2
from starlette.applications import Starlette
from starlette.routing import Mount, Router

from mcp_server.local.config import LocalConfig
from mcp_server.local.ingest import Ingest
from mcp_server.local.records import CreatorRecord, SoundRecord, VideoRecord
from mcp_server.local.toklytics import routes
from mcp_server.local.world import World

HOUR, DAY = 3_600, 86_400
AS_OF = 1_700_000_000  # 2023-11-14T22:13:20Z

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"

ANN = CreatorRecord(
    "ann.fit",
    user_id="1",
    display_name="Ann 筋トレ",
    bio="Coach and gym lover",
    region="JP",
    verified=True,
    followers=120_000,
    following=10,
    total_likes=900_000,
    video_count=80,
    scraped_at=AS_OF,
)
BEN = CreatorRecord(
    "ben_cooks",
    display_name="Ben",
    bio="Recipes every day",
    region="US",
    verified=False,
    followers=50_000,
    total_likes=400_000,
    video_count=300,
    scraped_at=AS_OF - DAY,
)
CHO = CreatorRecord(
    "cho",
    display_name="최 코미디",
    region="KR",
    verified=True,
    followers=2_000_000,
    total_likes=50_000_000,
    video_count=120,
    scraped_at=AS_OF - 2 * DAY,
)
DEE = CreatorRecord("dee")
SONG = SoundRecord("7001", "夜に駆ける", "YOASOBI", original=False, duration=60)
OWN = SoundRecord("7002", "original sound", "Ann", original=True, duration=15)

# id, creator, caption, plays, likes, comments, shares, saves, seconds, days ago, sound
Row: TypeAlias = tuple[
    str,
    CreatorRecord,
    str | None,
    int | None,
    int | None,
    int | None,
    int | None,
    int | None,
    int | None,
    float,
    SoundRecord | None,
]
ROWS: tuple[Row, ...] = (
    ("101", ANN, "朝の広島ジムで #gym #fyp", 12_000, 900, 30, 12, 40, 14, 0.5, SONG),
    ("102", ANN, "leg day #gym #workout", 8_000, 500, 10, 4, None, 15, 3, SONG),
    ("103", ANN, "went viral #workout #fyp", 95_000, 7_000, 200, 90, 300, 61, 9, OWN),
    ("104", ANN, None, 15_000, 700, 25, 15, 20, 60, 20, OWN),
    ("105", ANN, "photos #gym", None, 300, 5, 1, 2, None, 40, None),
    ("106", ANN, "東京タワー前で", 20_000, 1_000, 50, 10, 30, 30, 45, SONG),
    ("201", BEN, "easy pasta #recipe #fyp", 40_000, 2_000, 100, 50, 400, 45, 1, SONG),
    ("202", BEN, "soup_time #recipe", 30_000, 1_800, 80, 20, 300, 90, 6, SONG),
    ("203", BEN, "cake #recipe #baking", 20_000, 900, 60, 30, 200, 75, 8, None),
    ("204", BEN, "knife skills #recipe", 10_000, 500, 20, 5, 100, 30, 12, None),
    ("205", BEN, "pasta again #recipe #pasta", 25_000, 1_000, 40, 10, 90, 20, 30, None),
    ("301", CHO, "웃긴영상 #코미디 #fyp", 900_000, 50_000, 900, 800, 700, 22, 2, None),
    ("302", CHO, "prank #comedy", 400_000, 30_000, 600, 300, 200, 33, 5, None),
    ("401", DEE, "広島の秋 #旅行", 5_000, 100, 3, 1, 0, 12, 4, SONG),
    ("402", DEE, "nothing known", None, None, None, None, None, None, 50, None),
)
SLIDESHOWS = {"105"}


def record(row: Row) -> VideoRecord:
    video_id, creator, caption, plays, likes, comments, shares, saves, seconds, days, sound = row
    return VideoRecord(
        video_id,
        creator,
        description=caption,
        plays=plays,
        likes=likes,
        comments=comments,
        shares=shares,
        saves=saves,
        duration=seconds,
        sound=sound,
        content_type="slideshow" if video_id in SLIDESHOWS else "video",
        posted_at=AS_OF - int(days * DAY),
        scraped_at=creator.scraped_at or AS_OF - DAY,
        url=f"https://example.org/{video_id}" if video_id == "101" else None,
        hashtags=tags_of(row),
    )


def tags_of(row: Row) -> tuple[str, ...]:
    return tuple(word[1:] for word in (row[2] or "").split() if word.startswith("#"))


def by_id(*ids: str) -> list[Row]:
    return [row for row in ROWS if row[0] in ids]


def of(creator: CreatorRecord) -> list[Row]:
    return [row for row in ROWS if row[1] is creator]


def ids(rows: Iterable[Row], column: int | None = None) -> list[str]:
    """The ids in descending order of a column; unknown ones last, ties as they stand."""

    def order(row: Row) -> float:
        value = row[column] if column is not None else None
        return -value if isinstance(value, int | float) else float("inf")

    return [row[0] for row in (sorted(rows, key=order) if column is not None else rows)]


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and body of one answer."""

    status: int
    body: dict[str, Json]

    @property
    def data(self) -> dict[str, Json]:
        return obj(self.body["data"])

    @property
    def rows(self) -> list[dict[str, Json]]:
        return objs(self.body["data"])

    @property
    def meta(self) -> dict[str, Json]:
        return obj(self.body["meta"])

    @property
    def pagination(self) -> dict[str, Json]:
        return obj(self.body["pagination"])

    @property
    def code(self) -> Json:
        return obj(self.body["error"])["code"]

    def column(self, name: str) -> list[Json]:
        return [row[name] for row in self.rows]


def obj(value: Json) -> dict[str, Json]:
    assert isinstance(value, dict)
    return value


def objs(value: Json) -> list[dict[str, Json]]:
    assert isinstance(value, list)
    return [obj(item) for item in value]


@dataclass(frozen=True, slots=True)
class Api:
    """The routes of one world, asked in this process."""

    world: World
    client: httpx2.AsyncClient

    async def get(self, path: str, **params: object) -> Answer:
        query = f"?{urlencode(params)}" if params else ""
        response = await self.client.get(f"/api/v1{path}{query}")
        return Answer(response.status_code, response.json())

    async def all_pages(self, path: str, limit: int, **params: object) -> list[dict[str, Json]]:
        found: list[dict[str, Json]] = []
        for page in count(1):
            answer = await self.get(path, **params, page=page, limit=limit)
            found += answer.rows
            if not answer.pagination["has_more"]:
                break
        return found


def make_world(folder: Path, records: Sequence[VideoRecord | CreatorRecord]) -> World:
    world = World(LocalConfig(data_dir=folder, world="sample", clock=lambda: AS_OF + DAY))
    ingest = Ingest(world.data(), world.state(), source="test")
    for start in range(0, len(records), 1000):
        ingest.add(records[start : start + 1000])
    ingest.finish()
    return world


def make_client(world: World) -> httpx2.AsyncClient:
    numbers = count(1)
    inner = Router(routes(world, new_id=lambda: f"req-{next(numbers)}"), redirect_slashes=False)
    app = Starlette(routes=[Mount("/api/v1", app=inner)])
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://local")
