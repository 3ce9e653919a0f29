"""Flat tables: one row a video (or a profile), under any of the usual column names."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from mcp_server.local.importers.columns import Cells, known
from mcp_server.local.importers.flags import of_video
from mcp_server.local.importers.formats import Record
from mcp_server.local.importers.hashtags import hashtags
from mcp_server.local.importers.ids import handle_in, id_in, identifier, username, video_id
from mcp_server.local.importers.items import Item, JsonValue, Rejected, Row
from mcp_server.local.importers.layout import USUAL
from mcp_server.local.importers.notes import Notes
from mcp_server.local.importers.values import boolean, text, word
from mcp_server.local.records import CreatorRecord, SoundRecord, VideoRecord

_COUNTED: Final = frozenset({"plays", "comments", "shares", "saves"})
_OF_A_VIDEO: Final = _COUNTED | {"likes", "posted_at", "dated", "duration"}
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
        named = bool(fields & {"username", "author", "url"})
        return named and (
            (bool(fields & {"video_id", "id"}) and bool(fields & _OF_A_VIDEO))
            or bool(fields & _OF_A_PROFILE)
        )

    def records(self, row: Row, notes: Notes) -> Iterable[Record]:
        """See `Format`."""
        cells = Cells(row.item, notes)
        yield _profile(cells) if _is_profile(cells) else _video(cells, notes, cell=row.in_table)


def _is_profile(cells: Cells) -> bool:
    """Say whether a row is about a person. Likes, a time and a length do not decide it."""
    if not cells.has(_OF_A_PROFILE) or cells.has(_COUNTED | {"video_id"}):
        return False
    # A profile's own id may stand in a column `id`; a caption makes it a video's.
    captioned = cells.has({"id"}) and cells.has({"description"})
    return not captioned and _post_url(cells) is None


def _video(cells: Cells, notes: Notes, *, cell: bool) -> VideoRecord:
    crawled = cells.time("scraped_at")
    url = _post_url(cells)
    video = _video_id(cells, url, cell=cell)
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


def _video_id(cells: Cells, url: str | None, *, cell: bool) -> str:
    given = cells.all("video_id", "id")
    sound = next((value for value in given if identifier(value)), None)
    return video_id(sound or next(iter(given), None), url, cell=cell)


def _post_url(cells: Cells) -> str | None:
    links = [link for value in cells.all("url") if (link := word(value))]
    return next((link for link in links if id_in(link)), None)


def _profile(cells: Cells) -> CreatorRecord:
    # In a table of profiles `id` is the user's, `likes` are all that the profile ever got, and a
    # date is that of the figures; `create_time` is when the person joined.
    links = (word(value) for value in cells.all("url"))
    url = next((link for link in links if handle_in(link)), None)
    found = _creator(cells, url, cells.time("scraped_at", "dated"))
    return replace(
        found,
        user_id=found.user_id or identifier(cells.get("id")),
        total_likes=cells.count("likes") if found.total_likes is None else found.total_likes,
    )


def _creator(cells: Cells, url: str | None, crawled: int | None) -> CreatorRecord:
    # `author` may be a handle or a display name, which several people share; a URL has the handle.
    authors = cells.all("author")
    name = _first_handle(cells.all("username")) or handle_in(url) or _first_handle(authors)
    if name is None:
        raise Rejected("no username")
    ids = (identifier(value) for value in cells.all("user_id"))
    return CreatorRecord(
        username=name,
        user_id=next((found for found in ids if found), None),
        sec_uid=word(cells.get("sec_uid")),
        display_name=text(cells.get("display_name")) or _other_name(authors, name),
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


def _first_handle(values: Iterable[JsonValue]) -> str | None:
    return next((found for value in values if (found := username(value))), None)


def _other_name(authors: Iterable[JsonValue], handle: str) -> str | None:
    """Return how else a row calls its author: what is neither the handle nor an id."""
    names = (word(value) for value in authors if identifier(value) is None)
    return next((n for n in names if n and (username(n) or "").lower() != handle.lower()), None)


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
