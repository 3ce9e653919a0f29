"""A public profile and its newest posts, read with yt-dlp; the extra `scrape` brings it.

No cookies are given and none are kept, and nothing is done about a page that wants a log-in or a
proof of being human: then there are no figures. What yt-dlp would try against being blocked is
switched off: made-up headers, a made-up origin, the embedded player, the solving of challenges.
Whether it imitates a browser is left to it: only where somebody has installed curl-cffi.

yt-dlp's own extractor drops the profile, the ids
of sounds, the hashtags and whether a post is a slideshow. The subclass here keeps the answers they
stand in. It overrides private methods; where a release has them no more, what the stock extractor
says is taken as it is.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from functools import wraps
from importlib import import_module
from types import new_class
from typing import Final, Protocol

from yt_dlp import YoutubeDL
from yt_dlp.networking.exceptions import HTTPError, RequestError, TransportError
from yt_dlp.utils import YoutubeDLError

from mcp_server.local.importers.items import Item, JsonValue

KEPT: Final = "tokmetrics_item"
"""The key under which an entry holds the item as TikTok sent it."""
_SOCKET_SECONDS: Final = 8
_STATUS: Final = re.compile(r"HTTP Error (\d{3})")
_UNANSWERED: Final = "Unable to download"
# What reading a page of an unexpected form may raise, beside yt-dlp's own errors.
_MISREAD: Final = (AttributeError, KeyError, IndexError, TypeError, ValueError)


@dataclass(slots=True)
class Visit:
    """What was to be seen of a profile."""

    detail: Item | None = None
    """The profile's part of the page: `userInfo`, `statusCode`."""
    entries: list[Item] = field(default_factory=list[Item])
    """As yt-dlp writes them, with TikTok's own item under `KEPT` where that could be kept."""
    refused_with: int | None = None
    """The HTTP status of a request that was refused."""
    unanswered: bool = False
    """Whether a request got no answer at all: no network, no connection, too late."""
    broken: bool = False
    """Whether it ended by an error rather than at the last post."""


class _Extractor(Protocol):
    """What is used of an extractor of yt-dlp."""

    def set_downloader(self, downloader: YoutubeDL) -> None:
        """Say what it asks for pages."""
        ...

    def extract(self, url: str) -> Mapping[str, Iterable[Item]]:
        """Return the `entries` of a page, each asked for when it is taken."""
        ...


class _Log:
    """Takes yt-dlp's messages. They are not passed on: a page's text may stand in them."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit

    def debug(self, message: str) -> None:
        """Take what it does."""

    def warning(self, message: str) -> None:
        """Take what it goes on after."""
        if found := _STATUS.search(message):
            self._visit.refused_with = int(found[1])
        elif _UNANSWERED in message:
            self._visit.unanswered = True

    error = warning


def visit(
    username: str,
    *,
    limit: int,
    pause: float,
    late: Callable[[], bool],
    downloader: Callable[..., YoutubeDL] = YoutubeDL,
) -> Visit:
    """Read the page of a profile and its newest posts, 15 to a request.

    Args:
        username: The handle.
        limit: Most posts.
        pause: Seconds between two requests.
        late: Says whether to stop with the posts that there are.
        downloader: Makes yt-dlp's downloader from its options.
    """
    seen = Visit()
    options: dict[str, object] = {
        "logger": _Log(seen),
        "quiet": True,
        "noprogress": True,
        "extract_flat": "in_playlist",
        "skip_download": True,
        "cachedir": False,
        "geo_bypass": False,
        "socket_timeout": _SOCKET_SECONDS,
        "retries": 0,
        "extractor_retries": 0,
        "sleep_interval_requests": pause,
    }
    with closing(downloader(options)) as opened:
        extractor = _extractor(seen)
        extractor.set_downloader(opened)
        try:
            for entry in extractor.extract(f"https://www.tiktok.com/@{username}")["entries"]:
                seen.entries.append(dict(entry))
                if len(seen.entries) >= limit or late():
                    break
        except (YoutubeDLError, RequestError, *_MISREAD) as error:
            seen.broken = True
            cause: object = getattr(error, "cause", None)
            if isinstance(cause, HTTPError):
                seen.refused_with = cause.status
            elif isinstance(cause, TransportError):
                seen.unanswered = True
    return seen


def _extractor(seen: Visit) -> _Extractor:
    """Return yt-dlp's extractor of a user's page, which keeps what it reads in `seen`."""
    stock: type = import_module("yt_dlp.extractor.tiktok").TikTokUserIE

    def keep_detail(_read: JsonValue, found: JsonValue) -> None:
        part = found.get("webapp.user-detail") if isinstance(found, dict) else None
        if isinstance(part, dict):
            seen.detail = part

    def keep_item(read: JsonValue, found: JsonValue) -> None:
        if isinstance(read, dict) and isinstance(found, dict):
            found[KEPT] = read

    def no_way_around(_self: object, _user_name: str) -> None:
        """Where the page shows no profile there is none: no embedded player, no challenge."""

    def no_headers(*_given: object, **_named: object) -> JsonValue:
        return {}

    overrides: dict[str, Callable[..., JsonValue]] = {
        "_get_universal_data": _kept(stock, "_get_universal_data", keep_detail),
        "_parse_aweme_video_web": _kept(stock, "_parse_aweme_video_web", keep_item),
        "_extract_sec_uid_from_embed": no_way_around,
        "_generate_blockbuster_headers": no_headers,
    }
    known = {name: method for name, method in overrides.items() if hasattr(stock, name)}
    subclass: type = new_class(stock.__name__, (stock,), exec_body=lambda body: body.update(known))
    extractor: _Extractor = subclass()
    return extractor


def _kept(
    stock: type, name: str, keep: Callable[[JsonValue, JsonValue], None]
) -> Callable[..., JsonValue]:
    """Return a method that does what the stock one does, and shows what it read and returns."""
    method: Callable[..., JsonValue] = getattr(stock, name, lambda *_: None)

    @wraps(method)
    def shown(self: object, *arguments: JsonValue, **named: JsonValue) -> JsonValue:
        found = method(self, *arguments, **named)
        keep(arguments[0] if arguments else None, found)
        return found

    return shown
