"""The end of a file whose packing is damaged."""

from collections.abc import Iterator
from typing import Final

from mcp_server.local.importers.items import Malformed, Row
from mcp_server.local.importers.source import Source

_DAMAGE: Final = "the gzip data is damaged or ends early; nothing after this was read"


def up_to_the_damage(
    rows: Iterator[Row | Malformed], source: Source, *, lasts: bool
) -> Iterator[Row | Malformed]:
    """Yield the rows of a file, and where its packing is damaged a last one that says so.

    Args:
        rows: The rows, as they are read from `source`.
        source: The file.
        lasts: Whether a row that could be read is whole. The last one of a damaged table may lack
            the end of its last cell, and is refused.
    """
    last: Row | Malformed | None = None
    for row in rows:
        if last is not None:
            yield last
        last = row
    if not source.is_damaged:
        if last is not None:
            yield last
        return
    if isinstance(last, Row) and lasts:
        yield last
        yield Malformed(last.at + 1, "", _DAMAGE, source.offset)
    else:
        yield Malformed(last.at if last else 1, _text(last), _DAMAGE, source.offset)


def _text(cut: Row | Malformed | None) -> str:
    if isinstance(cut, Row):
        return " | ".join(str(value) for value in cut.item.values())
    return cut.text if cut else ""
