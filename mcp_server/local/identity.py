"""Who is who among creators: by user id, then secUid, then handle, over renames and merges."""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Final

from mcp_server.local.database import json_list
from mcp_server.local.peers import forget_peer
from mcp_server.local.records import CreatorRecord

FACTS: Final = ("display_name", "bio", "region", "avatar_url", "verified")
FIGURES: Final = ("followers", "following", "total_likes", "video_count")


@dataclass(slots=True)
class StoredCreator:
    """A row of `creators` while a chunk is merged into it."""

    id: int
    user_id: str | None
    sec_uid: str | None
    username: str
    display_name: str | None = None
    bio: str | None = None
    region: str | None = None
    avatar_url: str | None = None
    verified: int | None = None
    followers: int | None = None
    following: int | None = None
    total_likes: int | None = None
    video_count: int | None = None
    profile_at: int | None = None
    scraped_at: int | None = None
    new: bool = False
    renamed: bool = False
    changed: bool = False
    dirty: bool = False
    """Whether its metrics have to be computed again."""
    merged_into: "StoredCreator | None" = None

    def figures(self) -> tuple[int | None, int | None, int | None, int | None]:
        """Return the counts of the profile."""
        return (self.followers, self.following, self.total_likes, self.video_count)

    def target(self) -> "StoredCreator":
        """Return the row that stands for this one after merges."""
        row = self
        while row.merged_into is not None:
            row = row.merged_into
        return row


STORED: Final = tuple(field.name for field in fields(StoredCreator))[:15]
"""The columns of `creators` that records fill, in the order of `StoredCreator`."""

_SELECT: Final = f"SELECT {', '.join(STORED)} FROM creators"  # noqa: S608 (names of our own columns)


def key(username: str) -> str:
    """Return a handle in the form in which handles are compared."""
    return username.strip().removeprefix("@").lower()


class Directory:
    """The creators that the records of one chunk may mean, found with few queries."""

    def __init__(self, data: sqlite3.Connection, records: Iterable[CreatorRecord]) -> None:
        self._data = data
        self.next_id = int(
            data.execute("SELECT coalesce(max(id), 0) + 1 FROM creators").fetchone()[0]
        )
        """The id that the next creator whom nobody knows will get."""
        self._rows: dict[int, StoredCreator] = {}
        self._names: dict[str, StoredCreator] = {}
        self._users: dict[str, StoredCreator] = {}
        self._secs: dict[str, StoredCreator] = {}
        self._aliases: dict[str, StoredCreator] = {}
        self._merged: dict[int, StoredCreator] = {}
        self.seen: dict[str, tuple[StoredCreator, int | None]] = {}
        """Handles met in this chunk with the time, for the table of former names."""
        self.moved: list[tuple[str, str]] = []
        """Stored handles that were given up, each with what its row is called then, in order."""
        self.removed = 0
        """How many stored rows turned out to be somebody else and went."""
        self._load(list(records))

    def __iter__(self) -> Iterator[StoredCreator]:
        return iter(self._rows.values())

    def _load(self, records: list[CreatorRecord]) -> None:
        names = {key(record.username) for record in records}
        self._fetch("username", names)
        self._fetch("user_id", {r.user_id for r in records if r.user_id})
        self._fetch("sec_uid", {r.sec_uid for r in records if r.sec_uid})
        if unknown := names - self._names.keys():
            former = self._data.execute(
                "SELECT username, creator_id FROM usernames"
                " WHERE username IN (SELECT value FROM json_each(?))",
                (json_list(unknown),),
            ).fetchall()
            self._fetch("id", {int(row[1]) for row in former})
            for name, creator_id in former:
                if creator_id in self._rows:
                    self._aliases[name] = self._rows[creator_id]

    def _fetch(self, column: str, values: set[str] | set[int]) -> None:
        if not values:
            return
        found = self._data.execute(
            f"{_SELECT} WHERE {column} IN (SELECT value FROM json_each(?))",  # noqa: S608
            (json_list(values),),
        )
        for row in found:
            if row[0] not in self._rows:
                self._enter(StoredCreator(*row))

    def _enter(self, row: StoredCreator) -> None:
        self._rows[row.id] = row
        self._names[key(row.username)] = row
        if row.user_id:
            self._users[row.user_id] = row
        if row.sec_uid:
            self._secs[row.sec_uid] = row

    def current(self, creator_id: int) -> int:
        """Return the row that stands for a creator after the merges of this chunk."""
        row = self._merged.get(creator_id)
        return creator_id if row is None else row.target().id

    def find(self, record: CreatorRecord, seen_at: int | None) -> StoredCreator:
        """Return the creator that a record means, a new one where nobody fits."""
        name = key(record.username)
        row = self._by_id(record)
        if row is None:
            row = self._by_name(record, name, seen_at)
        elif key(row.username) != name and not _older(seen_at, row.scraped_at):
            self._rename(row, record, name)
        self._learn_ids(row, record)
        self.seen[name] = (row, seen_at)
        return row

    def _by_id(self, record: CreatorRecord) -> StoredCreator | None:
        row = self._users.get(record.user_id or "") or self._secs.get(record.sec_uid or "")
        return row.target() if row else None

    def _by_name(self, record: CreatorRecord, name: str, seen_at: int | None) -> StoredCreator:
        if (row := self._names.get(name)) is None:
            return self._aliases.get(name) or self._create(record, record.username)
        if not _other_person(row, record):
            return row
        if _older(seen_at, row.scraped_at):
            return self._create(record, f"{record.username}~{self.next_id}")
        self._displace(row)
        return self._create(record, record.username)

    def _create(self, record: CreatorRecord, username: str) -> StoredCreator:
        row = StoredCreator(
            self.next_id, None, None, username.strip().removeprefix("@"), new=True, dirty=True
        )
        self.next_id += 1
        self._enter(row)
        self._learn_ids(row, record)
        return row

    def _learn_ids(self, row: StoredCreator, record: CreatorRecord) -> None:
        if record.user_id and row.user_id is None:
            row.user_id, row.changed = record.user_id, True
            self._users[record.user_id] = row
        if record.sec_uid and row.sec_uid != record.sec_uid and row.sec_uid is None:
            row.sec_uid, row.changed = record.sec_uid, True
            self._secs[record.sec_uid] = row

    def _rename(self, row: StoredCreator, record: CreatorRecord, name: str) -> None:
        other = self._names.get(name)
        if other is not None and other is not row:
            if other.user_id is None and other.sec_uid in (None, row.sec_uid):
                self._merge(other, row)
            else:
                self._displace(other)
        self._call(row, record.username.strip())

    def _displace(self, row: StoredCreator) -> None:
        """Give up a handle that now is someone else's; `~` occurs in no handle of TikTok's."""
        self._call(row, f"{row.username}~{row.id}")

    def _call(self, row: StoredCreator, username: str) -> None:
        self._names.pop(key(row.username), None)
        if not row.new:
            self.moved.append((row.username, username))
        row.username, row.renamed, row.changed = username, True, True
        self._names[key(username)] = row

    def _merge(self, other: StoredCreator, row: StoredCreator) -> None:
        """Move everything of `other`, known by handle only, to `row`, the same person."""
        other.merged_into = row
        self._merged[other.id] = row
        row.dirty = True
        del self._rows[other.id]
        if other.scraped_at is not None:
            row.scraped_at = max(row.scraped_at or 0, other.scraped_at)
        for field in (*FACTS, *FIGURES):
            if getattr(row, field) is None:
                setattr(row, field, getattr(other, field))
                row.changed = True
        if not other.new:
            self.removed += 1
            forget_peer(self._data, other.id)
            moves = (
                "UPDATE videos SET creator_id = :row WHERE creator_id = :other",
                "UPDATE usernames SET creator_id = :row WHERE creator_id = :other",
                "DELETE FROM creator_tags WHERE creator_id = :other",
                "DELETE FROM creators WHERE id = :other",
            )
            for move in moves:
                self._data.execute(move, {"row": row.id, "other": other.id})


def _older(seen_at: int | None, than: int | None) -> bool:
    return than is not None and (seen_at is None or seen_at < than)


def _other_person(row: StoredCreator, record: CreatorRecord) -> bool:
    if row.user_id and record.user_id:
        return row.user_id != record.user_id
    return bool(row.sec_uid and record.sec_uid and row.sec_uid != record.sec_uid)
