"""Writes a world as JSON Lines that can be imported again, row by row in constant memory."""

import gzip
import json
import sqlite3
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import groupby
from pathlib import Path
from typing import BinaryIO, Final, TypeAlias

from mcp_server.local.database import LocalStoreError, batches, json_list
from mcp_server.local.interchange import (
    ACCOUNT,
    CREATOR,
    HASHTAG,
    HEADER,
    HISTORIES,
    SIGN,
    SOUND,
    SYNTHETIC,
    VERSION,
    VIDEO,
)
from mcp_server.local.tokportal.creators import find_creator, find_person
from mcp_server.local.world import World

_SEEN_A_LINE: Final = 100
_LINES_BETWEEN_REPORTS: Final = 1000

Line: TypeAlias = tuple[str, dict[str, object]]
Progress = Callable[[int, int], None]
"""Told how many videos are written, and how many there are."""


def write_export(
    world: World,
    out: Path | BinaryIO,
    *,
    creators: Sequence[str] = (),
    progress: Progress | None = None,
) -> int:
    """Write a world, or some creators of it, and return the number of videos.

    A file appears under its name when it is complete, packed where the name ends with `.gz`.
    What is written is the world of one moment, whatever others import meanwhile. The same rows
    give the same bytes.

    Raises:
        LocalStoreError: One of the creators is not stored.
        OSError: The file cannot be written.
    """
    # Closed at once where writing fails, while the world is still open.
    with closing(_lines(world, creators, progress)) as lines:
        return _write_to(out, lines)


def _write_to(out: Path | BinaryIO, lines: Iterable[tuple[str, str]]) -> int:
    if not isinstance(out, Path):
        return _write(lines, out)
    part = out.with_name(f".{out.name}.part")
    try:
        with part.open("wb") as raw:
            if out.name.endswith(".gz"):
                with gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as packed:
                    videos = _write(lines, packed)
            else:
                videos = _write(lines, raw)
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
    return videos


def _write(lines: Iterable[tuple[str, str]], out: BinaryIO | gzip.GzipFile) -> int:
    videos = 0
    for kind, line in lines:
        out.write(line.encode() + b"\n")
        videos += kind == "video"
    return videos


def _lines(
    world: World, creators: Sequence[str], progress: Progress | None
) -> Generator[tuple[str, str]]:
    with _moment(world.data()) as data, _moment(world.state()) as state:
        label: dict[str, object] = {SIGN: VERSION}
        if world.config.world == "sample" or _is_generated(data):
            label[SYNTHETIC] = True
        selection = _Selection(data, state, _ids(world, creators))
        total, done = selection.count() if progress else 0, 0
        yield HEADER, _written({**label, HEADER: {"world": world.config.world}})
        for kind, values in selection.lines():
            known = {name: value for name, value in values.items() if value is not None}
            yield kind, _written({**label, kind: known})
            done += kind == "video"
            if progress and kind == "video" and done % _LINES_BETWEEN_REPORTS == 0:
                progress(done, total)


def _written(line: dict[str, object]) -> str:
    return json.dumps(line, ensure_ascii=False, separators=(",", ":"))


@contextmanager
def _moment(connection: sqlite3.Connection) -> Generator[sqlite3.Connection]:
    """Hold on to what the file says now; writers are not kept waiting."""
    connection.execute("BEGIN")
    try:
        connection.execute("SELECT 1 FROM meta").fetchone()
        yield connection
    finally:
        connection.execute("ROLLBACK")


def _is_generated(data: sqlite3.Connection) -> bool:
    found = data.execute("SELECT 1 FROM meta WHERE key = 'world' AND value = 'sample'").fetchone()
    return found is not None


def _ids(world: World, names: Sequence[str]) -> list[int] | None:
    """Return the creators to write, or `None` for all of them."""
    found: list[int] = []
    for name in names:
        creator = find_creator(world.data(), name.strip().lstrip("@"))
        if creator is None:
            raise LocalStoreError(
                f"No creator named {name!r} is stored in the {world.config.world} world."
            )
        found.append(creator.id)
    return sorted(found) if names else None


class _Selection:
    """What is written: everything, or what belongs to some creators."""

    def __init__(
        self, data: sqlite3.Connection, state: sqlite3.Connection, ids: list[int] | None
    ) -> None:
        self._data = data
        self._state = state
        self._all = ids is None
        self._ids = json_list(ids or [])

    def count(self) -> int:
        row = self._rows("SELECT count(*) FROM videos", "creator_id")
        return int(next(row)[0])

    def lines(self) -> Iterator[Line]:
        """Yield every line; rows that others refer to come first."""
        yield from self._hashtags()
        yield from self._sounds()
        yield from self._creators()
        yield from self._videos()
        yield from self._history("video_history", self._of_videos)
        yield from self._history("creator_history", self._of_creators)
        accounts = list(self._accounts())
        yield from (("account", line) for line in accounts)
        for account in accounts:
            yield from self._seen("account_history", str(account["account_id"]))

    def _rows(self, query: str, of_creator: str, order: str = "") -> Iterator[sqlite3.Row]:
        chosen = f"WHERE {of_creator} IN (SELECT value FROM json_each(:ids))"  # noqa: S608
        where = "" if self._all else f" {chosen}"
        return self._data.execute(f"{query}{where}{order}", {"ids": self._ids})

    def _hashtags(self) -> Iterator[Line]:
        names: set[str] = set()
        if not self._all:
            for (tags,) in self._rows("SELECT hashtags FROM videos", "creator_id"):
                names.update((tags or "").split())
        columns = ", ".join(HASHTAG)
        for row in self._data.execute(f"SELECT {columns} FROM hashtags ORDER BY id"):  # noqa: S608 - our own names, here and below
            if self._all or row[0] in names:
                yield "hashtag", dict(row)

    def _sounds(self) -> Iterator[Line]:
        used = "SELECT sound_id FROM videos WHERE creator_id IN (SELECT value FROM json_each(:ids))"
        where = "" if self._all else f"WHERE id IN ({used})"
        query = f"SELECT {', '.join(SOUND)} FROM sounds {where} ORDER BY id"  # noqa: S608
        for row in self._data.execute(query, {"ids": self._ids}):
            yield "sound", dict(row)

    def _creators(self) -> Iterator[Line]:
        query = f"SELECT id, {', '.join(CREATOR)} FROM creators"  # noqa: S608
        for row in self._rows(query, "id", " ORDER BY id"):
            values = dict(row)
            aliases = self._aliases(values.pop("id"))
            yield "creator", {**values, "aliases": aliases or None}

    def _aliases(self, creator_id: int) -> list[list[object]]:
        seen = self._data.execute(
            "SELECT username, first_at, last_at FROM usernames WHERE creator_id = ?"
            " ORDER BY username",
            (creator_id,),
        )
        return [list(row) for row in seen]

    def _videos(self) -> Iterator[Line]:
        columns = ", ".join(f"videos.{name}" for name in VIDEO)
        query = (
            f"SELECT {columns}, creators.username AS creator, user_id,"  # noqa: S608
            " CASE WHEN user_id IS NULL THEN sec_uid END AS sec_uid, sounds.music_id AS sound"
            " FROM videos JOIN creators ON creators.id = videos.creator_id"
            " LEFT JOIN sounds ON sounds.id = videos.sound_id"
        )
        for row in self._rows(query, "videos.creator_id", " ORDER BY videos.id"):
            values = dict(row)
            if values["content_type"] == "video":
                del values["content_type"]
            yield "video", {**values, "flags": values["flags"] or None}

    def _of_videos(self) -> Iterator[str]:
        for row in self._rows("SELECT video_id FROM videos", "creator_id", " ORDER BY id"):
            yield str(row[0])

    def _of_creators(self) -> Iterator[str]:
        for row in self._rows("SELECT username FROM creators", "id", " ORDER BY 1"):
            yield str(row[0])

    def _history(self, kind: str, of: Callable[[], Iterator[str]]) -> Iterator[Line]:
        if not self._all:
            for name in of():
                yield from self._seen(kind, name)
            return
        table, key, columns = HISTORIES[kind]
        rows = self._state.execute(
            f"SELECT {key}, {', '.join(columns)} FROM {table} ORDER BY 1, 2"  # noqa: S608
        )
        for name, group in groupby(rows, key=lambda row: str(row[0])):
            yield from self._in_lines(kind, name, (list(row)[1:] for row in group))

    def _seen(self, kind: str, name: str) -> Iterator[Line]:
        table, key, columns = HISTORIES[kind]
        rows = self._state.execute(
            f"SELECT {', '.join(columns)} FROM {table} WHERE {key} = ? ORDER BY 1",  # noqa: S608
            (name,),
        )
        yield from self._in_lines(kind, name, map(list, rows))

    def _in_lines(self, kind: str, name: str, rows: Iterable[list[object]]) -> Iterator[Line]:
        whose = {HISTORIES[kind][1]: name, **self._ids_of(kind, name)}
        for seen in batches(rows, _SEEN_A_LINE):
            yield kind, {**whose, "seen": seen}

    def _ids_of(self, kind: str, name: str) -> dict[str, object]:
        """Return whose figures these are: the name may be somebody else's in another world."""
        ids = "user_id, CASE WHEN user_id IS NULL THEN sec_uid END AS sec_uid"
        if kind == "video_history":
            return {}
        if kind == "creator_history":
            query = f"SELECT {ids} FROM creators WHERE username = ?"  # noqa: S608
            row = self._data.execute(query, (name,)).fetchone()
        else:
            query = f"SELECT {ids} FROM accounts WHERE account_id = ?"  # noqa: S608
            row = self._state.execute(query, (name,)).fetchone()
        return {} if row is None else dict(row)

    def _accounts(self) -> Iterator[dict[str, object]]:
        query = f"SELECT {', '.join(ACCOUNT)} FROM accounts ORDER BY created_at, account_id"  # noqa: S608
        for row in self._state.execute(query):
            creator = find_person(self._data, row["username"], row["user_id"], row["sec_uid"])
            if self._all or (creator is not None and creator.id in json.loads(self._ids)):
                yield dict(row)
