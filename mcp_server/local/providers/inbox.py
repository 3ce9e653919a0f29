"""A folder: what is dropped there is imported when an account is refreshed. Fully offline."""

import errno
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from mcp_server.local.creator_metrics import is_postponed
from mcp_server.local.importers.detect import detect
from mcp_server.local.importers.items import UnknownFormatError
from mcp_server.local.importers.report import FileReport, ImportReport
from mcp_server.local.importers.runner import import_files
from mcp_server.local.importers.runs import was_imported
from mcp_server.local.providers.dropped import Dropped, waiting
from mcp_server.local.providers.interface import Fetched, NothingNewerError, UnavailableError
from mcp_server.local.providers.left import Left
from mcp_server.local.providers.lock import exclusive
from mcp_server.local.providers.put_away import PutAway
from mcp_server.local.records import CreatorRecord, VideoRecord
from mcp_server.local.tokportal.creators import (
    Creator,
    ObservedVideo,
    find_creator,
    find_person,
    observed_at,
    observed_videos,
)
from mcp_server.local.world import World

LONGEST_SECONDS: Final = 12.0
"""After which no further file is begun: somebody waits for the answer."""
LARGEST_BYTES: Final = 24 << 20
"""Larger files take too long for a refresh, and are left to `tokmetrics local import`."""
_WAIT_SECONDS: Final = 15.0
_NOT_OF_THE_FILE: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EMFILE})
_LOG: Final = logging.getLogger(__name__)


class Inbox:
    """The files in a folder, of any format that can be imported."""

    name = "inbox"
    counted = False

    def __init__(
        self,
        world: World,
        *,
        sleep: Callable[[float], None],
        monotonic: Callable[[], float],
        wait: float = _WAIT_SECONDS,
    ) -> None:
        """Use the folder that the world's settings name.

        Args:
            world: Where the rows go.
            sleep: Waits for some seconds, to see whether a file is still growing.
            monotonic: Seconds of a clock that never goes back.
            wait: Most seconds to wait for another process that reads the folder.
        """
        self._world = world
        self._folder = world.config.refresh_folder
        self._sleep = sleep
        self._monotonic = monotonic
        self._wait = wait
        self._left = Left()

    def fetch(self, username: str, *, since: int | None, limit: int) -> Fetched:
        """Import what waits in the folder, whoever's it is; see `Provider`."""
        known = find_creator(self._world.data(), username)
        try:
            self._import_all()
        except OSError as error:
            what = error.strerror or "it cannot be read"
            raise UnavailableError(f"the inbox cannot be used: {what}") from error
        remark = self._left.told(LARGEST_BYTES)
        creator = self._same(username, known)
        if creator is None:
            raise NothingNewerError(remark)
        videos = observed_videos(self._world.data(), creator)
        seen_at = observed_at(creator, videos)
        if seen_at is None or (since is not None and seen_at <= since):
            raise NothingNewerError(remark)
        return replace(_fetched(creator, videos, seen_at, limit), remark=remark)

    def _same(self, username: str, known: Creator | None) -> Creator | None:
        """Return who had the handle before the import, which may have given it to another."""
        data = self._world.data()
        if known is None:
            return find_creator(data, username)
        return find_person(data, known.username, known.user_id, known.sec_uid)

    def _import_all(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        if not waiting(self._folder):
            return
        lock = self._world.config.data_dir / "inbox.lock"
        with exclusive(lock, wait=self._wait) as held:
            if not held:
                raise UnavailableError("the inbox is being read by another process; try again soon")
            self._import_each(self._monotonic() + LONGEST_SECONDS)

    def _import_each(self, until: float) -> None:
        away = PutAway(self._folder, self._world.state())
        # Looked for anew under the lock: whoever had it may have put some away.
        for file in waiting(self._folder):
            if self._monotonic() >= until:
                _LOG.warning("The inbox holds more than one refresh reads; the next one goes on.")
                self._left.more = True
                return
            if away.remembers(file):
                continue
            if file.is_growing(self._world.config.clock, self._sleep):
                self._left.growing += 1
                continue
            self._take(file, away)

    def _take(self, file: Dropped, away: PutAway) -> None:
        """Import one file and put it away, whatever comes of it."""
        rows = away.rows_of(file)
        try:
            if file.size > LARGEST_BYTES:
                detect(file.path)
                if was_imported(self._world.state(), file.path, file.changed_ns / 1e9):
                    return
                _LOG.warning("Too large for a refresh: tokmetrics local import %s", file.path)
                self._left.large += 1
                return
            report = import_files(
                self._world,
                [file.path],
                rejects=rows,
                recent=True,
                ratings=not is_postponed(self._world.data()),
            )
        except UnknownFormatError as error:
            self._reject(file, away, str(error))
            return
        except FileNotFoundError:
            return  # taken away again
        except OSError as error:
            if error.errno in _NOT_OF_THE_FILE:
                raise
            self._reject(file, away, error.strerror or "it cannot be read")
            return
        finally:
            away.tidy(rows)
        if file.has_changed():
            return  # it was still written to; the next refresh reads all of it
        if _is_useless(report):
            self._reject(file, away, _reasons(report.files))
        else:
            away.keep(file)
            self._left.rows += report.rejected
        _LOG.info("Imported from the inbox: %s", file.name)

    def _reject(self, file: Dropped, away: PutAway, reason: str) -> None:
        away.reject(file, reason)
        self._left.rejected += 1


def _is_useless(report: ImportReport) -> bool:
    return all(not file.records for file in report.files)


def _reasons(files: list[FileReport]) -> str:
    said = [f"{reason} ({count:,})" for file in files for reason, count in file.reasons.items()]
    return "; ".join(said) or "no rows"


def _fetched(creator: Creator, videos: list[ObservedVideo], seen_at: int, limit: int) -> Fetched:
    profile = CreatorRecord(
        username=creator.username,
        followers=creator.followers,
        following=creator.following,
        scraped_at=seen_at,
    )
    newest = sorted(videos, key=lambda video: video.posted_at or 0, reverse=True)[:limit]
    records = [
        VideoRecord(
            video_id=video.video_id,
            creator=CreatorRecord(username=creator.username),
            plays=video.plays,
            likes=video.likes,
            comments=video.comments,
            shares=video.shares,
            saves=video.saves,
            posted_at=video.posted_at,
            scraped_at=video.scraped_at,
        )
        for video in newest
    ]
    return Fetched(profile, records, stored=True)
