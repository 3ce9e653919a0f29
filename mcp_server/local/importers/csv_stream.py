"""Reads CSV row by row: comma, semicolon or tab, whatever the spreadsheet's country writes."""

import csv
from collections.abc import Iterable, Iterator
from typing import Final

from mcp_server.local.importers.items import Malformed, Row
from mcp_server.local.importers.source import Source

_DELIMITERS: Final = ",;\t|"
_LARGEST_FIELD: Final = 16 * 1024 * 1024


def delimiter(header: str) -> str:
    """Return what separates the fields of a header line."""
    return max(_DELIMITERS, key=header.count)


def header_of(sample: str) -> list[str]:
    """Return the column names of the beginning of a file; empty where it is no table."""
    line = sample.lstrip().partition("\n")[0]
    try:
        return _fields(line, delimiter(line))
    except csv.Error:
        return []


def _fields(line: str, separator: str) -> list[str]:
    rows = csv.reader([line], delimiter=separator)
    return [name.strip() for row in rows for name in row]


class _Lines:
    """The lines of a file, and whether more were asked for than there are."""

    def __init__(self, text: Iterable[str]) -> None:
        self._text = text
        self.ended = False

    def __iter__(self) -> Iterator[str]:
        yield from self._text
        self.ended = True


def table(source: Source) -> Iterator[Row | Malformed]:
    """Yield the rows of a CSV file as mappings from column to text.

    A row with too many fields was cut wrongly and is refused; missing fields at the end are
    absent values. A quote that is never closed would take the rest of the file for one field:
    that row is refused too.
    """
    csv.field_size_limit(_LARGEST_FIELD)
    first = source.text.readline()
    at = 1
    while first and not first.strip():
        first = source.text.readline()
        at += 1
    separator = delimiter(first)
    columns = _fields(first, separator)
    lines = _Lines(source.text)
    reader = csv.reader(lines, delimiter=separator)
    header = at
    while True:
        at = header + reader.line_num + 1
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Malformed(at, "", f"not valid CSV: {error}", source.offset)
            continue
        if lines.ended:  # A row that is whole needs no further line.
            yield Malformed(at, "", "its quote is never closed", source.offset)
            return
        if not any(field.strip() for field in fields):
            continue
        if len(fields) > len(columns):
            reason = f"{len(fields)} fields where the header has {len(columns)}"
            yield Malformed(at, separator.join(fields), reason, source.offset)
            continue
        yield Row(at, dict(zip(columns, fields, strict=False)), source.offset, in_table=True)
