"""Flat tables: one row a video (or a profile), under any of the usual column names."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from mcp_server.local.importers.columns import Cells, known
from mcp_server.local.importers.flags import of_video
from mcp_server.local.importers.formats import Record
from mcp_server.local.importers.hashtags import hashtags
from mcp_server.local.importers.ids import id_in, identifier, username, video_id
from mcp_server.local.importers.items import Item, Rejected, Row
from mcp_server.local.importers.layout import USUAL
from mcp_server.local.importers.notes import Notes
from mcp_server.local.importers.values import boolean, text, word
from mcp_server.local.records import CreatorRecord, SoundRecord, VideoRecord

_OF_A_VIDEO: Final = frozenset({"plays", "comments", "shares", "saves", "posted_at", "duration"})
_OF_A_PROFILE: Final = frozenset({"followers", "following", "total_likes", "video_count", "bio"})
_SLIDESHOWS: Final = frozenset({"slideshow", "carousel", "photo", "image", "photos"})


class FlatTable:
    """CSV, or JSON objects without nesting. Our own column names are among those it knows."""

    name = "flat-table"
    title = "a flat table (CSV or JSON) with columns such as video_id, username, plays, likes"
    layout = USUAL
    private = False

    def recognizes(self, sample: Item) -> bool:
        """See `Format`."""
        fields = known(key for key, value in sample.items() if not isinstance(value, dict))
        named = bool(fields & {"username", "url"})
        return named and (
            ("video_id" in fields and bool(fields & (_OF_A_VIDEO | {"likes"})))
            or bool(fields & _OF_A_PROFILE)
        )

    def records(self, row: Row, notes: Notes) -> Iterable[Record]:
        """See `Format`."""
        cells = Cells(row.item, notes)
        crawled = cells.time("scraped_at")
        yield _profile(cells, crawled) if _is_profile(cells) else _video(cells, crawled, notes)


def _is_profile(cells: Cells) -> bool:
    if any(cells.get(field) is not None for field in _OF_A_VIDEO):
        return False
    if any(id_in(word(url)) for url in cells.all("url")):
        return False
    return any(cells.get(field) is not None for field in _OF_A_PROFILE) and not _names_a_video(
        cells
    )


def _names_a_video(cells: Cells) -> bool:
    # A profile's own id may stand in a column `id`; a caption makes it a video's.
    return cells.get("video_id") is not None and cells.get("description") is not None


def _video(cells: Cells, crawled: int | None, notes: Notes) -> VideoRecord:
    url = _post_url(cells)
    video = _video_id(cells, url)
    posted = cells.posted(video)
    plays, likes = cells.count("plays"), cells.count("likes")
    caption = text(cells.get("description"))
    return VideoRecord(
        video_id=video,
        creator=_creator(cells, url, crawled),
        description=caption,
        plays=plays,
        likes=likes,
        comments=cells.count("comments"),
        shares=cells.count("shares"),
        saves=cells.count("saves"),
        duration=cells.seconds("duration"),
        sound=_sound(cells, notes),
        content_type="slideshow" if _is_slideshow(cells, url) else "video",
        posted_at=posted.at,
        scraped_at=crawled,
        thumbnail_url=word(cells.get("thumbnail_url")),
        url=url,
        hashtags=hashtags(cells.get("hashtags"), caption),
        flags=int(of_video(posted, plays, likes)),
    )


def _video_id(cells: Cells, url: str | None) -> str:
    given = cells.all("video_id")
    sound = next((value for value in given if identifier(value)), None)
    return video_id(sound or next(iter(given), None), url)


def _post_url(cells: Cells) -> str | None:
    links = [link for value in cells.all("url") if (link := word(value))]
    return next((link for link in links if id_in(link)), None)


def _profile(cells: Cells, crawled: int | None) -> CreatorRecord:
    # In a table of profiles `id` is the user's and `likes` are all that the profile ever got.
    found = _creator(cells, word(cells.get("url")), crawled)
    return replace(
        found,
        user_id=found.user_id or identifier(cells.get("video_id")),
        total_likes=cells.count("likes") if found.total_likes is None else found.total_likes,
    )


def _creator(cells: Cells, url: str | None, crawled: int | None) -> CreatorRecord:
    named = (username(value) for value in cells.all("username"))
    name = next((found for found in named if found), None) or username(None, url)
    if name is None:
        raise Rejected("no username")
    return CreatorRecord(
        username=name,
        user_id=identifier(cells.get("user_id")),
        sec_uid=word(cells.get("sec_uid")),
        display_name=text(cells.get("display_name")),
        bio=text(cells.get("bio")),
        region=word(cells.get("region")),
        avatar_url=word(cells.get("avatar_url")),
        verified=boolean(cells.get("verified")),
        followers=cells.count("followers"),
        following=cells.count("following"),
        total_likes=cells.count("total_likes"),
        video_count=cells.count("video_count"),
        scraped_at=crawled,
    )


def _sound(cells: Cells, notes: Notes) -> SoundRecord | None:
    music_id = identifier(cells.get("music_id"))
    if music_id is None:
        if cells.get("music_id") is not None or cells.get("music_title") is not None:
            notes.sound()
        return None
    return SoundRecord(
        music_id=music_id,
        title=text(cells.get("music_title")),
        author=text(cells.get("music_author")),
        original=boolean(cells.get("music_original")),
    )


def _is_slideshow(cells: Cells, url: str | None) -> bool:
    said = (word(cells.get("content_type")) or "").lower()
    return (
        said in _SLIDESHOWS
        or boolean(cells.get("is_slideshow")) is True
        or (url is not None and "/photo/" in url)
    )
