"""One chunk of records on its way into the store: looked up, merged and written together."""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from mcp_server.local.creator_row import STORED, StoredCreator, as_record
from mcp_server.local.database import json_list
from mcp_server.local.following import follow
from mcp_server.local.identity import Directory, Moved
from mcp_server.local.merge import (
    VIDEO_COLUMNS,
    ProfileSnapshot,
    Snapshot,
    SoundFacts,
    StoredVideo,
    differs,
    fill,
    in_order,
    merge_profile,
    merge_video,
    new_video,
    sound_facts,
)
from mcp_server.local.records import CreatorRecord, SoundRecord, VideoRecord
from mcp_server.local.tallies import Tallies
from mcp_server.local.transaction import immediate
from mcp_server.local.video_figures import figures_of

_CACHED: Final = 300_000

# Only names of our own columns are put into these statements.
_INSERT_VIDEO: Final = (
    f"INSERT INTO videos ({', '.join(VIDEO_COLUMNS)}, er, heat)"  # noqa: S608
    f" VALUES ({', '.join('?' * (len(VIDEO_COLUMNS) + 2))})"
)
_UPDATE_VIDEO: Final = (
    f"UPDATE videos SET {', '.join(f'{c} = ?' for c in VIDEO_COLUMNS[2:])},"  # noqa: S608
    " er = ?, heat = ? WHERE id = ?"
)
_INSERT_TEXT: Final = "INSERT INTO videos_fts (rowid, description) VALUES (?, segment(?))"
_SELECT_VIDEOS: Final = (
    f"SELECT {', '.join(VIDEO_COLUMNS)} FROM videos"  # noqa: S608
    " WHERE video_id IN (SELECT value FROM json_each(?))"
)
_SELECT_SOUNDS: Final = (
    "SELECT music_id, id, title, author, original, duration FROM sounds"
    " WHERE music_id IN (SELECT value FROM json_each(?))"
)
_INSERT_CREATOR: Final = (
    f"INSERT INTO creators ({', '.join(STORED)}, source)"  # noqa: S608
    f" VALUES ({', '.join('?' * (len(STORED) + 1))})"
)
_UPDATE_CREATOR: Final = (
    f"UPDATE creators SET {', '.join(f'{c} = ?' for c in STORED[1:])},"  # noqa: S608
    " dirty = max(dirty, ?) WHERE id = ?"
)


@dataclass(slots=True)
class Known:
    """Ids that one run has met: never forgotten by the store, so safe to keep between chunks."""

    tags: dict[str, int] = field(default_factory=dict[str, int])
    sounds: dict[str, int] = field(default_factory=dict[str, int])

    def clear(self) -> None:
        """Forget everything, as after a transaction that was rolled back."""
        self.tags.clear()
        self.sounds.clear()


class Tally(NamedTuple):
    """How many records brought something new, changed something, or said nothing new.

    The last are videos that differ from what was seen at the same assumed time.
    """

    new: int
    updated: int
    unchanged: int
    differing: int


class Chunk:
    """The records of one transaction, which the caller opens and ends."""

    def __init__(
        self,
        data: sqlite3.Connection,
        state: sqlite3.Connection,
        known: Known,
        records: Sequence[VideoRecord | CreatorRecord],
    ) -> None:
        self._data = data
        self._state = state
        self._known = known
        self._records = records
        self._videos: dict[str, StoredVideo] = {}
        self._snapshots: list[Snapshot] = []
        self._profiles: list[tuple[StoredCreator, ProfileSnapshot]] = []
        self._profiled: dict[str, tuple[CreatorRecord, int | None, StoredCreator]] = {}
        self._next_video = 0
        self._differing = 0
        self._tallies = Tallies(data)

    def write(self, source: str) -> Tally:
        """Merge and write everything; say what became of each record."""
        videos = [r for r in self._records if isinstance(r, VideoRecord)]
        sounds = self._sound_ids([r.sound for r in videos if r.sound])
        creators = Directory(
            self._data, (r.creator if isinstance(r, VideoRecord) else r for r in self._records)
        )
        self._load_videos(videos)
        new = updated = 0
        for record in self._records:
            result = (
                self._video(record, creators, sounds)
                if isinstance(record, VideoRecord)
                else self._profile(record, record.scraped_at, creators)[1]
            )
            new += result == "new"
            updated += result == "updated"
        self._write_snapshots(creators.settle())
        self._write_creators(creators, source)
        self._write_videos(creators)
        self._tallies.creators -= creators.removed
        self._tallies.write()
        self._write_texts()
        unchanged = len(self._records) - new - updated
        return Tally(new, updated, unchanged, self._differing)

    def _load_videos(self, records: Iterable[VideoRecord]) -> None:
        self._next_video = _next_id(self._data, "videos")
        wanted = json_list({record.video_id for record in records})
        for stored in self._data.execute(_SELECT_VIDEOS, (wanted,)):
            row = StoredVideo(*stored)
            row.counted = row.countable()
            self._videos[row.video_id] = row

    def _profile(
        self,
        record: CreatorRecord,
        seen_at: int | None,
        creators: Directory,
        maker: int | None = None,
    ) -> tuple[StoredCreator, str]:
        last = self._profiled.get(record.username)
        if last is not None and last[1] == seen_at and (last[0] is record or last[0] == record):
            return last[2].target(), "unchanged"  # most chunks repeat one profile many times
        free = creators.next_id
        row = creators.find(record, seen_at, maker)
        for other in creators.absorbed():
            self._merge(other)
        self._profiled[record.username] = (record, seen_at, row)
        fresh = row.id == free
        before, row.changed = row.changed, False
        self._profiles += ((row, look) for look in merge_profile(row, record, seen_at))
        changed, row.changed = row.changed, row.changed or before
        return row, "new" if fresh else "updated" if changed else "unchanged"

    def _merge(self, other: StoredCreator) -> None:
        """Merge what is known of a row into the one that it turned out to be."""
        row, seen = other.target(), as_record(other)
        looks = merge_profile(row, seen, seen.scraped_at)
        self._profiles += ((row, look) for look in looks)
        if other.scraped_at is not None:
            row.scraped_at = max(row.scraped_at or 0, other.scraped_at)

    def _video(self, record: VideoRecord, creators: Directory, sounds: dict[str, int]) -> str:
        row = self._videos.get(record.video_id)
        if row is not None:
            record = in_order(row, record)
            self._differing += differs(row, record)
        seen_at = record.creator.scraped_at
        creator, result = self._profile(
            record.creator,
            record.scraped_at if seen_at is None else seen_at,
            creators,
            maker=None if row is None else row.creator_id,
        )
        sound_id = sounds[record.sound.music_id] if record.sound else None
        if row is None:
            self._videos[record.video_id] = new_video(
                self._next_video, record, creator.id, sound_id
            )
            self._next_video += 1
            creator.dirty = True
            return "new"
        before, row.changed = row.changed, False
        self._snapshots += merge_video(row, record, sound_id)
        if row.scraped_at == record.scraped_at:
            self._move(row, creator)
        changed, row.changed = row.changed, row.changed or before
        if changed:
            creator.dirty = True
            if row.creator_id != creator.id:  # an older crawl under another name
                self._data.execute("UPDATE creators SET dirty = 1 WHERE id = ?", (row.creator_id,))
        return "updated" if changed or result != "unchanged" else "unchanged"

    def _move(self, row: StoredVideo, creator: StoredCreator) -> None:
        """Give a video to the creator whom its newest crawl names."""
        if row.creator_id != creator.id:
            self._data.execute("UPDATE creators SET dirty = 1 WHERE id = ?", (row.creator_id,))
            row.creator_id, row.changed = creator.id, True

    def _write_snapshots(self, moved: Sequence[Moved]) -> None:
        if not self._snapshots and not self._profiles and not moved:
            return
        with immediate(self._state):
            self._state.executemany(
                "INSERT OR IGNORE INTO video_snapshots VALUES (?, ?, ?, ?, ?, ?, ?)",
                self._snapshots,
            )
            follow(self._state, moved)
            self._state.executemany(
                "INSERT OR IGNORE INTO creator_snapshots VALUES (?, ?, ?, ?, ?, ?)",
                [(row.target().username, *look[1:]) for row, look in self._profiles],
            )

    def _write_creators(self, creators: Directory, source: str) -> None:
        rows = list(creators)
        self._data.executemany(
            "UPDATE creators SET username = '~' || id WHERE id = ?",
            [(row.id,) for row in rows if row.renamed and not row.new],
        )
        self._data.executemany(
            _UPDATE_CREATOR,
            [
                (*_values(row)[1:], int(row.dirty), row.id)
                for row in rows
                if not row.new and (row.changed or row.dirty)
            ],
        )
        new = [(*_values(row), source) for row in rows if row.new]
        self._data.executemany(_INSERT_CREATOR, new)
        self._tallies.creators += len(new)
        self._data.executemany(
            "INSERT INTO usernames (username, creator_id, first_at, last_at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (username, creator_id) DO UPDATE SET first_at = excluded.first_at,"
            " last_at = excluded.last_at",
            [(name, row.id, *row.handles[name]) for row in rows for name in row.sighted],
        )

    def _write_videos(self, creators: Directory) -> None:
        rows = [row for row in self._videos.values() if row.new or row.changed]
        if not rows:
            return
        tag_ids = self._tag_ids(rows)
        inserts: list[tuple[object, ...]] = []
        updates: list[tuple[object, ...]] = []
        for row in rows:
            row.creator_id = creators.current(row.creator_id)
            values = (*_video_values(row), *figures_of(row.counts()))
            if row.new:
                inserts.append(values)
            else:
                updates.append((*values[2:], row.id))
        self._data.executemany(_INSERT_VIDEO, inserts)
        self._data.executemany(_UPDATE_VIDEO, updates)
        self._write_tags(rows, tag_ids)
        for row in rows:
            self._tallies.change(row.counted, row.countable(), tag_ids)

    def _write_texts(self) -> None:
        """Enter new captions into the full text, last: any trigger would have them written."""
        new = [row for row in self._videos.values() if row.new and row.description is not None]
        self._data.executemany(_INSERT_TEXT, [(row.id, row.description) for row in new])

    def _write_tags(self, rows: list[StoredVideo], ids: dict[str, int]) -> None:
        gone: list[tuple[int, int, int]] = []
        added: list[tuple[int, int, int]] = []
        for row in rows:
            tags, plays = row.counted[:2] if row.counted else (None, None)
            if (tags, plays) != (row.hashtags, row.plays):
                gone += [(ids[t], _order(plays), row.id) for t in _split(tags)]
                added += [(ids[t], _order(row.plays), row.id) for t in _split(row.hashtags)]
        self._data.executemany(
            "DELETE FROM video_hashtags WHERE hashtag_id = ? AND plays = ? AND video_id = ?", gone
        )
        self._data.executemany("INSERT OR IGNORE INTO video_hashtags VALUES (?, ?, ?)", added)

    def _tag_ids(self, rows: list[StoredVideo]) -> dict[str, int]:
        ids = self._known.tags
        if len(ids) > _CACHED:
            ids.clear()
        texts = {row.hashtags for row in rows}
        texts.update(row.counted.hashtags for row in rows if row.counted)
        wanted = {tag for text in texts for tag in _split(text)}
        if missing := wanted - ids.keys():
            for name, tag_id in self._data.execute(
                "SELECT name, id FROM hashtags WHERE name IN (SELECT value FROM json_each(?))",
                (json_list(missing),),
            ):
                ids[name] = tag_id
            fresh = sorted(missing - ids.keys())
            first = _next_id(self._data, "hashtags")
            self._data.executemany(
                "INSERT INTO hashtags (id, name) VALUES (?, ?)",
                list(enumerate(fresh, start=first)),
            )
            ids.update({name: first + place for place, name in enumerate(fresh)})
        return ids

    def _sound_ids(self, records: list[SoundRecord]) -> dict[str, int]:
        known = self._known.sounds
        if len(known) > _CACHED:
            known.clear()
        wanted: dict[str, SoundFacts] = {}
        for record in records:
            if record.music_id not in known:
                facts = sound_facts(record)
                wanted[record.music_id] = fill(wanted.get(record.music_id, facts), facts)
        if not wanted:
            return known
        stored: dict[str, tuple[int, SoundFacts]] = {
            row[0]: (row[1], (row[2], row[3], row[4], row[5]))
            for row in self._data.execute(_SELECT_SOUNDS, (json_list(wanted.keys()),))
        }
        stale = {m: fill(facts, wanted[m]) for m, (_, facts) in stored.items()}
        self._data.executemany(
            "UPDATE sounds SET title = ?, author = ?, original = ?, duration = ? WHERE id = ?",
            [(*stale[m], row_id) for m, (row_id, facts) in stored.items() if stale[m] != facts],
        )
        ids = {m: row_id for m, (row_id, _) in stored.items()}
        ids.update(self._add_sounds({m: f for m, f in wanted.items() if m not in stored}))
        # A sound that still lacks something is looked up again: a later record may have it.
        known.update((m, ids[m]) for m, f in (wanted | stale).items() if None not in f[:3])
        return known | ids

    def _add_sounds(self, sounds: dict[str, SoundFacts]) -> dict[str, int]:
        first = _next_id(self._data, "sounds")
        self._data.executemany(
            "INSERT INTO sounds (id, music_id, title, author, original, duration)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            [(first + i, music_id, *facts) for i, (music_id, facts) in enumerate(sounds.items())],
        )
        self._tallies.sounds += len(sounds)
        return {music_id: first + i for i, music_id in enumerate(sounds)}


def _next_id(data: sqlite3.Connection, table: str) -> int:
    """Return the first free id; safe under the write lock, and cheaper than asking per row."""
    row = data.execute(f"SELECT coalesce(max(id), 0) + 1 FROM {table}").fetchone()  # noqa: S608
    return int(row[0])


def _order(plays: int | None) -> int:
    return -1 if plays is None else plays


def _split(text: str | None) -> list[str]:
    return text.split() if text else []


def _values(row: StoredCreator) -> tuple[object, ...]:
    return (
        row.id,
        row.user_id,
        row.sec_uid,
        row.username,
        row.display_name,
        row.bio,
        row.region,
        row.avatar_url,
        row.verified,
        row.followers,
        row.following,
        row.total_likes,
        row.video_count,
        row.profile_at,
        row.scraped_at,
    )


def _video_values(row: StoredVideo) -> tuple[object, ...]:
    return (
        row.id,
        row.video_id,
        row.creator_id,
        row.description,
        row.plays,
        row.likes,
        row.comments,
        row.shares,
        row.saves,
        row.duration,
        row.sound_id,
        row.content_type,
        row.posted_at,
        row.scraped_at,
        row.thumbnail_url,
        row.url,
        row.hashtags,
        row.flags,
    )
