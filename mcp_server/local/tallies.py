"""What a chunk of videos changes in the counts of hashtags, of sounds and of the whole store."""

import sqlite3
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from mcp_server.local.database import json_list
from mcp_server.local.windows import stored_weeks

# The sum is unknown, not zero, where the views of no video are known.
_COUNTS: Final = (
    "video_count = video_count + :videos, viewed_count = viewed_count + :viewed,"
    " view_count = CASE WHEN viewed_count + :viewed > 0 THEN coalesce(view_count, 0) + :views END,"
    " n7 = n7 + :recent, n7_prev = n7_prev + :before"
)
_TAGS: Final = f"UPDATE hashtags SET {_COUNTS} WHERE id = :id"  # noqa: S608 (our own columns)
_SOUNDS: Final = f"UPDATE sounds SET {_COUNTS} WHERE id = :id"  # noqa: S608 (the same)
_TOTALS: Final = (
    "UPDATE totals SET creators = creators + ?, sounds = sounds + ?, videos = videos + ?,"
    " viewed = viewed + ?, total_views = total_views + ?, hashtags = hashtags + ?"
)


class Counted(NamedTuple):
    """What of a video is counted elsewhere."""

    hashtags: str | None
    plays: int | None
    sound_id: int | None
    posted_at: int | None


class Tallies:
    """Sums up the differences of one transaction and writes them at its end."""

    def __init__(self, data: sqlite3.Connection) -> None:
        self._data = data
        self._weeks = stored_weeks(data)
        self._tags: dict[int, dict[str, int]] = {}
        self._sounds: dict[int, dict[str, int]] = {}
        self._all = _nothing(0)
        self._lost: set[int] = set()
        self._used: dict[int, int] = {}
        self.creators = 0
        """By how many creators the store grew."""
        self.sounds = 0
        """By how many sounds."""

    def change(self, old: Counted | None, new: Counted, tag_ids: Mapping[str, int]) -> None:
        """Count a video as it is and no longer as it was; `None` for one that is new."""
        if old == new:
            return
        if old is not None:
            self._count(old, tag_ids, -1)
            if old.sound_id is not None and old[2:] != new[2:]:
                self._lost.add(old.sound_id)
        self._count(new, tag_ids, 1)
        if new.sound_id is not None and new.posted_at is not None:
            last = self._used.get(new.sound_id)
            self._used[new.sound_id] = max(new.posted_at, new.posted_at if last is None else last)

    def write(self) -> None:
        """Write what the videos, written before, make of the counts."""
        tags = [counts for counts in self._tags.values() if _differs(counts)]
        used = self._newly_used(tags)
        self._data.executemany(_TAGS, tags)
        self._data.executemany(_SOUNDS, [c for c in self._sounds.values() if _differs(c)])
        self._data.executemany(
            "UPDATE sounds SET last_used = ?1 WHERE id = ?2 AND coalesce(last_used < ?1, 1)",
            [(at, sound_id) for sound_id, at in self._used.items()],
        )
        self._data.executemany(
            "UPDATE sounds SET last_used = (SELECT max(posted_at) FROM videos"
            " WHERE sound_id = sounds.id) WHERE id = ?",
            [(sound_id,) for sound_id in self._lost],
        )
        counts = self._all
        self._data.execute(
            _TOTALS,
            (
                self.creators,
                self.sounds,
                counts["videos"],
                counts["viewed"],
                counts["views"],
                used,
            ),
        )

    def _count(self, video: Counted, tag_ids: Mapping[str, int], sign: int) -> None:
        week = self._weeks.week_of(video.posted_at)
        for counts in self._of(video, tag_ids):
            counts["videos"] += sign
            if video.plays is not None:
                counts["viewed"] += sign
                counts["views"] += sign * video.plays
            if week is not None:
                counts["before" if week else "recent"] += sign

    def _of(self, video: Counted, tag_ids: Mapping[str, int]) -> Iterable[dict[str, int]]:
        yield self._all
        if video.sound_id is not None:
            yield self._sounds.setdefault(video.sound_id, _nothing(video.sound_id))
        for tag in set((video.hashtags or "").split()):
            tag_id = tag_ids[tag]
            yield self._tags.setdefault(tag_id, _nothing(tag_id))

    def _newly_used(self, tags: Iterable[Mapping[str, int]]) -> int:
        """Return how many more hashtags are used at all."""
        added = {counts["id"]: counts["videos"] for counts in tags if counts["videos"]}
        stored = self._data.execute(
            "SELECT id, video_count FROM hashtags WHERE id IN (SELECT value FROM json_each(?))",
            (json_list(added),),
        )
        return sum((n + added[i] > 0) - (n > 0) for i, n in stored)


def _nothing(row_id: int) -> dict[str, int]:
    return {"id": row_id, "videos": 0, "viewed": 0, "views": 0, "recent": 0, "before": 0}


def _differs(counts: Mapping[str, int]) -> bool:
    return any(value for name, value in counts.items() if name != "id")
