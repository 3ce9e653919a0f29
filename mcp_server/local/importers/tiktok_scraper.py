"""Items of drawrowfly/tiktok-scraper and of Apify's clockworks actors, which took over its shape.

As JSON they nest (`authorMeta.name`); as CSV the same paths are column names, with dots or slashes.
"""

from typing import Final

from mcp_server.local.importers.flags import Flag, of_counts
from mcp_server.local.importers.formats import Record
from mcp_server.local.importers.hashtags import hashtags
from mcp_server.local.importers.ids import identifier, username, video_id
from mcp_server.local.importers.items import Item, JsonValue, Rejected
from mcp_server.local.importers.times import moment, posted_at
from mcp_server.local.importers.values import boolean, count, duration, text, word
from mcp_server.local.records import CreatorRecord, SoundRecord, VideoRecord

_ERROR_KEYS: Final = ("error", "errorCode", "errorMessage")
_POST_KEYS: Final = ("createTime", "createTimeISO")
_CRAWL_KEYS: Final = ("scrapedAt", "scrapedAtISO", "scraped_at", "crawledAt", "collectedAt")
_NESTED: Final = ("authorMeta", "musicMeta", "videoMeta")


class TikTokScraper:
    """The format of both scrapers, nested or flattened."""

    name = "tiktok-scraper"
    title = "Apify / tiktok-scraper items (JSON, JSONL or CSV)"

    def recognizes(self, sample: Item) -> bool:
        """See `Format`."""
        roots = {key.replace("/", ".").partition(".")[0] for key in sample}
        return "authorMeta" in roots or ("diggCount" in roots and bool(roots & set(_NESTED)))

    def record(self, item: Item) -> Record:
        """See `Format`."""
        item = nested(item)
        _refuse_an_error_row(item)
        url = word(item.get("webVideoUrl"))
        video = video_id(item.get("id"), url)
        posted = posted_at(video, _first_time(item, _POST_KEYS))
        crawled = _crawled(item)
        plays, likes = count(item.get("playCount")), count(item.get("diggCount"))
        caption = text(item.get("text"))
        flags = of_counts(plays, likes)
        flags |= Flag.POSTED_AT_FROM_ID if posted.from_id else Flag(0)
        flags |= Flag.POSTED_AT_SHIFTED if posted.shifted else Flag(0)
        return VideoRecord(
            video_id=video,
            creator=_creator(_part(item, "authorMeta"), url, crawled),
            description=caption,
            plays=plays,
            likes=likes,
            comments=count(item.get("commentCount")),
            shares=count(item.get("shareCount")),
            saves=count(item.get("collectCount")),
            duration=duration(_part(item, "videoMeta").get("duration")),
            sound=_sound(_part(item, "musicMeta")),
            content_type="slideshow" if _is_slideshow(item, url) else "video",
            posted_at=posted.at,
            scraped_at=crawled,
            thumbnail_url=_thumbnail(item),
            url=url,
            hashtags=hashtags(item.get("hashtags"), caption),
            flags=int(flags),
        )


def _refuse_an_error_row(item: Item) -> None:
    if "id" not in item and any(word(item.get(key)) for key in _ERROR_KEYS):
        raise Rejected("the scraper wrote an error instead of a video")


def _first_time(item: Item, keys: tuple[str, ...]) -> JsonValue:
    return next((item.get(key) for key in keys if moment(item.get(key))), None)


def _crawled(item: Item) -> int | None:
    found = moment(_first_time(item, _CRAWL_KEYS))
    return found.at if found else None


def _part(item: Item, key: str) -> Item:
    part = item.get(key)
    return part if isinstance(part, dict) else {}


def _creator(author: Item, url: str | None, crawled: int | None) -> CreatorRecord:
    name = username(author.get("name"), url) or username(author.get("uniqueId"))
    if name is None:
        raise Rejected("no username")
    return CreatorRecord(
        username=name,
        user_id=identifier(author.get("id")),
        sec_uid=word(author.get("secUid")),
        display_name=text(author.get("nickName")),
        bio=text(author.get("signature")),
        region=word(author.get("region")),
        avatar_url=word(author.get("avatar")),
        verified=boolean(author.get("verified")),
        followers=count(author.get("fans")),
        following=count(author.get("following")),
        total_likes=count(author.get("heart")),
        video_count=count(author.get("video")),
        scraped_at=crawled,
    )


def _sound(music: Item) -> SoundRecord | None:
    music_id = identifier(music.get("musicId"))
    if music_id is None:
        return None
    return SoundRecord(
        music_id=music_id,
        title=text(music.get("musicName")),
        author=text(music.get("musicAuthor")),
        original=boolean(music.get("musicOriginal")),
        duration=duration(music.get("duration")),
    )


def _is_slideshow(item: Item, url: str | None) -> bool:
    return boolean(item.get("isSlideshow")) is True or (url is not None and "/photo/" in url)


def _thumbnail(item: Item) -> str | None:
    return word(_part(item, "covers").get("default")) or word(
        _part(item, "videoMeta").get("coverUrl")
    )


def nested(item: Item) -> Item:
    """Return an item with column names such as `authorMeta.name` or `hashtags/0/name` unfolded."""
    if not any("." in key or "/" in key for key in item):
        return item
    tree: dict[str, JsonValue] = {}
    for key, value in item.items():
        here = tree
        *parents, last = key.replace("/", ".").split(".")
        for parent in parents:
            below = here.setdefault(parent, {})
            if not isinstance(below, dict):  # `hashtags` beside `hashtags/0/name`
                here[parent] = below = {}
            here = below
        if not isinstance(here.get(last), dict):
            here[last] = value
    return {key: _lists(value) for key, value in tree.items()}


def _lists(value: JsonValue) -> JsonValue:
    if not isinstance(value, dict):
        return value
    below = {key: _lists(inner) for key, inner in value.items()}
    if below and all(key.isdecimal() for key in below):
        return [inner for _, inner in sorted(below.items(), key=lambda pair: int(pair[0]))]
    return below
