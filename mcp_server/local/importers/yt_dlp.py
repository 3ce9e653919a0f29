"""What `yt-dlp` writes about TikTok: `-J`, `-j`, `--flat-playlist`, and `.info.json` files.

A video's own fields are those of its TikTok extractor; profiles' figures, ids of sounds and lists
of hashtags are not among them.
"""

from collections.abc import Iterable
from typing import Final

from mcp_server.local.importers.fields import Fields
from mcp_server.local.importers.flags import of_video
from mcp_server.local.importers.formats import Record
from mcp_server.local.importers.hashtags import hashtags
from mcp_server.local.importers.ids import id_in, username, video_id
from mcp_server.local.importers.items import Item, JsonValue, Rejected, Row
from mcp_server.local.importers.layout import Layout
from mcp_server.local.importers.notes import Notes
from mcp_server.local.importers.values import word
from mcp_server.local.records import CreatorRecord, VideoRecord

_EXTRACTORS: Final = ("extractor_key", "ie_key", "extractor")
_OF_A_PLAYLIST: Final = (
    "epoch",
    "uploader",
    "uploader_id",
    "channel",
    "channel_id",
    "channel_follower_count",
)
_ON_AIR: Final = ("is_live", "is_upcoming")
_NO_CAPTION: Final = "TikTok video #"


class YtDlp:
    """One video, or the videos of a playlist such as a user's page."""

    name = "yt-dlp"
    title = "yt-dlp info JSON (-J, -j, --flat-playlist, .info.json)"
    layout = Layout(beside=frozenset((key,) for key in _OF_A_PLAYLIST))
    private = False

    def recognizes(self, sample: Item) -> bool:
        """See `Format`."""
        return any(isinstance(sample.get(key), str) for key in _EXTRACTORS) and (
            "id" in sample or "url" in sample
        )

    def records(self, row: Row, notes: Notes) -> Iterable[Record]:
        """See `Format`."""
        return () if row.about else _all(row.item, Fields(row.document, Notes()), notes)


def _all(item: Item, playlist: Fields, notes: Notes) -> Iterable[Record]:
    if item.get("_type") == "playlist":
        # `--write-info-json` writes one without its entries, beside a file for each of them.
        entries = item.get("entries")
        within = Fields({**playlist.item, **item}, Notes())
        reason: Rejected | None = None
        for entry in entries if isinstance(entries, list) else ():
            try:
                yield from _all(entry, within, notes) if isinstance(entry, dict) else ()
            except Rejected as rejected:
                reason = rejected  # and on to the others
        if reason is not None:
            raise reason
        return
    source = word(next((item[key] for key in _EXTRACTORS if key in item), None)) or ""
    if not source.lower().startswith("tiktok"):
        raise Rejected("not a page of TikTok")
    if item.get("is_live") is True or item.get("live_status") in _ON_AIR:
        raise Rejected("a live stream, which is no video yet")
    yield _video(Fields(item, notes), playlist, notes)


def _video(item: Fields, playlist: Fields, notes: Notes) -> VideoRecord:
    url = _post_url(item)
    video = video_id(item.item.get("id"), url)
    posted = item.posted(video, "timestamp", "upload_date")
    crawled = item.time("epoch")
    if crawled is None:
        crawled = playlist.time("epoch")
    plays, likes = item.count("view_count"), item.count("like_count")
    caption = _caption(item)
    if item.raw("track") is not None:
        notes.sound()
    return VideoRecord(
        video_id=video,
        creator=_creator(item, playlist, url, crawled),
        description=caption,
        plays=plays,
        likes=likes,
        comments=item.count("comment_count"),
        shares=item.count("repost_count"),
        saves=item.count("save_count"),
        duration=item.seconds("duration"),
        content_type="slideshow" if url is not None and "/photo/" in url else "video",
        posted_at=posted.at,
        scraped_at=crawled,
        thumbnail_url=item.word("thumbnail") or _last_url(item.raw("thumbnails")),
        url=url,
        hashtags=hashtags(item.raw("tags"), caption),
        flags=int(of_video(posted, plays, likes)),
    )


def _post_url(item: Fields) -> str | None:
    links = [item.word(name) for name in ("webpage_url", "original_url", "url")]
    return next((link for link in links if id_in(link)), None)


def _caption(item: Fields) -> str | None:
    title = item.text("title")
    given = None if title is not None and title.startswith(_NO_CAPTION) else title
    return item.text("description") or given


def _creator(item: Fields, playlist: Fields, url: str | None, crawled: int | None) -> CreatorRecord:
    name = username(item.raw("uploader"), url) or username(playlist.raw("uploader"))
    if name is None:
        raise Rejected("no username")
    return CreatorRecord(
        username=name,
        user_id=item.id("uploader_id") or playlist.id("uploader_id"),
        sec_uid=item.word("channel_id") or playlist.word("channel_id"),
        display_name=item.text("channel", "creator") or playlist.text("channel"),
        followers=_first(item, playlist, "channel_follower_count"),
        scraped_at=crawled,
    )


def _first(item: Fields, playlist: Fields, name: str) -> int | None:
    own = item.count(name)
    return playlist.count(name) if own is None else own


def _last_url(thumbnails: JsonValue) -> str | None:
    """Return the best picture: yt-dlp sorts them from worst to best."""
    last = thumbnails[-1] if isinstance(thumbnails, list) and thumbnails else None
    return word(last.get("url")) if isinstance(last, dict) else None
