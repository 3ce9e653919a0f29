"""Reads files and single rows the way an import does. All data in these tests is synthetic."""

import json
from collections.abc import Sequence
from pathlib import Path

from mcp_server.local.importers.detect import detect
from mcp_server.local.importers.formats import Format, Record
from mcp_server.local.importers.items import Item, JsonValue, Malformed, Rejected, Row
from mcp_server.local.importers.notes import Notes
from mcp_server.local.records import CreatorRecord, VideoRecord

DAY = 86_400
POSTED = 1_709_294_400
"""2024-03-01T12:00:00Z."""
CRAWLED = POSTED + 3 * DAY


def made_id(number: int = 0) -> str:
    """Return the id of a video that was posted so many seconds after `POSTED`."""
    return str(((POSTED + number) << 32) | 305_419_896)


def write(path: Path, content: object) -> Path:
    path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return path


def read(path: Path) -> tuple[str, list[Record | str]]:
    """Return the format of a file and its records; a reason in place of what was rejected."""
    file = detect(path)
    found: list[Record | str] = []
    for row in file.rows():
        if isinstance(row, Malformed):
            found.append(row.reason)
            continue
        try:
            found.extend(file.format_of(row).records(row, Notes()))
        except Rejected as reason:
            found.append(str(reason))
    return file.format.name, found


def one(known: Format, item: Item, notes: Notes | None = None) -> Record:
    """Return the only record of a row."""
    (found,) = known.records(Row(1, item, 0), notes or Notes())
    return found


def video(known: Format, item: Item, notes: Notes | None = None) -> VideoRecord:
    found = one(known, item, notes)
    assert isinstance(found, VideoRecord)
    return found


def profile(known: Format, item: Item) -> CreatorRecord:
    found = one(known, item)
    assert isinstance(found, CreatorRecord)
    return found


def ids(records: Sequence[Record | str]) -> list[str]:
    return [r.video_id for r in records if isinstance(r, VideoRecord)]


def text_of(lines: Sequence[JsonValue]) -> str:
    """Return JSON Lines."""
    return "".join(json.dumps(line) + "\n" for line in lines)
