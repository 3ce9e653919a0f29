"""Dated crawls, one after the other as a clock moves on: the stand-in for a real collection."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeGuard

from mcp_server.local.importers.crawl_times import CrawlTime
from mcp_server.local.importers.detect import ImportFile
from mcp_server.local.importers.files import find
from mcp_server.local.importers.formats import Record
from mcp_server.local.importers.items import UnknownFormatError
from mcp_server.local.importers.one_file import OneFile, Surroundings
from mcp_server.local.importers.rejects import Rejects
from mcp_server.local.ingest import Outcome
from mcp_server.local.providers.interface import (
    Fetched,
    NothingNewerError,
    NotPublicError,
    UnavailableError,
)
from mcp_server.local.records import CreatorRecord, VideoRecord
from mcp_server.local.restore import StoredRow


@dataclass(frozen=True, slots=True)
class _Crawl:
    """What one file says of one account; `at` is the newest time in it, in Unix seconds."""

    at: int
    profile: CreatorRecord
    videos: list[VideoRecord]


class Replay:
    """The crawls in a folder: one file each, of any format that can be imported."""

    name = "replay"
    counted = True

    def __init__(self, folder: Path, clock: Callable[[], float]) -> None:
        """Replay the files of `folder` by `clock`, which returns Unix seconds."""
        self._folder = folder
        self._clock = clock

    def fetch(self, username: str, *, since: int | None, limit: int) -> Fetched:
        """Return the newest crawl of the account that is not from later than now."""
        now = int(self._clock())
        try:
            files = find([self._folder]).files
            found = [_crawl(file, username, now) for file in files]
        except (OSError, UnknownFormatError) as error:
            raise UnavailableError("the crawls to replay cannot be read") from error
        crawls = [crawl for crawl in found if crawl is not None and crawl.at <= now]
        if not crawls:
            raise NotPublicError("no crawl until now has this account")
        crawl = max(crawls, key=lambda one: one.at)
        if since is not None and crawl.at <= since:
            raise NothingNewerError
        newest = sorted(crawl.videos, key=lambda video: video.posted_at or 0, reverse=True)
        return Fetched(crawl.profile, newest[:limit])


def _crawl(file: ImportFile, username: str, now: int) -> _Crawl | None:
    """Read one file and keep what is about the account; `None` if nothing dated is."""
    kept: list[CreatorRecord | VideoRecord] = []

    def keep(_source: str, records: Sequence[Record]) -> Outcome:
        kept.extend(record for record in records if _is_about(record, username))
        return Outcome(0, 0, len(records))

    one = OneFile(file, Surroundings(keep, Rejects(None), None, now))
    newest = one.look().newest
    one.run(None if newest is None else CrawlTime(newest, "post"), lambda: None)
    at = max((record.scraped_at for record in kept if record.scraped_at is not None), default=None)
    if at is None:
        return None
    videos = [record for record in kept if isinstance(record, VideoRecord)]
    profiles = [record for record in kept if isinstance(record, CreatorRecord)]
    profile = (profiles or [video.creator for video in videos])[-1]
    return _Crawl(at, replace(profile, scraped_at=at), videos)


def _is_about(record: Record, username: str) -> TypeGuard[CreatorRecord | VideoRecord]:
    if isinstance(record, StoredRow):
        return False
    creator = record.creator if isinstance(record, VideoRecord) else record
    return creator.username.lower() == username.lower()
