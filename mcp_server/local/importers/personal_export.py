"""What TikTok gives a person who asks for their data: `user_data_tiktok.json` and its elders.

The file holds messages, log-ins with addresses, e-mail, birth date, searches and everything that
was watched. Only the paths named here are read; the reader steps over all others, and of the
followers only the days are counted. There are no views in it, so that no rate can be computed.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from mcp_server.local.importers.fields import Fields
from mcp_server.local.importers.flags import of_video
from mcp_server.local.importers.formats import Record
from mcp_server.local.importers.hashtags import hashtags
from mcp_server.local.importers.ids import id_in, username
from mcp_server.local.importers.items import Item, JsonValue, KeyPath, Rejected, Row
from mcp_server.local.importers.layout import Layout
from mcp_server.local.importers.notes import Notes
from mcp_server.local.importers.times import moment, posted_at
from mcp_server.local.records import CreatorRecord, VideoRecord

# The names of the sections changed over the years; every combination is looked for.
_PROFILE_MAPS: Final[tuple[KeyPath, ...]] = tuple(
    (root, section, "ProfileMap")
    for root in ("Profile", "Profile And Settings")
    for section in ("Profile Information", "Profile Info")
)
_PROFILE_FIELDS: Final = ("userName", "bioDescription", "likesReceived")
_POSTS: Final[frozenset[KeyPath]] = frozenset(
    (root, section, "VideoList") for root in ("Post", "Video") for section in ("Posts", "Videos")
)
_FANS: Final[tuple[KeyPath, ...]] = tuple(
    (root, section, "FansList")
    for root in ("Your Activity", "Activity", "Profile And Settings")
    for section in ("Follower", "Follower List")
)
_SIGNS: Final[frozenset[KeyPath]] = frozenset(
    {path[:2] for path in (*_PROFILE_MAPS, *_FANS)}
    | {path[:2] for path in _POSTS}
    | {
        ("Activity", "Favorite Effects"),
        ("Activity", "Favorite Hashtags"),
        ("Activity", "Favorite Sounds"),
        ("Activity", "Favorite Videos"),
        ("Activity", "Like List"),
        ("Activity", "Login History"),
        ("Activity", "Video Browsing History"),
        ("Ads and data",),
        ("App Settings",),
        ("Comment", "Comments"),
        ("Direct Message",),
        ("Direct Messages",),
        ("Likes and Favorites",),
        ("TikTok Live",),
        ("TikTok Shop",),
        ("Tiktok Live",),
        ("Tiktok Shopping",),
        ("Your Activity",),
    }
)
_FOR_EVERYBODY: Final = frozenset({"public", "everyone"})


_DAY: Final = 86_400


def _days(fans: Iterator[JsonValue]) -> JsonValue:
    """Count followers by the day on which they came, under the time of the last one of it.

    The empty key stands for those without a readable time.
    """
    came: Counter[int] = Counter()
    last: dict[int, int] = {}
    undated = 0
    for fan in fans:
        read = moment(fan.get("Date") or fan.get("date")) if isinstance(fan, dict) else None
        if read is None:
            undated += 1
            continue
        day = read.at // _DAY
        came[day] += 1
        last[day] = max(read.at, last.get(day, read.at))
    found: dict[str, JsonValue] = {str(last[day]): n for day, n in sorted(came.items())}
    return found | {"": undated}


class PersonalExport:
    """TikTok's "Download your data" as JSON: the owner's posts, profile and follower growth."""

    name = "personal-export"
    title = 'TikTok\'s "Download your data" (JSON)'
    layout = Layout(
        lists=_POSTS,
        beside=frozenset((*path, field) for path in _PROFILE_MAPS for field in _PROFILE_FIELDS),
        folds=dict.fromkeys(_FANS, _days),
        signs=_SIGNS,
    )
    private = True

    def recognizes(self, sample: Item) -> bool:
        """See `Format`. Its rows look like any others; the sections around them are the sign."""
        del sample
        return False

    def records(self, row: Row, notes: Notes) -> Iterable[Record]:
        """See `Format`."""
        profile = Fields(_first(row.document, _PROFILE_MAPS), notes, "ProfileMap.")
        name = username(profile.raw("userName"))
        if name is None:
            raise Rejected("the section Profile with the userName is missing: ask TikTok for it")
        if row.about:
            yield from _owner(name, profile, _first(row.document, _FANS))
        else:
            yield _video(name, Fields(row.item, notes, "VideoList."), notes)


def _first(document: Item, paths: Iterable[KeyPath]) -> Item:
    """Return the first object that stands at one of the paths, or an empty one."""
    for path in paths:
        here: JsonValue = dict(document)
        for key in path:
            here = here.get(key) if isinstance(here, dict) else None
        if isinstance(here, dict):
            return here
    return {}


def _owner(name: str, profile: Fields, days: Item) -> Iterator[CreatorRecord]:
    """Yield how the followers of today came, and then the profile as it is.

    Those who left again are in no export, so that the curve never falls.
    """
    followers = 0
    came = [(at, n) for at, n in days.items() if isinstance(n, int)]
    for at, n in came:
        if at:
            followers += n
            yield CreatorRecord(name, followers=followers, scraped_at=int(at))
    yield CreatorRecord(
        username=name,
        bio=profile.word("bioDescription"),
        total_likes=profile.count("likesReceived"),
        followers=sum(n for _, n in came) or None,
    )


def _video(name: str, fields: Fields, notes: Notes) -> VideoRecord:
    seen_by = fields.word("WhoCanView", "whoCanView")
    if seen_by is not None and seen_by.lower() not in _FOR_EVERYBODY:
        raise Rejected("a post that not everybody may see")
    video = id_in(fields.word("Link", "link"))
    if video is None:
        raise Rejected("the link of the post names no video")
    if fields.word("Sound") is not None:
        notes.sound()
    posted = posted_at(video, fields.raw("Date", "date"))
    likes = fields.count("Likes", "likes")
    caption = fields.text("Title")
    return VideoRecord(
        video_id=video,
        creator=CreatorRecord(name),
        description=caption,
        likes=likes,
        posted_at=posted.at,
        hashtags=hashtags(None, caption),
        flags=int(of_video(posted, None, likes)),
    )
