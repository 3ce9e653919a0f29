"""Finds out what a file is from what stands in it, never from its name."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from mcp_server.local.importers import csv_stream, json_stream, pages
from mcp_server.local.importers.apidojo import Apidojo
from mcp_server.local.importers.bright_data import BrightData
from mcp_server.local.importers.damage import up_to_the_damage
from mcp_server.local.importers.flat_table import FlatTable
from mcp_server.local.importers.formats import Format
from mcp_server.local.importers.items import Item, Malformed, Row, UnknownFormatError
from mcp_server.local.importers.layout import USUAL, Layout
from mcp_server.local.importers.own_jsonl import OwnJsonl
from mcp_server.local.importers.personal_export import PersonalExport
from mcp_server.local.importers.research_api import ResearchApi
from mcp_server.local.importers.source import Source, opened
from mcp_server.local.importers.tiktok_scraper import TikTokScraper
from mcp_server.local.importers.tiktok_web import TikTokWeb
from mcp_server.local.importers.yt_dlp import YtDlp

FORMATS: Final[tuple[Format, ...]] = (
    OwnJsonl(),
    PersonalExport(),
    ResearchApi(),
    YtDlp(),
    TikTokWeb(),
    TikTokScraper(),
    Apidojo(),
    BrightData(),
    FlatTable(),
)
"""Every format that can be imported; the first that recognizes a row takes the file."""

_BY_ROWS: Final = tuple(known for known in FORMATS if not known.layout.lists)
"""The formats whose rows tell what they are."""

Reader = Callable[[Source], Iterator[Row | Malformed]]

_ROWS_LOOKED_AT: Final = 50
_MOST_LOOKED_AT: Final = 20_000
"""Where the first rows are none: a crawl may begin with what it did not find."""
_LEAST_COLUMNS: Final = 2
_KEYS_SHOWN: Final = 12


@dataclass(frozen=True, slots=True)
class ImportFile:
    """A file that can be imported."""

    path: Path
    format: Format
    """What its first rows are."""
    reader: Reader

    @property
    def counts_lines(self) -> bool:
        """Whether a row is named by its line; else by its number in the list."""
        return self.reader is not json_stream.documents

    def rows(self) -> Iterator[Row | Malformed]:
        """Read the file from its beginning, row by row.

        Raises:
            OSError: It cannot be read to its end.
        """
        with opened(self.path) as source:
            rows = _unfolded(self._read(source), self.reader, self.format.layout)
            yield from up_to_the_damage(rows, source, lasts=self.reader is not csv_stream.table)

    def _read(self, source: Source) -> Iterator[Row | Malformed]:
        layout = self.format.layout
        if self.reader is not json_stream.documents:
            yield from self.reader(source)
        elif not layout.beside:
            yield from json_stream.documents(source, layout)
        else:
            with opened(self.path) as ahead:
                beside = json_stream.surroundings(ahead, layout)
                yield from json_stream.documents(source, layout, beside)

    def format_of(self, row: Row) -> Format:
        """Return the format of one row: JSON may mix several, a table or a layout cannot."""
        if row.about or self.format.layout.lists or self.reader is csv_stream.table:
            return self.format
        return _recognized(row.item) or self.format


def _recognized(item: Item) -> Format | None:
    return next((known for known in _BY_ROWS if known.recognizes(item)), None)


def _unfolded(
    rows: Iterator[Row | Malformed], reader: Reader, layout: Layout
) -> Iterator[Row | Malformed]:
    """Unfold the pages among the rows of JSON that may hold any format."""
    if reader is csv_stream.table or layout.lists:
        return rows
    by_lines = reader is json_stream.lines
    return pages.unfolded(rows, layout, _is_row, by_lines=by_lines)


def _is_row(item: Item) -> bool:
    return _recognized(item) is not None


def detect(path: Path) -> ImportFile:
    """Look into a file and say how to read it.

    Signs of a whole document count before the looks of rows, and among the formats of rows the
    first in `FORMATS` that recognizes one of the first rows.

    Raises:
        UnknownFormatError: It is none of the known formats; the message names them.
        OSError: It cannot be opened.
    """
    with opened(path) as source:
        sample = source.sample()
        damaged = source.is_damaged
    if not sample.strip() and not damaged:
        raise UnknownFormatError(f"{path.name} is empty")
    found, first = _look(path, sample)
    if found is None:
        raise UnknownFormatError(
            f"{path.name} cannot be recognized: its gzip data is damaged or ends early"
            if damaged
            else _unknown(path, first)
        )
    return found


def _look(path: Path, sample: str) -> tuple[ImportFile | None, list[Row | Malformed]]:
    """Return how to read a file, if that is known, and its first rows."""
    reader = _reader(sample)
    keys = json_stream.key_paths(sample)
    for known in FORMATS:
        if known.layout.signs & keys:
            by_lines = reader is json_stream.lines and not known.layout.lists
            how = json_stream.lines if by_lines else json_stream.documents
            return ImportFile(path, known, how), []
    first: list[Row | Malformed] = []
    if reader is not None:
        with opened(path) as source:
            rows = _unfolded(reader(source), reader, USUAL)
            first = list(islice(rows, _ROWS_LOOKED_AT))
            found = list(_formats(first))
            if not found and reader is not csv_stream.table:  # whose rows have the same columns
                found = list(islice(_formats(islice(rows, _MOST_LOOKED_AT)), 1))
        if found:
            return ImportFile(path, min(found, key=_BY_ROWS.index), reader), first
    return None, first


def _formats(rows: Iterable[Row | Malformed]) -> Iterator[Format]:
    for row in rows:
        if isinstance(row, Row) and (found := _recognized(row.item)) is not None:
            yield found


def _unknown(path: Path, rows: list[Row | Malformed]) -> str:
    first = next((row for row in rows if isinstance(row, Row)), None)
    keys = sorted(first.item)[:_KEYS_SHOWN] if first else []
    seen = f" Its rows have: {', '.join(keys)}." if keys else ""
    titles = "; ".join(known.title for known in FORMATS)
    return f"{path.name} is not in a known format.{seen} Known are: {titles}."


def _reader(sample: str) -> Reader | None:
    if json_stream.is_lines(sample):
        return json_stream.lines
    if sample.lstrip()[:1] in ("[", "{"):
        return json_stream.documents
    if "\x00" not in sample and len(csv_stream.header_of(sample)) >= _LEAST_COLUMNS:
        return csv_stream.table
    return None
