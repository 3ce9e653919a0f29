"""Reads CSV row by row: comma, semicolon or tab, whatever the spreadsheet's country writes."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, TextIO

from mcp_server.local.importers import tab_stream
from mcp_server.local.importers.items import Malformed, Row
from mcp_server.local.importers.source import Source

_DELIMITERS: Final = ",;\t|"
_TAB: Final = "\t"
_LARGEST_FIELD: Final = 16 * 1024 * 1024
_TOLD = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
"""What Excel writes above the header, to tell itself how the fields are separated."""


@dataclass(frozen=True, slots=True)
class _Header:
    separator: str
    columns: list[str]
    lines: int
    """Lines up to and with the header."""


def delimiter(header: str) -> str:
    """Return what separates the fields of a header line."""
    return max(_DELIMITERS, key=header.count)


def header_of(sample: str) -> list[str]:
    """Return the column names of the beginning of a file; empty where it is no table."""
    try:
        return _header(io.StringIO(sample, newline="")).columns
    except csv.Error:
        return []


def _header(text: TextIO) -> _Header:
    told: str | None = None
    lines = 0
    while line := text.readline():
        lines += 1
        if found := _TOLD.fullmatch(line):
            told = found[1]
        elif line.strip():
            break
    separator = told or delimiter(line)
    rows = csv.reader([line], delimiter=separator)
    return _Header(separator, [name.strip() for row in rows for name in row], lines)


class _Lines:
    """The lines of a file, and whether more were asked for than there are."""

    def __init__(self, text: Iterable[str]) -> None:
        self._text = text
        self.ended = False

    def __iter__(self) -> Iterator[str]:
        yield from self._text
        self.ended = True


def _quoted_rows(text: Iterable[str], separator: str) -> Iterator[tuple[int, list[str] | str]]:
    """Yield how many lines each row takes, and its fields or why it has none."""
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=separator)
    before = 0
    while True:
        try:
            found: list[str] | str = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            found = f"not valid CSV: {error}"
        if lines.ended:  # A row that is whole needs no further line.
            found = "its quote is never closed"
        yield reader.line_num - before, found
        before = reader.line_num


def table(source: Source) -> Iterator[Row | Malformed]:
    """Yield the rows of a CSV file as mappings from column to text.

    A row with too many fields was cut wrongly and is refused; missing fields at the end are
    absent values. A quote that is never closed would take the rest of the file for one field:
    that row is refused too.
    """
    csv.field_size_limit(_LARGEST_FIELD)
    header = _header(source.text)
    columns = header.columns
    rows: Iterable[tuple[int, list[str] | str]] = (
        tab_stream.rows(source.text, len(columns))
        if header.separator == _TAB
        else _quoted_rows(source.text, header.separator)
    )
    at = header.lines + 1
    for lines, found in rows:
        if isinstance(found, str):
            yield Malformed(at, "", found, source.offset)
        elif len(found) > len(columns):
            reason = f"{len(found)} fields where the header has {len(columns)}"
            yield Malformed(at, header.separator.join(found), reason, source.offset)
        elif any(field.strip() for field in found):
            item = dict(zip(columns, found, strict=False))
            yield Row(at, item, source.offset, in_table=True)
        at += lines
