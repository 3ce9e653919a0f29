"""Calls of `tokmetrics local` in the tests' own folder, and a small file to import; synthetic."""

from collections.abc import Callable
from pathlib import Path

from click.testing import Result

NEWEST = "2024-03-06T11:00:05Z"

FLAT = """video_id,username,create_time,plays,likes,url
7341363547541362296,invented.baker,2024-03-01T12:00:00Z,541.2K,1.4K,
7343203533934953171,invented.baker,2024-03-06T11:00:05Z,,5,
"7,34E+18",invented.baker,2024-03-06T11:00:05Z,7,5,
"""

Run = Callable[..., Result]


def cells(output: str, start: str) -> list[str]:
    """Return the cells of the table row that begins so."""
    (line,) = [line for line in output.splitlines() if line.startswith(start)]
    return line.split()


def crawl(path: Path, rows: int) -> Path:
    """Write a file of so many invented videos, as a table."""
    lines = [
        f"{(1_700_000_000 + 60 * row << 32) + row % 1000 + 1},invented.baker,{row}"
        for row in range(rows)
    ]
    path.write_text("\n".join(["video_id,username,plays", *lines, ""]), "utf-8")
    return path
