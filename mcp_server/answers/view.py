"""The concise view of an answer: which fields and how many rows an agent sees by default."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from pydantic import JsonValue

from mcp_server.answers.clean import is_address, shorten

CONCISE_TEXT: Final = 100
"""Characters of a caption or a bio in a concise answer."""
ROW_TEXT: Final = 50
"""The same in a row, which only has to be recognized."""
_CAVEATS: Final = frozenset({"warnings", "basis", "note", "reason"})
"""Fields that say how to read the figures: half a caveat is none."""


@dataclass(frozen=True, slots=True)
class View:
    """What to keep of an object, or of each row of a list."""

    fields: Mapping[str, "View | None"] = field(default_factory=dict["str", "View | None"])
    """Names to keep; `None` keeps the value as it is. Empty keeps every field."""
    rows: int | None = None
    """How many rows of a list to keep from its beginning; `None` keeps all."""
    last: int | None = None
    """How many to keep from its end, of a list in the order of time."""


def view(*names: str, rows: int | None = None, last: int | None = None, **nested: View) -> View:
    """Keep `names` as they are and `nested` through views of their own."""
    return View({**dict.fromkeys(names), **nested}, rows, last)


@dataclass(slots=True)
class Cut:
    """A list that the view shortened."""

    name: str
    shown: int
    total: int


def project(value: JsonValue, shape: View, *, name: str = "data") -> tuple[JsonValue, list[Cut]]:
    """Return what `shape` keeps of `value`, and which lists it shortened.

    An object with none of the wanted fields is kept whole: an upstream whose answers are not
    specified may use other names, and an empty answer would hide them.
    """
    cuts: list[Cut] = []
    return _project(value, shape, name, cuts, CONCISE_TEXT), cuts


def _project(value: JsonValue, shape: View, name: str, cuts: list[Cut], text: int) -> JsonValue:
    if isinstance(value, str):
        written_by_us = name in _CAVEATS or is_address(value)
        return value if written_by_us else shorten(value, text)
    if isinstance(value, list):
        kept = value[: shape.rows] if shape.last is None else value[-shape.last :]
        if len(kept) < len(value):
            cuts.append(Cut(name, len(kept), len(value)))
        return [_project(item, View(shape.fields), name, cuts, ROW_TEXT) for item in kept]
    if isinstance(value, dict):
        return _project_object(value, shape, cuts, text)
    return value


def _project_object(
    value: dict[str, JsonValue], shape: View, cuts: list[Cut], text: int
) -> dict[str, JsonValue]:
    wanted = [name for name in shape.fields if name in value]
    if not wanted:
        return {key: _project(item, View(), key, cuts, text) for key, item in value.items()}
    return {
        name: _project(value[name], shape.fields[name] or View(), name, cuts, text)
        for name in wanted
    }
