"""Finds out what a file is from what stands in it, never from its name."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from mcp_server.local.importers import csv_stream, json_stream
from mcp_server.local.importers.flat_table import FlatTable
from mcp_server.local.importers.formats import Format
from mcp_server.local.importers.items import Malformed, Row, UnknownFormatError
from mcp_server.local.importers.source import Source, opened
from mcp_server.local.importers.tiktok_scraper import TikTokScraper

FORMATS: Final[tuple[Format, ...]] = (TikTokScraper(), FlatTable())
"""Every format that can be imported; the first that recognizes a row takes the file."""

Reader = Callable[[Source], Iterator[Row | Malformed]]

_ROWS_LOOKED_AT: Final = 50
_LEAST_COLUMNS: Final = 2


@dataclass(frozen=True, slots=True)
class ImportFile:
    """A file that can be imported."""

    path: Path
    format: Format
    reader: Reader
    counts_lines: bool
    """Whether a row is named by its line; else by its number in the list."""

    def rows(self) -> Iterator[Row | Malformed]:
        """Read the file from its beginning, row by row.

        Raises:
            OSError: It cannot be read to its end.
        """
        with opened(self.path) as source:
            yield from self.reader(source)


def detect(path: Path) -> ImportFile:
    """Look into a file and say how to read it.

    Raises:
        UnknownFormatError: It is none of the known formats; the message names them.
        OSError: It cannot be opened.
    """
    with opened(path) as source:
        sample = source.sample()
    if not sample.strip():
        raise UnknownFormatError(f"{path.name} is empty")
    reader = _reader(sample)
    if reader is not None:
        with opened(path) as source:
            rows = list(islice(reader(source), _ROWS_LOOKED_AT))
        for known in FORMATS:
            if any(isinstance(row, Row) and known.recognizes(row.item) for row in rows):
                return ImportFile(path, known, reader, reader is not json_stream.documents)
    titles = "; ".join(known.title for known in FORMATS)
    raise UnknownFormatError(f"{path.name} is not in a known format. Known are: {titles}.")


def _reader(sample: str) -> Reader | None:
    if json_stream.is_lines(sample):
        return json_stream.lines
    if sample.lstrip()[0] in "[{":
        return json_stream.documents
    if "\x00" not in sample and len(csv_stream.header_of(sample)) >= _LEAST_COLUMNS:
        return csv_stream.table
    return None
