"""Answers of TikTok's Research API: `video/query`, `user/info`, and lists taken out of them.

What each field means is described at developers.tiktok.com, "Research API".
"""

from collections.abc import Iterable
from typing import Final

from mcp_server.local.importers.fields import Fields
from mcp_server.local.importers.flags import of_video
from mcp_server.local.importers.formats import Record
from mcp_server.local.importers.hashtags import hashtags
from mcp_server.local.importers.ids import username, video_id
from mcp_server.local.importers.items import Item, JsonValue, Rejected, Row
from mcp_server.local.importers.layout import Layout
from mcp_server.local.importers.notes import Notes
from mcp_server.local.importers.times import posted_at
from mcp_server.local.records import CreatorRecord, SoundRecord, VideoRecord

_OF_A_VIDEO: Final = frozenset(
    {
        "effect_ids",
        "hashtag_info_list",
        "hashtag_names",
        "is_stem_verified",
        "playlist_id",
        "region_code",
        "video_description",
        "video_label",
        "video_mention_list",
        "voice_to_text",
    }
)
_LEAST_OF_A_VIDEO: Final = 2
_OF_A_USER: Final = frozenset({"likes_count", "bio_description", "display_name"})


class ResearchApi:
    """Videos and profiles as the Research API answers them, whole answers or their rows."""

    name = "research-api"
    title = "answers of TikTok's Research API (video/query, user/info)"
    layout = Layout(
        beside=frozenset({("username",), ("error", "code")}),
        signs=frozenset({("data", "search_id"), ("error", "log_id")}),
    )
    private = False

    def recognizes(self, sample: Item) -> bool:
        """See `Format`."""
        keys = sample.keys()
        if "id" in keys:
            return "create_time" in keys and len(keys & _OF_A_VIDEO) >= _LEAST_OF_A_VIDEO
        return "follower_count" in keys and bool(keys & _OF_A_USER)

    def records(self, row: Row, notes: Notes) -> Iterable[Record]:
        """See `Format`."""
        fields = Fields(row.item, notes)
        _refuse_an_error(fields)
        if row.about:
            return
        if "id" in row.item:
            yield _video(fields, cell=row.in_table)
        elif row.item:
            yield _profile(fields, row.document)


def _refuse_an_error(document: Fields) -> None:
    if document.part("error").word("code") not in {None, "ok"}:
        raise Rejected("the API answered with an error instead of data")


def _video(fields: Fields, *, cell: bool) -> VideoRecord:
    video = video_id(fields.raw("id"), None, cell=cell)
    name = username(fields.raw("username"))
    if name is None:
        raise Rejected('no username: ask the API for the field "username" as well')
    posted = posted_at(video, fields.raw("create_time"))
    plays, likes = fields.count("view_count"), fields.count("like_count")
    caption = fields.text("video_description")
    music = fields.id("music_id")
    return VideoRecord(
        video_id=video,
        # `region_code` is where the video was posted, which need not be the creator's region.
        creator=CreatorRecord(name),
        description=caption,
        plays=plays,
        likes=likes,
        comments=fields.count("comment_count"),
        shares=fields.count("share_count"),
        saves=fields.count("favorites_count", "favourites_count"),
        duration=fields.seconds("video_duration"),
        sound=SoundRecord(music) if music else None,
        posted_at=posted.at,
        hashtags=hashtags(_tags(fields), caption),
        flags=int(of_video(posted, plays, likes)),
    )


def _tags(fields: Fields) -> JsonValue:
    names = fields.raw("hashtag_names")
    infos = fields.raw("hashtag_info_list")
    if names or not isinstance(infos, list):
        return names
    return [info.get("hashtag_name") for info in infos if isinstance(info, dict)]


def _profile(fields: Fields, document: Item) -> CreatorRecord:
    name = username(fields.raw("username")) or username(document.get("username"))
    if name is None:
        raise Rejected(
            'a user/info answer does not say whose it is: write "username": "HANDLE" beside "data"'
        )
    return CreatorRecord(
        username=name,
        display_name=fields.text("display_name"),
        bio=fields.text("bio_description"),
        avatar_url=fields.word("avatar_url"),
        verified=fields.flag("is_verified"),
        followers=fields.count("follower_count"),
        following=fields.count("following_count"),
        total_likes=fields.count("likes_count"),
        video_count=fields.count("video_count"),
    )
