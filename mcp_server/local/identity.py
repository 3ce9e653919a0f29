"""Who is who among creators: by user id, then secUid, then handle, over renames and merges.

Who somebody is and what they are called are decided apart. A record with an id means the person
of that id, whatever handle it names, and is a sighting of that person under that handle. Once all
records of a chunk are in, a handle is whose it was seen to be last, and whoever had it before is
called by `former_name` until a newer handle of theirs is known. So records with ids lead to the
same creators in any order.

A record without an id means whoever is known to have had the handle at its time (`handles.had`):
older than a rename the old owner, newer than it somebody unknown. The unknown one is taken for
the next person with an id who may have had the handle then. A handle alone proves nothing about
somebody known by id: it never renames them.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from mcp_server.local.creator_row import STORED, StoredCreator
from mcp_server.local.database import json_list
from mcp_server.local.handles import Span, former_handle, former_name, had, holder, key
from mcp_server.local.peers import forget_peer
from mcp_server.local.records import CreatorRecord

_SELECT: Final = f"SELECT {', '.join(STORED)} FROM creators"  # noqa: S608 (names of our own columns)


class Moved(NamedTuple):
    """A stored row that is called otherwise now, or of which an id became known."""

    old: str
    new: str
    user_id: str | None
    sec_uid: str | None


class Directory:
    """The creators that the records of one chunk may mean, found with few queries."""

    def __init__(self, data: sqlite3.Connection, records: Iterable[CreatorRecord]) -> None:
        self._data = data
        self.next_id = int(
            data.execute("SELECT coalesce(max(id), 0) + 1 FROM creators").fetchone()[0]
        )
        """The id that the next creator whom nobody knows will get."""
        self._rows: dict[int, StoredCreator] = {}
        self._called: dict[str, StoredCreator] = {}
        self._users: dict[str, StoredCreator] = {}
        self._secs: dict[str, StoredCreator] = {}
        self._under: dict[str, dict[int, StoredCreator]] = {}
        self._spelled: dict[str, str] = {}
        self._merged: dict[int, StoredCreator] = {}
        self._absorbed: list[StoredCreator] = []
        self._gone: list[StoredCreator] = []
        self.removed = 0
        """How many stored rows turned out to be somebody else and went."""
        self._load(list(records))

    def __iter__(self) -> Iterator[StoredCreator]:
        return iter(self._rows.values())

    def _load(self, records: list[CreatorRecord]) -> None:
        """Load who is meant, and everybody who was ever seen under a handle of theirs."""
        names = {key(record.username) for record in records}
        self._fetch("username", names)
        self._fetch("user_id", {r.user_id for r in records if r.user_id})
        self._fetch("sec_uid", {r.sec_uid for r in records if r.sec_uid})
        new_names = {former_handle(name) or name for name in names}
        new_rows = set(self._rows)
        while new_names or new_rows:
            loaded = set(self._rows)
            sightings = self._sightings("username", new_names)
            sightings += self._sightings("creator_id", new_rows)
            self._fetch("id", {row[1] for row in sightings} - loaded)
            known = set(self._under) | new_names
            for name, creator_id, first_at, last_at in sightings:
                if (row := self._rows.get(creator_id)) is not None:
                    self._place(row, key(name), Span(first_at, last_at))
            for row in (self._rows[creator_id] for creator_id in new_rows):
                name = key(former_handle(row.username) or row.username)
                self._place(row, name, row.handles.get(name, Span(row.scraped_at, row.scraped_at)))
            new_names = set(self._under) - known
            new_rows = set(self._rows) - loaded

    def _place(self, row: StoredCreator, name: str, span: Span) -> None:
        row.handles[name] = span
        self._under.setdefault(name, {})[row.id] = row

    def _sightings(
        self, column: str, values: set[str] | set[int]
    ) -> list[tuple[str, int, int | None, int | None]]:
        if not values:
            return []
        return [
            (str(row[0]), int(row[1]), row[2], row[3])
            for row in self._data.execute(
                "SELECT username, creator_id, first_at, last_at FROM usernames"  # noqa: S608
                f" WHERE {column} IN (SELECT value FROM json_each(?))",
                (json_list(values),),
            )
        ]

    def _fetch(self, column: str, values: set[str] | set[int]) -> None:
        if not values:
            return
        found = self._data.execute(
            f"{_SELECT} WHERE {column} IN (SELECT value FROM json_each(?))",  # noqa: S608
            (json_list(values),),
        )
        for row in found:
            if row[0] not in self._rows:
                stored = StoredCreator(*row)
                stored.stored_as = stored.username
                self._enter(stored)

    def _enter(self, row: StoredCreator) -> None:
        self._rows[row.id] = row
        self._called[key(row.username)] = row
        if row.user_id:
            self._users[row.user_id] = row
        if row.sec_uid:
            self._secs[row.sec_uid] = row

    def current(self, creator_id: int) -> int:
        """Return the row that stands for a creator after the merges of this chunk."""
        row = self._merged.get(creator_id)
        return creator_id if row is None else row.target().id

    def absorbed(self) -> list[StoredCreator]:
        """Return, each once, the rows that turned out to be somebody else since the last call."""
        found, self._absorbed = self._absorbed, []
        return found

    def find(
        self, record: CreatorRecord, seen_at: int | None, maker: int | None = None
    ) -> StoredCreator:
        """Return the creator that a record means, a new one where nobody fits.

        Args:
            record: What names the creator.
            seen_at: When, in Unix seconds.
            maker: The row that made the video which the record names: a handle without an id that
                the maker ever had means the maker.
        """
        row = self._by_id(record) or self._by_name(record, seen_at, maker) or self._create(record)
        self._learn_ids(row, record)
        self._sight(row, record, seen_at)
        return row

    def _by_id(self, record: CreatorRecord) -> StoredCreator | None:
        found = self._users.get(record.user_id or ""), self._secs.get(record.sec_uid or "")
        row, same = (None if one is None else one.target() for one in found)
        if row is None or same is None:
            return row or same
        if row is not same and same.user_id is None and row.sec_uid in {None, same.sec_uid}:
            self._merge(same, row)
        return row

    def _by_name(
        self, record: CreatorRecord, seen_at: int | None, maker: int | None
    ) -> StoredCreator | None:
        name = key(record.username)
        former = former_handle(name)
        called = self._called.get(name)
        if former is not None and called is not None and not _other_person(called, record):
            return called
        name = former or name
        fits = [row for row in self._under.get(name, {}).values() if not _other_person(row, record)]
        if not _identified(record):
            made = [row for row in fits if maker is not None and row.id == self.current(maker)]
            if made:
                return made[0]
        known = holder((row for row in fits if row.identified), name, seen_at)
        return known or next((row for row in fits if not row.identified), None)

    def _create(self, record: CreatorRecord) -> StoredCreator:
        row = StoredCreator(self.next_id, None, None, _spelling(record), new=True, dirty=True)
        self.next_id += 1
        self._enter(row)
        return row

    def _learn_ids(self, row: StoredCreator, record: CreatorRecord) -> None:
        if not row.identified and _identified(record):
            # When the handle was seen says nothing of when this person had it.
            row.handles = dict.fromkeys(row.handles, Span())
            row.sighted.update(row.handles)
        if record.user_id and row.user_id is None:
            row.user_id, row.changed, row.learned = record.user_id, True, True
            self._users[record.user_id] = row
        if record.sec_uid and row.sec_uid is None:
            row.sec_uid, row.changed, row.learned = record.sec_uid, True, True
            self._secs[record.sec_uid] = row

    def _sight(self, row: StoredCreator, record: CreatorRecord, seen_at: int | None) -> None:
        if row.identified and not _identified(record):
            return
        former = former_handle(_spelling(record))
        name = key(former or record.username)
        span = Span() if former or record.as_stored else Span(seen_at, seen_at)
        if row.seen_as(name, span, claims=former is None):
            self._under.setdefault(name, {})[row.id] = row
            self._spelled[name] = former or _spelling(record)
            self._absorb(row, name)

    def _absorb(self, row: StoredCreator, name: str) -> None:
        """Take in the unknown one of a handle, where this person had it at that time."""
        if not row.identified:
            return
        for other in list(self._under[name].values()):
            if not other.identified:
                last = other.handles[name].last
                if last is None or had(row.handles, name, last):
                    self._merge(other, row)

    def _merge(self, other: StoredCreator, row: StoredCreator) -> None:
        """Move everything of `other` to `row`, the same person."""
        other.merged_into = row
        self._merged[other.id] = row
        self._absorbed.append(other)
        row.dirty = row.changed = True
        del self._rows[other.id]
        self._called.pop(key(other.username), None)
        for name, span in other.handles.items():
            del self._under[name][other.id]
            if other.identified:
                row.seen_as(name, span, claims=True)
                self._under[name][row.id] = row
                self._spelled.setdefault(name, former_handle(other.username) or other.username)
        if other.stored_as is not None:
            self.removed += 1
            self._gone.append(other)
            forget_peer(self._data, other.id)
            moves = (
                "UPDATE videos SET creator_id = :row WHERE creator_id = :other",
                "DELETE FROM usernames WHERE creator_id = :other",
                "DELETE FROM creator_tags WHERE creator_id = :other",
                "DELETE FROM creators WHERE id = :other",
            )
            for move in moves:
                self._data.execute(move, {"row": row.id, "other": other.id})

    def settle(self) -> list[Moved]:
        """Call everybody what they are called by all that is known now.

        To be called once, when all records are in. Returns what became of stored rows, merged
        ones first.
        """
        concerned = {
            row.id: row
            for one in self._rows.values()
            if one.fresh or one.learned
            for row in (one, *(r for name in one.fresh for r in self._under[name].values()))
        }
        for row in concerned.values():
            name = self._name_of(row)
            if name != row.username:
                row.username, row.renamed, row.changed = name, True, True
        return [
            Moved(row.stored_as, row.target().username, row.target().user_id, row.target().sec_uid)
            for row in (*self._gone, *self._rows.values())
            if row.stored_as is not None and (row.merged_into or row.renamed or row.learned)
        ]

    def _name_of(self, row: StoredCreator) -> str:
        now = former_handle(row.username) or row.username
        name = max(row.handles, key=lambda name: (*_order(row, name, holds=key(now) == name), name))
        spelled = now if key(now) == name else self._spelled.get(name, name)
        if self._has(row, name):
            return spelled
        return former_name(spelled, row.user_id, row.sec_uid)

    def _has(self, row: StoredCreator, name: str) -> bool:
        """Whether a handle is this person's: nobody was seen under it later."""
        lost = former_handle(row.username)
        if lost is not None and key(lost) == name and name not in row.fresh:
            return False
        return row is max(self._under[name].values(), key=lambda one: _claim(one, name))


def _spelling(record: CreatorRecord) -> str:
    return record.username.strip().removeprefix("@")


def _identified(record: CreatorRecord) -> bool:
    return bool(record.user_id or record.sec_uid)


def _claim(row: StoredCreator, name: str) -> tuple[int, bool, bool, str, str]:
    """Return what decides between people seen under one handle; of equal times, any fixed order."""
    return (
        *_order(row, name, holds=key(row.username) == name),
        row.user_id or "",
        row.sec_uid or "",
    )


def _order(row: StoredCreator, name: str, *, holds: bool) -> tuple[int, bool, bool]:
    """Return when a handle was seen last; without times what was read last counts."""
    span = row.handles[name]
    return span.end, span.last is None and name in row.fresh, span.last is None and holds


def _other_person(row: StoredCreator, record: CreatorRecord) -> bool:
    if row.user_id and record.user_id:
        return row.user_id != record.user_id
    return bool(row.sec_uid and record.sec_uid and row.sec_uid != record.sec_uid)
