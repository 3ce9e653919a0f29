"""Items of drawrowfly/tiktok-scraper and of Apify's clockworks actors, which took over its shape.

As JSON they nest (`authorMeta.name`); as CSV the same paths are column names, with dots or slashes.
"""

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
from mcp_server.local.importers.values import word
from mcp_server.local.records import CreatorRecord, SoundRecord, VideoRecord

_ERROR_KEYS: Final = ("error", "errorCode", "errorMessage")
_POST_KEYS: Final = ("createTime", "createTimeISO")
_CRAWL_KEYS: Final = ("scrapedAt", "scrapedAtISO", "scraped_at", "crawledAt", "collectedAt")
_NESTED: Final = ("authorMeta", "musicMeta", "videoMeta")


class TikTokScraper:
    """The format of both scrapers, nested or flattened."""

    name = "tiktok-scraper"
    title = "Apify clockworks / tiktok-scraper items (JSON, JSONL or CSV)"
    layout = USUAL
    private = False

    def recognizes(self, sample: Item) -> bool:
        """See `Format`."""
        keys = roots(sample)
        return "authorMeta" in keys or ("diggCount" in keys and bool(keys & set(_NESTED)))

    def records(self, row: Row, notes: Notes) -> Iterable[Record]:
        """See `Format`."""
        item = nested(row.item)
        _refuse_an_error_row(item)
        fields = Fields(item, notes)
        yield _profile(fields) if _is_profile(fields) else _video(fields, notes, cell=row.in_table)


def _video(item: Fields, notes: Notes, *, cell: bool) -> VideoRecord:
    url = item.word("webVideoUrl")
    video = video_id(item.item.get("id"), url, cell=cell)
    posted = item.posted(video, *_POST_KEYS)
    crawled = item.time(*_CRAWL_KEYS)
    plays, likes = item.count("playCount"), item.count("diggCount")
    caption = item.text("text")
    return VideoRecord(
        video_id=video,
        creator=_creator(item.part("authorMeta"), url, crawled),
        description=caption,
        plays=plays,
        likes=likes,
        comments=item.count("commentCount"),
        shares=item.count("shareCount"),
        saves=item.count("collectCount"),
        duration=item.part("videoMeta").seconds("duration"),
        sound=_sound(item.part("musicMeta"), notes),
        content_type="slideshow" if _is_slideshow(item, url) else "video",
        posted_at=posted.at,
        scraped_at=crawled,
        thumbnail_url=item.part("covers").word("default")
        or item.part("videoMeta").word("coverUrl"),
        url=url,
        hashtags=hashtags(item.raw("hashtags"), caption),
        flags=int(of_video(posted, plays, likes)),
    )


def _refuse_an_error_row(item: Item) -> None:
    if "id" not in item and any(word(item.get(key)) for key in _ERROR_KEYS):
        raise Rejected("the scraper wrote an error instead of a video")


def _is_profile(item: Fields) -> bool:
    # The actors for profiles write a row without a post for an account that has none.
    return item.raw("id", "webVideoUrl") is None and item.part("authorMeta").raw("fans") is not None


def _profile(item: Fields) -> CreatorRecord:
    return _creator(item.part("authorMeta"), None, item.time(*_CRAWL_KEYS))


def _creator(author: Fields, url: str | None, crawled: int | None) -> CreatorRecord:
    name = username(author.raw("name"), url) or username(author.raw("uniqueId"))
    if name is None:
        raise Rejected("no username")
    return CreatorRecord(
        username=name,
        user_id=author.id("id"),
        sec_uid=author.word("secUid"),
        display_name=author.text("nickName"),
        bio=author.text("signature"),
        region=author.word("region"),
        avatar_url=author.word("avatar"),
        verified=author.flag("verified"),
        followers=author.count("fans"),
        following=author.count("following"),
        total_likes=author.count("heart"),
        video_count=author.count("video"),
        scraped_at=crawled,
    )


def _sound(music: Fields, notes: Notes) -> SoundRecord | None:
    music_id = music.id("musicId")
    if music_id is None:
        if music.raw("musicId", "musicName") is not None:
            notes.sound()
        return None
    return SoundRecord(
        music_id=music_id,
        title=music.text("musicName"),
        author=music.text("musicAuthor"),
        original=music.flag("musicOriginal"),
        duration=music.seconds("duration"),
    )


def _is_slideshow(item: Fields, url: str | None) -> bool:
    return item.flag("isSlideshow") is True or (url is not None and "/photo/" in url)
