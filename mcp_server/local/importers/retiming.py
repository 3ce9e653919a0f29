"""Gives looks their right time, of which another was assumed when their file was imported first."""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from mcp_server.local.database import batches, json_list
from mcp_server.local.handles import key
from mcp_server.local.importers.formats import Record
from mcp_server.local.records import ASSUMED_TIME, CreatorRecord, VideoRecord
from mcp_server.local.restore import StoredRow
from mcp_server.local.transaction import immediate

_CHUNK: Final = 1_000

# Looks that have another between the two times stay: the order of looks must not change.
_PASSED: Final = """SELECT {key} FROM {table} WHERE {key} IN (SELECT value FROM json_each(:keys))
   AND scraped_at > min(:old, :new) AND scraped_at < max(:old, :new)"""
_PASSED_VIDEOS: Final = _PASSED.format(key="video_id", table="video_snapshots")
_PASSED_CREATORS: Final = _PASSED.format(key="username", table="creator_snapshots")
_PASSED_ROWS: Final = _PASSED.format(key="video_id", table="videos")
_LOOKS: Final = (
    """UPDATE OR REPLACE video_snapshots SET scraped_at = :new WHERE scraped_at = :old
       AND video_id IN (SELECT value FROM json_each(:keys))""",
    """UPDATE OR REPLACE creator_snapshots SET scraped_at = :new WHERE scraped_at = :old
       AND username IN (SELECT value FROM json_each(:names))""",
    """DELETE FROM account_snapshots WHERE scraped_at = :old AND account_id IN
       (SELECT account_id FROM accounts WHERE username IN (SELECT value FROM json_each(:meant)))""",
)
_ROWS: Final = (
    """UPDATE videos SET scraped_at = :new WHERE scraped_at = :old AND flags & :assumed
       AND video_id IN (SELECT value FROM json_each(:keys))""",
    """UPDATE creators SET profile_at = :new, dirty = 1 WHERE profile_at = :old
       AND username IN (SELECT value FROM json_each(:names))""",
    """UPDATE creators SET dirty = 1, scraped_at = max(:new, coalesce(
         (SELECT max(scraped_at) FROM videos WHERE creator_id = creators.id), :new))
       WHERE scraped_at = :old AND username IN (SELECT value FROM json_each(:names))""",
    # The import that follows sees the handle at the new time, and decides by that whose it is.
    """UPDATE usernames SET
         first_at = nullif(CASE first_at WHEN :old THEN last_at ELSE first_at END, :old),
         last_at = nullif(CASE last_at WHEN :old THEN first_at ELSE last_at END, :old)
       WHERE :old IN (first_at, last_at) AND username IN (SELECT value FROM json_each(:handles))
       AND creator_id IN (SELECT id FROM creators
         WHERE username IN (SELECT value FROM json_each(:names)))""",
)

# Whoever a record means is called otherwise by now where the handle changed since. Without an id
# it may be anybody who ever had the handle: the time tells.
_MEANT: Final = """SELECT username FROM creators
   WHERE user_id IN (SELECT value FROM json_each(:user_ids))
   OR sec_uid IN (SELECT value FROM json_each(:sec_uids))
   OR username IN (SELECT value FROM json_each(:unknown))
   OR id IN (SELECT creator_id FROM usernames
     WHERE username IN (SELECT value FROM json_each(:unknown)))"""


@dataclass(frozen=True, slots=True)
class Retiming:
    """Moves what a file said at an assumed time to another time; Unix seconds."""

    data: sqlite3.Connection
    state: sqlite3.Connection
    old: int
    new: int

    def move(self, records: Iterable[Record]) -> None:
        """Move the looks of a file's records; those of the accounts are taken anew later."""
        dated = (one for one in records if not isinstance(one, StoredRow))
        for chunk in batches(dated, _CHUNK):
            self._move(chunk)

    def _move(self, chunk: Sequence[CreatorRecord | VideoRecord]) -> None:
        videos = {one.video_id for one in chunk if isinstance(one, VideoRecord)}
        people = [one.creator if isinstance(one, VideoRecord) else one for one in chunk]
        with immediate(self.data):
            meant = self._meant(people)
            videos -= self._passed(self.data, _PASSED_ROWS, videos)
            videos -= self._passed(self.state, _PASSED_VIDEOS, videos)
            names = meant - self._passed(self.state, _PASSED_CREATORS, meant)
            values = {
                "old": self.old,
                "new": self.new,
                "assumed": ASSUMED_TIME,
                "keys": json_list(videos),
                "names": json_list(names),
                "meant": json_list(meant),
                "handles": json_list({key(one.username) for one in people}),
            }
            with immediate(self.state):
                for statement in _LOOKS:
                    self.state.execute(statement, values)
            for statement in _ROWS:
                self.data.execute(statement, values)

    def _meant(self, people: Sequence[CreatorRecord]) -> set[str]:
        values = {
            "user_ids": json_list({one.user_id for one in people if one.user_id}),
            "sec_uids": json_list({one.sec_uid for one in people if one.sec_uid}),
            "unknown": json_list(
                {key(one.username) for one in people if not (one.user_id or one.sec_uid)}
            ),
        }
        return {key(row[0]) for row in self.data.execute(_MEANT, values)}

    def _passed(self, where: sqlite3.Connection, query: str, keys: set[str]) -> set[str]:
        values = {"old": self.old, "new": self.new, "keys": json_list(keys)}
        return {str(row[0]).lower() for row in where.execute(query, values)}
