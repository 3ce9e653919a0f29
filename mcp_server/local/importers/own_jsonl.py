"""Tokmetrics' own export, as `tokmetrics local export` writes it."""

from collections.abc import Iterator
from typing import Final

from mcp_server.local.handles import former_name
from mcp_server.local.importers.formats import Record
from mcp_server.local.importers.items import Item, JsonValue, Rejected, Row
from mcp_server.local.importers.layout import Layout
from mcp_server.local.importers.notes import Notes
from mcp_server.local.interchange import (
    ACCOUNT,
    HASHTAG,
    HEADER,
    HISTORIES,
    SIGN,
    SOUND,
    SYNTHETIC,
    VERSION,
)
from mcp_server.local.records import CreatorRecord, SoundRecord, VideoRecord
from mcp_server.local.restore import StoredRow, Table, Values

NAME: Final = "tokmetrics-export"
_TABLES: Final[dict[str, tuple[Table, tuple[str, ...]]]] = {
    "hashtag": ("hashtags", HASHTAG),
    "sound": ("sounds", SOUND),
    "account": ("accounts", ACCOUNT),
}
_SNAPSHOTS: Final[dict[str, Table]] = {
    "video_history": "video_snapshots",
    "creator_history": "creator_snapshots",
    "account_history": "account_snapshots",
}
_LATER: Final[dict[str, list[JsonValue]]] = {"account_history": [None, None, 1]}
"""What older exports had no place for: columns at the end of a row, and what they were then."""
_DAMAGED: Final = "a damaged line of an export"


class OwnJsonl:
    """Lines of an export; generated worlds are refused, line by line."""

    name = NAME
    title = "Tokmetrics' own export"
    layout = Layout(complete=True)
    private = False

    def recognizes(self, sample: Item) -> bool:
        """See `Format`."""
        return SIGN in sample

    def records(self, row: Row, notes: Notes) -> Iterator[Record]:
        """See `Format`."""
        del notes
        if row.item.get(SIGN) != VERSION:
            raise Rejected("written by another version of Tokmetrics: upgrade to import it")
        if row.item.get(SYNTHETIC):
            raise Rejected("synthetic: a generated world is never imported as real data")
        for kind, value in row.item.items():
            if kind in {SIGN, HEADER}:
                continue
            if not isinstance(value, dict):
                raise Rejected(_DAMAGED)
            yield from _records(kind, _Line(value))


def _records(kind: str, line: "_Line") -> Iterator[Record]:
    if kind == "creator":
        yield from _creator(line)
    elif kind == "video":
        yield _video(line)
    elif kind in _SNAPSHOTS:
        _, key, columns = HISTORIES[kind]
        of: Values = (line.key(key),) if kind == "video_history" else line.person(key)
        widths = (len(columns), len(columns) - len(_LATER.get(kind, ())))
        for values in line.rows("seen", *widths):
            missing = _LATER.get(kind, ()) if len(values) < len(columns) else ()
            numbers = (_number(value) for value in (*values, *missing))
            yield StoredRow(_SNAPSHOTS[kind], (*of, *numbers))
    elif kind in _TABLES:
        table, names = _TABLES[kind]
        first, *rest = names
        yield StoredRow(table, (line.key(first), *(line.cell(name) for name in rest)))
    else:
        raise Rejected("a line of an unknown kind")


def _creator(line: "_Line") -> Iterator[Record]:
    """Yield a profile as of its figures, and apart from it when anything was seen last.

    The handle is that of the last time. What a creator is called whose handle is another's now
    was seen by nobody.
    """
    person = line.person("username")
    name, user_id, sec_uid = person
    seen_at, profile_at = line.whole("scraped_at"), line.whole("profile_at")
    figures = [line.whole(n) for n in ("followers", "following", "total_likes", "video_count")]
    has_figures = any(figure is not None for figure in figures)
    verified = line.whole("verified")
    apart = has_figures and seen_at is not None and seen_at != profile_at
    yield CreatorRecord(
        username=name,
        user_id=user_id,
        sec_uid=sec_uid,
        display_name=line.text("display_name"),
        bio=line.text("bio"),
        region=line.text("region"),
        avatar_url=line.text("avatar_url"),
        verified=None if verified is None else bool(verified),
        followers=figures[0],
        following=figures[1],
        total_likes=figures[2],
        video_count=figures[3],
        scraped_at=profile_at if has_figures else seen_at,
        as_stored=apart,
    )
    if apart:
        yield CreatorRecord(name, user_id, sec_uid, scraped_at=seen_at)
    if (source := line.text("source")) is not None:
        yield StoredRow("sources", (*person, source, NAME))
    for alias, *times in line.rows("aliases", 2, 3):
        if not isinstance(alias, str):
            raise Rejected(_DAMAGED)
        yield StoredRow("usernames", (*person, alias, _number(times[0]), _number(times[-1])))


def _video(line: "_Line") -> VideoRecord:
    sound = line.text("sound")
    return VideoRecord(
        video_id=line.key("video_id"),
        creator=CreatorRecord(*line.person("creator"), as_stored=True),
        description=line.text("description"),
        plays=line.whole("plays"),
        likes=line.whole("likes"),
        comments=line.whole("comments"),
        shares=line.whole("shares"),
        saves=line.whole("saves"),
        duration=line.whole("duration"),
        sound=SoundRecord(sound) if sound else None,
        content_type=line.text("content_type") or "video",
        posted_at=line.whole("posted_at"),
        scraped_at=line.whole("scraped_at"),
        thumbnail_url=line.text("thumbnail_url"),
        url=line.text("url"),
        hashtags=tuple((line.text("hashtags") or "").split()),
        flags=line.whole("flags") or 0,
    )


class _Line:
    """What stands in a line; anything but what the exporter writes makes it a damaged one."""

    def __init__(self, item: Item) -> None:
        self._item = item

    def text(self, name: str) -> str | None:
        value = self._item.get(name)
        if value is None or isinstance(value, str):
            return value
        raise Rejected(_DAMAGED)

    def whole(self, name: str) -> int | None:
        value = self._item.get(name)
        if value is None or (isinstance(value, int) and not isinstance(value, bool)):
            return value
        raise Rejected(_DAMAGED)

    def key(self, name: str) -> str:
        if found := self.text(name):
            return found
        raise Rejected(_DAMAGED)

    def person(self, name: str) -> tuple[str, str | None, str | None]:
        """Return a creator's handle, user id and secUid; older versions wrote `NAME~ROW`."""
        called = self.key(name)
        user_id, sec_uid = self.text("user_id"), self.text("sec_uid")
        handle, mark, _ = called.rpartition("~")
        return former_name(handle, user_id, sec_uid) if mark else called, user_id, sec_uid

    def cell(self, name: str) -> str | int | None:
        value = self._item.get(name)
        return value if isinstance(value, str) else self.whole(name)

    def rows(self, name: str, *widths: int) -> Iterator[list[JsonValue]]:
        found = self._item.get(name, [])
        for row in found if isinstance(found, list) else [None]:
            if not isinstance(row, list) or len(row) not in widths:
                raise Rejected(_DAMAGED)
            yield row


def _number(value: JsonValue) -> float | None:
    """Return a number or nothing; the reader leaves numbers with a fraction as text."""
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    try:
        return float(str(value))
    except ValueError:
        raise Rejected(_DAMAGED) from None
