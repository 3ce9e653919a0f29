"""Items of Apify's apidojo actors for TikTok; as CSV the same paths are column names."""

from collections.abc import Iterable
from typing import Final

from mcp_server.local.importers.fields import Fields
from mcp_server.local.importers.flags import of_video
from mcp_server.local.importers.formats import Record
from mcp_server.local.importers.hashtags import hashtags
from mcp_server.local.importers.ids import username, video_id
from mcp_server.local.importers.items import Item, Rejected, Row
from mcp_server.local.importers.layout import USUAL
from mcp_server.local.importers.nesting import nested, roots
from mcp_server.local.importers.notes import Notes
from mcp_server.local.records import CreatorRecord, SoundRecord, VideoRecord

_MARKS: Final = frozenset({"uploadedAt", "uploadedAtFormatted", "postPage"})
_CRAWLED: Final = ("scrapedAt", "scraped_at", "crawledAt")


class Apidojo:
    """A post with its channel and its song."""

    name = "apidojo"
    title = "Apify apidojo items (JSON, JSONL or CSV)"
    layout = USUAL
    private = False

    def recognizes(self, sample: Item) -> bool:
        """See `Format`."""
        keys = roots(sample)
        return "channel" in keys and bool(keys & _MARKS)

    def records(self, row: Row, notes: Notes) -> Iterable[Record]:
        """See `Format`."""
        item = Fields(nested(row.item), notes)
        if item.flag("noResults"):
            raise Rejected("the scraper found nothing")
        yield _video(item, notes, cell=row.in_table)


def _video(item: Fields, notes: Notes, *, cell: bool) -> VideoRecord:
    url = item.word("postPage")
    video = video_id(item.item.get("id"), url, cell=cell)
    posted = item.posted(video, "uploadedAt", "uploadedAtFormatted")
    crawled = item.time(*_CRAWLED)
    plays, likes = item.count("views"), item.count("likes")
    caption = item.text("title")
    media = item.part("video")
    return VideoRecord(
        video_id=video,
        creator=_channel(item.part("channel"), url, crawled),
        description=caption,
        plays=plays,
        likes=likes,
        comments=item.count("comments"),
        shares=item.count("shares"),
        saves=item.count("bookmarks"),
        duration=media.seconds("duration"),
        sound=_song(item.part("song"), notes),
        content_type="slideshow" if url is not None and "/photo/" in url else "video",
        posted_at=posted.at,
        scraped_at=crawled,
        thumbnail_url=media.word("cover", "thumbnail"),
        url=url,
        hashtags=hashtags(item.raw("hashtags"), caption),
        flags=int(of_video(posted, plays, likes)),
    )


def _channel(channel: Fields, url: str | None, crawled: int | None) -> CreatorRecord:
    # `name` is the display name, except where there is no other: then it is the handle.
    name = username(channel.raw("username"), url) or username(channel.raw("url", "name"))
    if name is None:
        raise Rejected("no username")
    return CreatorRecord(
        username=name,
        user_id=channel.id("id"),
        display_name=channel.text("name"),
        bio=channel.text("bio"),
        region=channel.word("region"),
        avatar_url=channel.word("avatar"),
        verified=channel.flag("verified"),
        followers=channel.count("followers"),
        following=channel.count("following"),
        total_likes=channel.count("likes"),
        video_count=channel.count("videos"),
        scraped_at=crawled,
    )


def _song(song: Fields, notes: Notes) -> SoundRecord | None:
    music_id = song.id("id")
    if music_id is None:
        if song.raw("title") is not None:
            notes.sound()
        return None
    return SoundRecord(
        music_id=music_id,
        title=song.text("title"),
        author=song.text("artist"),
        duration=song.seconds("duration"),
    )
