"""Worlds to export, and what is in them. All data is synthetic, whatever they are called."""

import io
import json
import sqlite3
from pathlib import Path
from typing import Literal, TypeAlias

from mcp_server.local import LocalConfig, LocalWorld
from mcp_server.local.export import write_export
from mcp_server.local.importers import import_files

DAY = 86_400
AS_OF = 1_700_000_000
"""2023-11-14T22:13:20Z."""
NOW = AS_OF + DAY

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"


def opened(folder: Path, name: str = "own") -> LocalWorld:
    which: Literal["sample", "own"] = "sample" if name == "sample" else "own"
    return LocalWorld(LocalConfig(folder / name, which, clock=lambda: NOW))


def exported(world: LocalWorld, *creators: str) -> list[dict[str, Json]]:
    out = io.BytesIO()
    write_export(world, out, creators=creators)
    return [json.loads(line) for line in out.getvalue().decode().splitlines()]


def of_kind(lines: list[dict[str, Json]], kind: str) -> list[Json]:
    return [line[kind] for line in lines if kind in line]


def copied(world: LocalWorld, folder: Path) -> LocalWorld:
    """Return a new world that an export of this one was imported into."""
    path = folder / "export.jsonl"
    write_export(world, path)
    copy = opened(folder, "copy")
    report = import_files(copy, [path])
    assert report.rejected == 0
    return copy


ROW_NUMBERS = {"id", "sound_id"}
"""Of data.db: they count up from one in the copy, in the same order."""


def content(connection: sqlite3.Connection, *tables: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for table in tables:
        rows = [dict(row) for row in connection.execute(f"SELECT * FROM {table}")]  # noqa: S608 - ours
        drop = ROW_NUMBERS if table in DATA else set[str]()
        found[table] = sorted(
            repr({name: value for name, value in row.items() if name not in drop}) for row in rows
        )
    return found


DATA = ("creators", "videos", "sounds", "hashtags", "totals")
HISTORY = (
    "accounts",
    "video_records",
    "account_snapshots",
    "creator_snapshots",
    "video_snapshots",
)
