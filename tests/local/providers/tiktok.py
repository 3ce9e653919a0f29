"""TikTok's side of yt-dlp's network layer: hand-written bodies, and nothing else. Synthetic."""

import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import urlsplit

from yt_dlp import YoutubeDL
from yt_dlp.networking import Request, Response
from yt_dlp.networking.exceptions import HTTPError, TransportError

from mcp_server.local.importers.items import Item, JsonValue
from mcp_server.local.providers import tiktok_pages
from mcp_server.local.providers.scrape import Seen, Visitor

HANDLE = "coolcreator"
SEC_UID = "MS4wLjABAAAAmade-up"
PAGE = f"/@{HANDLE}"
LIST = "/api/creator/item_list/"

Body = str | int | None
"""What a path answers: a body, the status of a refusal, or nothing, as without a network."""


@dataclass(slots=True)
class Site:
    """The paths that answer, each with its bodies in turn; any other path fails the test."""

    bodies: Mapping[str, Sequence[Body]]
    asked: list[str] = field(default_factory=list[str])
    options: list[Mapping[str, object]] = field(default_factory=list[Mapping[str, object]])
    headers: list[dict[str, str]] = field(default_factory=list[dict[str, str]])

    def answer(self, request: object) -> Response:
        url = request.url if isinstance(request, Request) else str(request)
        path = urlsplit(url).path.lower()
        if path not in self.bodies:
            raise AssertionError(f"{path} was asked for")
        nth = self.asked.count(path)
        self.asked.append(path)
        if isinstance(request, Request):
            self.headers.append({name: str(value) for name, value in request.headers.items()})
        body = self.bodies[path][nth]
        if body is None:
            raise TransportError("no route to host")
        content = io.BytesIO(body.encode() if isinstance(body, str) else b"")
        if isinstance(body, int):
            refused = Response(content, url, {}, body)
            raise HTTPError(refused)
        return Response(content, url, {"Content-Type": "text/html; charset=utf-8"})

    def visitor(self, pause: float = 0) -> Visitor:
        """Visit this site through yt-dlp."""

        def visit(username: str, limit: int, late: Callable[[], bool]) -> Seen:
            return tiktok_pages.visit(
                username, limit=limit, pause=pause, late=late, downloader=self._downloader
            )

        return visit

    def _downloader(self, options: Mapping[str, object]) -> YoutubeDL:
        self.options.append(options)
        make: Callable[..., YoutubeDL] = partial(_Offline, self)
        return make(options)


class _Offline(YoutubeDL):
    """yt-dlp, but for the network."""

    def __init__(self, site: Site, options: Mapping[str, object]) -> None:
        start: Callable[..., None] = super().__init__
        start(dict(options))
        self._site = site

    def urlopen(self, req: object) -> Response:
        return self._site.answer(req)


def page(
    *,
    handle: str = "CoolCreator",
    posts: int = 2,
    private: bool = False,
    status: int = 0,
    known: bool = True,
) -> str:
    """The page of a profile, with the data that its scripts begin with."""
    user = {
        "id": "101",
        "uniqueId": handle,
        "nickname": "Cool Creator",
        "signature": "Unboxing things.",
        "secUid": SEC_UID,
        "verified": True,
        "privateAccount": private,
        "region": "US",
    }
    stats = {
        "followerCount": 13_000,
        "followingCount": 341,
        "heartCount": 90_000,
        "videoCount": posts,
    }
    info = {"userInfo": {"user": user, "stats": stats}} if known else {}
    detail = {**info, "statusCode": status}
    data = json.dumps({"__DEFAULT_SCOPE__": {"webapp.user-detail": detail}})
    script = f'<script id="__UNIVERSAL_DATA_FOR_REHYDRATION__" type="application/json">{data}'
    return f"<html><body>{script}</script></body></html>"


def post(video_id: str, plays: int, *, slides: bool = False, handle: str = "CoolCreator") -> Item:
    """One post of the list that the page asks for."""
    made: dict[str, JsonValue] = {
        "id": video_id,
        "desc": "Unboxing",
        "createTime": int(video_id) >> 32,
        "author": {"id": "101", "uniqueId": handle, "secUid": SEC_UID, "nickname": "Cool Creator"},
        "stats": {
            "playCount": plays,
            "diggCount": 100,
            "commentCount": 9,
            "shareCount": 4,
            "collectCount": "6",
        },
        "music": {
            "id": "6800000000000000001",
            "title": "A tune",
            "authorName": "Somebody",
            "original": False,
            "duration": 30,
        },
        "challenges": [{"id": "5", "title": "NewThings"}],
        "video": {"duration": 0 if slides else 12, "cover": "https://pictures.example/1.jpg"},
    }
    return {**made, "imagePost": {"images": ["one"]}} if slides else made


def posts(*found: Item, more: bool = False) -> str:
    """One answer to the page's question for posts."""
    return json.dumps({"itemList": found, "hasMorePrevious": more, "cursor": "0", "statusCode": 0})
