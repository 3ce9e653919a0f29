"""What TikTok's own pages and their calls answer, as TikTok-Api and similar libraries keep it.

A video is an `itemStruct`, a profile a `userInfo`; both come bare, in lists (`itemList`), in
search results (`item`), or inside the page's `__UNIVERSAL_DATA_FOR_REHYDRATION__`; older pages have
a `SIGI_STATE` with both under the names of their modules.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from mcp_server.local.importers.fields import Fields
from mcp_server.local.importers.flags import of_video
from mcp_server.local.importers.formats import Record
from mcp_server.local.importers.hashtags import hashtags
from mcp_server.local.importers.ids import username, video_id
from mcp_server.local.importers.items import Item, JsonValue, Rejected, Row
from mcp_server.local.importers.layout import Layout
from mcp_server.local.importers.nesting import nested
from mcp_server.local.importers.notes import Notes
from mcp_server.local.records import CreatorRecord, SoundRecord, VideoRecord

_SCOPE: Final = "__DEFAULT_SCOPE__"
_WRAPPERS: Final = ("userInfo", "itemInfo", "itemStruct", "item")
_CRAWLED: Final = ("scraped_at", "scrapedAt", "crawled_at", "fetched_at")
_AVATARS: Final = ("avatarLarger", "avatarMedium", "avatarThumb")


class TikTokWeb:
    """Items, profiles and whole pages of TikTok's web site."""

    name = "tiktok-web"
    title = "TikTok-Api / web items (itemStruct, itemList, userInfo, page data)"
    layout = Layout(
        beside=frozenset({("userInfo",), ("extra", "now")}),
        signs=frozenset({("userInfo", "user"), ("itemInfo", "itemStruct"), (_SCOPE,)}),
    )
    private = False

    def recognizes(self, sample: Item) -> bool:
        """See `Format`."""
        return any(True for _ in _parts(nested(sample)))

    def records(self, row: Row, notes: Notes) -> Iterable[Record]:
        """See `Format`."""
        # A single answer is its own row, so what says the time stands in it, not beside it.
        item = nested(row.item)
        asked = _asked(row.document)
        asked = _asked(item) if asked is None else asked
        reason = None if row.about else Rejected("neither a video nor a profile")
        for nth, (kind, part) in enumerate(_parts(item)):
            reason = None if nth == 0 else reason
            fields = Fields(part, notes)
            crawled = fields.time(*_CRAWLED)
            crawled = asked if crawled is None else crawled
            try:
                yield (
                    _video(fields, crawled, notes, cell=row.in_table)
                    if kind == "video"
                    else _profile(fields, crawled)
                )
            except Rejected as rejected:
                reason = rejected  # and on to the others
        if reason is not None:
            raise reason


def _asked(answer: Item) -> int | None:
    return Fields(answer, Notes()).part("extra").time("now")


def _parts(item: Item) -> Iterator[tuple[str, Item]]:
    """Find the videos and profiles in an item, whatever is wrapped around them."""
    if _is_video(item):
        yield "video", item
        return
    if _is_profile(item):
        yield "profile", item
        return
    for inside in _wrapped(item):
        if isinstance(inside, dict):
            yield from _parts(inside)


def _wrapped(item: Item) -> Iterator[JsonValue]:
    scope = item.get(_SCOPE)
    if isinstance(scope, dict):
        yield from scope.values()
    for key in _WRAPPERS:
        yield item.get(key)
    listed = item.get("itemList")
    if isinstance(listed, list):
        yield from listed
    yield from _modules(item)


def _modules(state: Item) -> Iterator[JsonValue]:
    """Yield the profiles and videos of a `SIGI_STATE`."""
    of_users = state.get("UserModule")
    users, stats, stats_v2 = (
        _object(of_users.get(key) if isinstance(of_users, dict) else None)
        for key in ("users", "stats", "statsV2")
    )
    for name, user in users.items():
        yield {"user": user, "stats": stats.get(name), "statsV2": stats_v2.get(name)}
    yield from _object(state.get("ItemModule")).values()


def _object(value: JsonValue) -> Item:
    return value if isinstance(value, dict) else {}


def _is_video(item: Item) -> bool:
    counted = isinstance(item.get("stats"), dict) or isinstance(item.get("statsV2"), dict)
    return counted and "id" in item and "author" in item


def _is_profile(item: Item) -> bool:
    user = item.get("user")
    return isinstance(user, dict) and "uniqueId" in user


class _Figures:
    """Counts that come twice: as texts, which are exact, and as numbers, which may overflow."""

    def __init__(self, item: Fields, name: str) -> None:
        self._texts = item.part(f"{name}V2")
        self._numbers = item.part(name)

    def get(self, *names: str) -> int | None:
        exact = self._texts.count(*names)
        return self._numbers.count(*names) if exact is None else exact


def _video(item: Fields, crawled: int | None, notes: Notes, *, cell: bool) -> VideoRecord:
    video = video_id(item.item.get("id"), None, cell=cell)
    posted = item.posted(video, "createTime")
    figures = _Figures(item, "stats")
    plays, likes = figures.get("playCount"), figures.get("diggCount")
    caption = item.text("desc")
    creator = _author(item, crawled)
    slideshow = bool(item.part("imagePost").item)
    kind = "photo" if slideshow else "video"
    return VideoRecord(
        video_id=video,
        creator=creator,
        description=caption,
        plays=plays,
        likes=likes,
        comments=figures.get("commentCount"),
        shares=figures.get("shareCount"),
        saves=figures.get("collectCount"),
        duration=item.part("video").seconds("duration"),
        sound=_sound(item.part("music"), notes),
        content_type="slideshow" if slideshow else "video",
        posted_at=posted.at,
        scraped_at=crawled,
        thumbnail_url=item.part("video").word("cover", "originCover"),
        url=f"https://www.tiktok.com/@{creator.username}/{kind}/{video}",
        hashtags=hashtags(_tags(item.item), caption),
        flags=int(of_video(posted, plays, likes)),
    )


def _tags(item: Item) -> JsonValue:
    return item.get("challenges") or item.get("textExtra")


def _author(item: Fields, crawled: int | None) -> CreatorRecord:
    author = item.part("author", "authorInfo")
    if not author.item:  # older pages name the author only
        names = {"uniqueId": item.item.get("author"), "nickname": item.item.get("nickname")}
        ids = {"id": item.item.get("authorId"), "secUid": item.item.get("authorSecId")}
        author = Fields({**names, **ids}, Notes())
    return _creator(author, _Figures(item, "authorStats"), crawled, item.word("locationCreated"))


def _profile(item: Fields, crawled: int | None) -> CreatorRecord:
    return _creator(item.part("user"), _Figures(item, "stats"), crawled, None)


def _creator(
    user: Fields, figures: _Figures, crawled: int | None, region: str | None
) -> CreatorRecord:
    name = username(user.raw("uniqueId"))
    if name is None:
        raise Rejected("no username")
    return CreatorRecord(
        username=name,
        user_id=user.id("id"),
        sec_uid=user.word("secUid"),
        display_name=user.text("nickname"),
        bio=user.text("signature"),
        region=user.word("region") or region,
        avatar_url=user.word(*_AVATARS),
        verified=user.flag("verified"),
        followers=figures.get("followerCount"),
        following=figures.get("followingCount"),
        total_likes=figures.get("heartCount", "heart"),
        video_count=figures.get("videoCount"),
        scraped_at=crawled,
    )


def _sound(music: Fields, notes: Notes) -> SoundRecord | None:
    music_id = music.id("id")
    if music_id is None:
        if music.raw("title") is not None:
            notes.sound()
        return None
    return SoundRecord(
        music_id=music_id,
        title=music.text("title"),
        author=music.text("authorName"),
        original=music.flag("original"),
        duration=music.seconds("duration"),
    )
