"""Keeps every answer under a size that all known hosts accept, whatever an upstream sends.

First long texts are shortened, then whole rows are cut, to a number that divides the asked limit
so that the following page can be named exactly; an object that is still too large loses long
lists and its largest fields. Never half a row, never invalid JSON.
"""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pydantic import JsonValue

from mcp_server.answers.clean import is_address, shorten

MAX_BYTES: Final = 48_000
"""UTF-8 bytes of a whole answer as compact JSON."""
_RARE_SCRIPT: Final = re.compile(
    "[\u0800-\u1fff\u2c00-\u2fff\u3100-\u33ff\ua000-\uabff\ud7b0-\uf8ff\ufb00-\ufeff]"
)
_RARE_EXTRA_BYTES: Final = 2.4
"""What such a character weighs beside its three bytes: models read it as up to three tokens."""
_RESERVE: Final = 1_000  # for the notes and the next call that a cut adds
_TEXT_STEPS: Final = (500, 200, 80)
_LINK: Final = 200  # characters of a link
_LIST_STEPS: Final = (50, 20, 10, 5, 2, 1)
_ROW_BYTES: Final = 4_000  # what is left of a row that alone is over the budget


@dataclass(frozen=True, slots=True)
class Paging:
    """The two arguments by which a tool turns pages, as this call had them."""

    size_name: str
    size: int
    page: int | None
    """`None` where the tool has a size but no pages."""


@dataclass(frozen=True, slots=True)
class Fit:
    """A value that fits, and what it cost."""

    data: JsonValue
    notes: tuple[str, ...] = ()
    next_page: Mapping[str, JsonValue] | None = None
    """Arguments that differ in the call for the following rows, after rows were cut."""


def dumps(value: JsonValue) -> str:
    """Return `value` as compact JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def size(value: JsonValue) -> int:
    """UTF-8 bytes of `value` as compact JSON; more where a token is less than two bytes.

    With that, what is under `MAX_BYTES` is also under the 25,000 tokens that some hosts cut at.
    """
    text = dumps(value)
    if text.isascii():
        return len(text)
    rare = sum(1 for _ in _RARE_SCRIPT.finditer(text))
    return len(text.encode()) + math.ceil(rare * _RARE_EXTRA_BYTES)


def fit(data: JsonValue, *, room: int, paging: Paging | None) -> Fit:
    """Return `data` in at most `room` bytes."""
    if size(data) <= room:
        return Fit(data)
    room -= _RESERVE
    shortened = data
    for step in _TEXT_STEPS:
        shortened = _cap(data, text=step)
        if size(shortened) <= room:
            return Fit(shortened, ("Long texts are shortened to fit.",))
    if isinstance(shortened, list):
        return _cut_rows(shortened, room, paging)
    return Fit(_shrink(shortened, room), ("Long lists and large fields are cut to fit.",))


def _cut_rows(rows: list[JsonValue], room: int, paging: Paging | None) -> Fit:
    count = _fitting(rows, room)
    if count == 0:
        rows = [_shrink(row, min(_ROW_BYTES, room // 2)) for row in rows]
        count = _fitting(rows, room)
    if paging is not None:
        count = max((d for d in range(1, count + 1) if paging.size % d == 0), default=0)
    notes = [f"Cut to fit: {count} of {len(rows)} rows are shown, long texts are shortened."]
    next_page: dict[str, JsonValue] | None = None
    if count and paging is not None and paging.page is not None:
        next_page = {
            "page": (paging.page - 1) * (paging.size // count) + 2,
            paging.size_name: count,
        }
    return Fit(rows[:count], tuple(notes), next_page)


def _fitting(rows: list[JsonValue], room: int) -> int:
    used = 2
    for count, row in enumerate(rows):
        used += size(row) + 1
        if used > room:
            return count
    return len(rows)


def _cap(value: JsonValue, *, text: int, items: int | None = None) -> JsonValue:
    """Shorten texts and lists; a link that is too long is left out, as half of it is no use."""
    if isinstance(value, str):
        if is_address(value):
            return value if len(value) <= _LINK else None
        return shorten(value, text)
    if isinstance(value, list):
        return [_cap(item, text=text, items=items) for item in value[:items]]
    if isinstance(value, dict):
        capped = {key: _cap(item, text=text, items=items) for key, item in value.items()}
        return {key: item for key, item in capped.items() if item is not None}
    return value


def _shrink(value: JsonValue, room: int) -> JsonValue:
    for items in _LIST_STEPS:
        value = _cap(value, text=_TEXT_STEPS[-1], items=items)
        if size(value) <= room:
            return value
    if not isinstance(value, dict):
        return shorten(str(value), _TEXT_STEPS[-1])
    kept: dict[str, JsonValue] = {}
    used = 2
    # Small fields are the figures: keep them, and drop the largest.
    for key, item in sorted(value.items(), key=lambda entry: size(entry[1])):
        used += size({key: item})
        if used > room:
            break
        kept[key] = item
    return {key: item for key, item in value.items() if key in kept}
