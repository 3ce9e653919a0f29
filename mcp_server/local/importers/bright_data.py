"""Profiles of Bright Data's TikTok dataset, JSON or CSV, with their most viewed videos."""

from collections.abc import Iterable, Iterator
from typing import Final

from mcp_server.local.importers.fields import Fields
from mcp_server.local.importers.flags import of_video
from mcp_server.local.importers.formats import Record
from mcp_server.local.importers.hashtags import hashtags
from mcp_server.local.importers.ids import username, video_id
from mcp_server.local.importers.items import Item, JsonValue, Rejected, Row
from mcp_server.local.importers.json_cursor import DamagedJsonError, decoded
from mcp_server.local.importers.layout import USUAL
from mcp_server.local.importers.notes import Notes
from mcp_server.local.importers.times import posted_at
from mcp_server.local.records import CreatorRecord, VideoRecord

_OF_A_PROFILE: Final = frozenset({"account_id", "videos_count", "biography"})
_VIDEOS: Final = "top_videos"


class BrightData:
    """One row a profile. The engagement rates that come with it are not ours and not used."""

    name = "bright-data"
    title = "Bright Data's TikTok profiles (JSON or CSV)"
    layout = USUAL
    private = False

    def recognizes(self, sample: Item) -> bool:
        """See `Format`."""
        return "awg_engagement_rate" in sample or sample.keys() >= _OF_A_PROFILE

    def records(self, row: Row, notes: Notes) -> Iterable[Record]:
        """See `Format`."""
        fields = Fields(row.item, notes)
        profile = _profile(fields)
        yield profile
        for item in _videos(fields, notes):
            if (video := _video(Fields(item, notes, f"{_VIDEOS}."), profile, notes)) is not None:
                yield video


def _profile(fields: Fields) -> CreatorRecord:
    # In samples of the dataset `account_id` is masked; the address of the profile is not.
    name = username(None, fields.word("url"))
    if name is None:
        raise Rejected("no profile address in the column url, and account_id may be masked")
    return CreatorRecord(
        username=name,
        user_id=fields.id("id"),
        display_name=fields.text("nickname"),
        bio=fields.text("biography"),
        region=fields.word("region"),
        avatar_url=fields.word("profile_pic_url_hd", "profile_pic_url"),
        verified=fields.flag("is_verified"),
        followers=fields.count("followers"),
        following=fields.count("following"),
        total_likes=fields.count("likes"),
        video_count=fields.count("videos_count"),
        scraped_at=fields.time("timestamp"),
    )


def _videos(fields: Fields, notes: Notes) -> Iterator[Item]:
    """Yield the videos of a profile, which a table holds as JSON text."""
    found: JsonValue = fields.raw(_VIDEOS)
    if isinstance(found, str):
        try:
            found = decoded(found)
        except DamagedJsonError:
            notes.cell(_VIDEOS, found)
    for item in found if isinstance(found, list) else ():
        if isinstance(item, dict):
            yield item


def _video(fields: Fields, profile: CreatorRecord, notes: Notes) -> VideoRecord | None:
    url = fields.word("video_url", "url")
    try:
        video = video_id(fields.raw("video_id"), url)
    except Rejected:
        notes.cell(f"{_VIDEOS}.video_id", fields.raw("video_id"))
        return None
    posted = posted_at(video, fields.raw("create_date", "create_time"))
    plays = fields.count("playcount", "play_count")
    likes = fields.count("diggcount", "digg_count")
    caption = fields.text("description")
    return VideoRecord(
        video_id=video,
        creator=profile,
        description=caption,
        plays=plays,
        likes=likes,
        comments=fields.count("commentcount", "comment_count"),
        shares=fields.count("share_count", "sharecount"),
        saves=fields.count("favorites_count", "collect_count"),
        duration=fields.seconds("duration"),
        content_type="slideshow" if url and "/photo/" in url else "video",
        posted_at=posted.at,
        scraped_at=profile.scraped_at,
        thumbnail_url=fields.word("cover_image"),
        url=url,
        hashtags=hashtags(fields.raw("hashtags"), caption),
        flags=int(of_video(posted, plays, likes)),
    )
