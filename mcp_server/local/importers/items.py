"""What a reader hands over and an importer takes: one raw row, or one that cannot be read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

JsonValue: TypeAlias = "bool | int | float | str | list[JsonValue] | dict[str, JsonValue] | None"
Item: TypeAlias = Mapping[str, JsonValue]
KeyPath: TypeAlias = tuple[str, ...]
"""The keys that lead to a value of a JSON document, from its root."""


class Rejected(Exception):  # noqa: N818 - an outcome of reading one row, not a failure of the import
    """A row that cannot be stored; the message is the reason, without any of its values."""


class UnknownFormatError(Exception):
    """A file is none of the known formats; the message names them."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file: where it stands and what it holds."""

    at: int
    """Line number in a file of lines, else the number of the item in its list; both from 1."""
    item: Item
    offset: int
    """Bytes of the file read so far, for a progress bar."""
    path: KeyPath = ()
    """The keys that lead to the list in which the row stands."""
    document: Item = field(default_factory=dict[str, JsonValue])
    """What stands beside the rows of its document, as far as the format's layout asks for it."""
    about: bool = False
    """Whether this is the document itself rather than one of its rows: it comes before them, and
    its item is `document`."""
    in_table: bool = False
    """Whether its values are cells of a table, which may have gone through a spreadsheet."""


@dataclass(frozen=True, slots=True)
class Malformed:
    """A place where the file could not be read as a row."""

    at: int
    text: str
    reason: str
    offset: int
