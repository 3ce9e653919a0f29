"""TikTok's public profile pages, by yt-dlp. Off unless switched on; see `terms`."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final, Protocol

from mcp_server.local.importers.items import Item, Rejected, Row
from mcp_server.local.importers.notes import Notes
from mcp_server.local.importers.tiktok_web import TikTokWeb
from mcp_server.local.importers.yt_dlp import YtDlp
from mcp_server.local.providers.interface import (
    BusyError,
    Fetched,
    NotPublicError,
    UnavailableError,
)
from mcp_server.local.providers.lock import exclusive
from mcp_server.local.providers.terms import INSTALL
from mcp_server.local.records import CreatorRecord, VideoRecord

_SECONDS: Final = 15.0
_LOCK_SECONDS: Final = 5.0
_RETRY_AFTER: Final = 10
_PRIVATE: Final = 10_222
_NO_SUCH_USER: Final = frozenset({10_202, 10_221, 10_223})
_NOT_FOUND: Final = frozenset({404, 410})
_KEPT: Final = "tokmetrics_item"


class Seen(Protocol):
    """What a visit to a profile showed; see `tiktok_pages.Visit`."""

    detail: Item | None
    entries: list[Item]
    refused_with: int | None
    unanswered: bool
    broken: bool


Visitor = Callable[[str, int, Callable[[], bool]], Seen]
"""Visits the profile of a handle for at most so many posts, or until told that it is late."""


def opened_with(*, pause: float) -> Visitor:
    """Return a visitor by yt-dlp that waits `pause` seconds between two requests.

    It raises `UnavailableError` where the extra is not installed.
    """

    def visitor(username: str, limit: int, late: Callable[[], bool]) -> Seen:
        try:
            from mcp_server.local.providers import tiktok_pages  # noqa: PLC0415 (an extra)
        except ImportError as error:
            raise UnavailableError(INSTALL) from error
        return tiktok_pages.visit(username, limit=limit, pause=pause, late=late)

    return visitor


class Scrape:
    """One public profile at a time, slowly, a bounded number of posts."""

    PAUSE_SECONDS: Final = 1.5
    name = "scrape"
    counted = True

    def __init__(
        self,
        lock: Path,
        visitor: Visitor,
        *,
        clock: Callable[[], float],
        monotonic: Callable[[], float],
        sleep: Callable[[float], None],
        wait: float = _LOCK_SECONDS,
    ) -> None:
        """Prepare; nothing is asked yet.

        Args:
            lock: The file by which processes take turns.
            visitor: How a profile is read.
            clock: Unix seconds; the time that the figures bear.
            monotonic: Seconds of a clock that never goes back.
            sleep: Waits for some seconds.
            wait: Most seconds to wait for one's turn.
        """
        self._lock = lock
        self._visitor = visitor
        self._clock = clock
        self._monotonic = monotonic
        self._sleep = sleep
        self._wait = wait

    def fetch(self, username: str, *, since: int | None, limit: int) -> Fetched:
        """Read the profile as it is now; see `Provider`. `since` is always before that."""
        del since
        try:
            with exclusive(self._lock, wait=self._wait) as held:
                if not held:
                    raise BusyError(
                        "another account is being collected, and one at a time is",
                        retry_after=_RETRY_AFTER,
                    )
                self._sleep(self.PAUSE_SECONDS)  # after whoever had the lock before
                until = self._monotonic() + _SECONDS
                seen = self._visitor(username, limit, lambda: self._monotonic() >= until)
        except OSError as error:
            raise UnavailableError("the data folder cannot be written") from error
        return _read(seen, username, int(self._clock()))


def _read(seen: Seen, username: str, now: int) -> Fetched:
    _refuse(seen)
    profile = _profile(seen, now)
    videos = [video for entry in seen.entries for video in _videos(entry, now)]
    if profile is None and videos:
        profile = replace(videos[0].creator, scraped_at=now)
    if profile is None:
        raise UnavailableError("TikTok sent a page without a profile, such as one for humans only")
    if profile.username.lower() != username.lower():
        raise UnavailableError("TikTok sent the page of another profile")
    of_profile = [
        replace(video, creator=profile)
        for video in videos
        if video.creator.username.lower() == username.lower()
    ]
    if not of_profile and profile.video_count:
        raise UnavailableError("TikTok listed none of the profile's posts")
    return Fetched(profile, of_profile)


def _refuse(seen: Seen) -> None:
    """Tell apart what makes a visit worthless.

    Raises:
        RefreshFailedError: It was one.
    """
    detail = seen.detail or {}
    if detail.get("statusCode") == _PRIVATE or _is_private(detail):
        raise NotPublicError("the profile is private")
    if seen.refused_with in _NOT_FOUND or detail.get("statusCode") in _NO_SUCH_USER:
        raise NotPublicError("TikTok knows no such profile")
    if seen.refused_with is not None:
        raise UnavailableError(f"TikTok refused the request (HTTP {seen.refused_with})")
    if seen.broken and seen.unanswered:
        raise UnavailableError("TikTok could not be reached")
    if seen.broken and not (_posts(detail) == 0 and not seen.entries):
        what = "a page without a profile" if not detail else "posts in an unexpected form"
        raise UnavailableError(f"TikTok sent {what}, such as one that asks for a human")


def _is_private(detail: Item) -> bool:
    return _part(detail, "userInfo", "user").get("privateAccount") is True


def _posts(detail: Item) -> int | None:
    found = _part(detail, "userInfo", "stats").get("videoCount")
    return found if isinstance(found, int) else None


def _part(item: Item, *keys: str) -> Item:
    for key in keys:
        inside = item.get(key)
        if not isinstance(inside, dict):
            return {}
        item = inside
    return item


def _profile(seen: Seen, now: int) -> CreatorRecord | None:
    info = _part(seen.detail or {}, "userInfo")
    try:
        found = list(TikTokWeb().records(Row(1, {"userInfo": dict(info)}, 0), Notes()))
    except Rejected:
        return None
    return next(
        (replace(one, scraped_at=now) for one in found if isinstance(one, CreatorRecord)), None
    )


def _videos(entry: Item, now: int) -> list[VideoRecord]:
    """Read a post as TikTok sent it, else as yt-dlp wrote it; none if it cannot be stored."""
    item = entry.get(_KEPT)
    if isinstance(item, dict):
        form: TikTokWeb | YtDlp = TikTokWeb()
        row = Row(1, item, 0)
    else:
        form, row = YtDlp(), Row(1, entry, 0)
    try:
        found = list(form.records(row, Notes()))
    except Rejected:
        return []
    return [replace(one, scraped_at=now) for one in found if isinstance(one, VideoRecord)]
