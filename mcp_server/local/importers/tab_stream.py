"""Rows of tab-separated files, in which a quote may quote a field or be a character like any other.

Excel quotes fields that hold a line break; most programs quote nothing, and a caption that begins
with a quote would then take the rows behind it for its own. So a quote counts only where it closes
before a tab or the end of a line, and where counting it gives a row with all its fields.
"""

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

_TAB: Final = "\t"
_QUOTE: Final = '"'
_MOST_LINES: Final = 200
"""The longest field that is looked for, in lines."""


def rows(lines: Iterable[str], width: int) -> Iterator[tuple[int, list[str]]]:
    """Yield the fields of each row, and how many lines it takes; `width` is that of the header."""
    ahead = _Ahead(lines)
    while (first := ahead.take()) is not None:
        fields = _one_line(first, width)
        if fields is None:
            fields, more = _several_lines(first, ahead, width)
            ahead.drop(more)
            yield 1 + more, fields
        else:
            yield 1, fields


class _Ahead:
    """Lines of which some may be looked at before they are taken."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._seen: deque[str] = deque()

    def take(self) -> str | None:
        return self._seen.popleft() if self._seen else next(self._lines, None)

    def drop(self, count: int) -> None:
        for _ in range(count):
            self._seen.popleft()

    def look(self) -> Iterator[str]:
        yield from tuple(self._seen)
        for line in islice(self._lines, _MOST_LINES):
            self._seen.append(line)
            yield line


def _one_line(line: str, width: int) -> list[str] | None:
    """Return the fields of a line; `None` where its last row may go on in the next one."""
    plain = _plain(line)
    if _QUOTE not in line:
        return plain
    if len(plain) != width and (quoted := _quoted(line)) is not None:
        return quoted
    # Where no field is missing, only the last one may go on.
    may_go_on = plain if len(plain) < width else plain[-1:] if len(plain) == width else []
    return None if any(map(_is_open, may_go_on)) else [_unquoted(field) for field in plain]


def _several_lines(first: str, ahead: _Ahead, width: int) -> tuple[list[str], int]:
    """Return the fields of a row that may go on, and how many more lines it takes."""
    lines = [first]
    unquoted = [_unquoted(field) for field in _plain(first)]
    for line in ahead.look():
        is_row = len(_plain(line)) == width
        if is_row and len(unquoted) == width:
            break
        lines.append(line)
        quoted = _quoted(*lines)
        if quoted is not None and len(quoted) == width:
            return quoted, len(lines) - 1
        if is_row:
            break
    return unquoted, 0


def _plain(line: str) -> list[str]:
    return line.rstrip("\r\n").split(_TAB)


def _is_open(field: str) -> bool:
    return field.startswith(_QUOTE) and _unquoted(field) == field


def _unquoted(field: str) -> str:
    inner = field[1:-1]
    is_quoted = len(field) > 1 and field[0] == field[-1] == _QUOTE
    return inner.replace(_QUOTE * 2, _QUOTE) if is_quoted and _is_even(inner) else field


def _is_even(inner: str) -> bool:
    """Say whether each quote inside a field is written twice."""
    return _QUOTE not in inner.replace(_QUOTE * 2, "")


def _quoted(*lines: str) -> list[str] | None:
    """Return the fields of one row if every quote that opens one also closes it."""
    try:
        found = list(csv.reader(lines, delimiter=_TAB, strict=True))
    except csv.Error:
        return None
    return found[0] if len(found) == 1 else None
