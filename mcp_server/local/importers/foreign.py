"""Names files that hold what people want to import, but packed or written in another way."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from mcp_server.local.importers.items import UnknownFormatError

_LOOKED_AT: Final = 4096
_SPREADSHEET: Final = "a spreadsheet: save it as CSV and import that"
_ARCHIVE: Final = "unpack it and import the files that it holds"
_ZIP: Final = b"PK\x03\x04"
_IN_ZIP: Final = (
    (b"[Content_Types].xml", _SPREADSHEET),
    (b"opendocument.spreadsheet", _SPREADSHEET),
)
_SIGNS: Final = (
    (_ZIP, f"a zip archive: {_ARCHIVE}"),
    (b"7z\xbc\xaf\x27\x1c", f"a 7z archive: {_ARCHIVE}"),
    (b"Rar!", f"a rar archive: {_ARCHIVE}"),
    (b"\x28\xb5\x2f\xfd", "packed with zstd: unpack it, or pack it with gzip"),
    (b"\xfd7zXZ\x00", "packed with xz: unpack it, or pack it with gzip"),
    (b"BZh", "packed with bzip2: unpack it, or pack it with gzip"),
    (b"\xd0\xcf\x11\xe0", _SPREADSHEET),
    (b"PAR1", "Parquet, which is not read: write it as CSV or as JSON lines"),
    (b"SQLite format 3\x00", "a SQLite database; a world is carried by `tokmetrics local export`"),
)


def refuse_foreign(paths: Sequence[Path]) -> None:
    """Refuse named files that another program has to open first.

    Raises:
        UnknownFormatError: One of them is an archive, a spreadsheet or a database; the message
            says what to do with it.
        OSError: A file cannot be opened.
    """
    for path in paths:
        if path.is_file() and (what := _what(path)) is not None:
            raise UnknownFormatError(f"{path.name} is {what}.")


def _what(path: Path) -> str | None:
    with path.open("rb") as file:
        beginning = file.read(_LOOKED_AT)
    if beginning.startswith(_ZIP):
        inside = next((what for sign, what in _IN_ZIP if sign in beginning), None)
        if inside is not None:
            return inside
    return next((what for sign, what in _SIGNS if beginning.startswith(sign)), None)
