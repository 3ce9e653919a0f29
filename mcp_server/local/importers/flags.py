"""What is remarkable about a stored video, as bits of `videos.flags`."""

from enum import IntFlag

from mcp_server.local.importers.times import PostTime
from mcp_server.local.records import ASSUMED_TIME


class Flag(IntFlag):
    """Set by an importer; a row may have several."""

    LIKES_EXCEED_PLAYS = 1
    """The source says more likes than plays; kept as it is."""
    ZERO_PLAYS = 2
    POSTED_AT_FROM_ID = 4
    """The source has no exact post time; it is the one inside the video's id."""
    POSTED_AT_SHIFTED = 8
    """The source's post time was of another time zone and was corrected."""
    SCRAPED_AT_INFERRED = ASSUMED_TIME
    """The source has no crawl time; it is the file's date or the newest post's."""


def of_video(posted: PostTime, plays: int | None, likes: int | None) -> Flag:
    """Return what the post time and the counts of a video deserve."""
    found = Flag(0)
    if posted.from_id:
        found |= Flag.POSTED_AT_FROM_ID
    if posted.shifted:
        found |= Flag.POSTED_AT_SHIFTED
    if plays == 0:
        found |= Flag.ZERO_PLAYS
    if plays is not None and likes is not None and likes > plays:
        found |= Flag.LIKES_EXCEED_PLAYS
    return found
