"""One profile for each creator and crawl time, though every row of a file repeats it."""

from typing import Final, TypeVar

from mcp_server.local.records import CreatorRecord

T = TypeVar("T")

_MOST_KEPT: Final = 20_000


class Profiles:
    """Settles what a file says of a creator at one time.

    Rows of one crawl differ in small things: a picture has another address each time, a count
    moves on by one. Without a time that orders them the first stands and later ones fill what it
    lacks. Otherwise each import of the same file would change the profile back and forth.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[str, int | None], CreatorRecord] = {}

    def settled(self, record: CreatorRecord) -> CreatorRecord:
        """Return the profile to store for a row."""
        key = (record.username.lower(), record.scraped_at)
        known = self._known.get(key)
        if known is not None and known == record:
            return known
        if known is not None and _other_person(known, record):
            return record
        if known is None and len(self._known) >= _MOST_KEPT:
            self._known.clear()
        settled = record if known is None else _filled(known, record)
        self._known[key] = settled
        return settled


def _other_person(one: CreatorRecord, other: CreatorRecord) -> bool:
    return None not in {one.user_id, other.user_id} and one.user_id != other.user_id


def _first(one: T | None, other: T | None) -> T | None:
    return other if one is None else one


def _filled(one: CreatorRecord, other: CreatorRecord) -> CreatorRecord:
    return CreatorRecord(
        username=one.username,
        user_id=_first(one.user_id, other.user_id),
        sec_uid=_first(one.sec_uid, other.sec_uid),
        display_name=_first(one.display_name, other.display_name),
        bio=_first(one.bio, other.bio),
        region=_first(one.region, other.region),
        avatar_url=_first(one.avatar_url, other.avatar_url),
        verified=_first(one.verified, other.verified),
        followers=_first(one.followers, other.followers),
        following=_first(one.following, other.following),
        total_likes=_first(one.total_likes, other.total_likes),
        video_count=_first(one.video_count, other.video_count),
        scraped_at=one.scraped_at,
        assumed_time=one.assumed_time,
    )
