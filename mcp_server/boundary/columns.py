"""`fields`: the columns of a list answer, chosen by their names."""

import difflib
from collections.abc import Callable, Sequence
from types import UnionType
from typing import Annotated, Final, Union, cast, get_args, get_origin

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, JsonValue

from mcp_server.errors import InvalidArgumentError

_ALIKE: Final = 0.6
_LONGEST: Final = 64
"""Characters up to which a wrong name is compared with the right ones."""


def columns_of(answer: type[BaseModel]) -> tuple[str, ...]:
    """Return the names that a row of `answer` can have; none if its data is no list of rows.

    A name below an object is dotted, after the name of the object itself.
    """
    data = answer.model_fields["data"].annotation
    if get_origin(data) is not list:
        return ()
    (row,) = get_args(data)
    return tuple(_names(cast("object", row)))


def _names(annotation: object) -> list[str]:
    model = _model(annotation)
    if model is None:
        return []
    found: list[str] = []
    for name, field in model.model_fields.items():
        written = field.serialization_alias or name
        found += [written, *(f"{written}.{inner}" for inner in _names(field.annotation))]
    return found


def _model(annotation: object) -> type[BaseModel] | None:
    """Return the model in an annotation, itself or beside `None`."""
    arms = get_args(annotation) if get_origin(annotation) in {Union, UnionType} else (annotation,)
    models = [arm for arm in arms if isinstance(arm, type) and issubclass(arm, BaseModel)]
    return models[0] if len(models) == 1 else None


def parameter(columns: Sequence[str]) -> type[list[str]]:
    """Return the annotation of `fields` for a tool whose rows have `columns`.

    A comma-separated text counts as a list; no name at all, as not chosen.
    """
    annotation = Annotated[
        list[str] | None,
        BeforeValidator(_split),
        AfterValidator(_known(columns)),
        Field(description="Only these row fields; a.b if nested"),
    ]
    return cast("type[list[str]]", annotation)  # what to a checker no type is


def _split(value: object) -> object:
    return value.split(",") if isinstance(value, str) else value


def _known(columns: Sequence[str]) -> Callable[[list[str] | None], list[str] | None]:
    """Return a check that refuses every name that is no column, and names the nearest."""

    def check(names: list[str] | None) -> list[str] | None:
        asked = list(dict.fromkeys(name for given in names or () if (name := given.strip())))
        wrong = next((name for name in asked if name not in columns), None)
        if wrong is not None:
            near = _nearest(wrong, columns)
            hint = "" if near is None else f"; the nearest is `{near}`"
            raise InvalidArgumentError(
                f"`fields`: a name is none of this tool's fields{hint}.",
                parameter="fields",
                allowed=columns,
            )
        return asked or None

    return check


def _nearest(wrong: str, columns: Sequence[str]) -> str | None:
    if len(wrong) > _LONGEST:
        return None
    wanted = wrong.lower()
    inner = next((name for name in columns if name.rpartition(".")[2] == wanted), None)
    near = difflib.get_close_matches(wanted, columns, 1, _ALIKE)
    return inner or (near[0] if near else None)


def pick(row: JsonValue, names: Sequence[str]) -> JsonValue:
    """Return a row with the fields of these names alone, in the order of the names."""
    if not isinstance(row, dict):
        return row
    kept: dict[str, JsonValue] = {}
    for first in dict.fromkeys(name.partition(".")[0] for name in names):
        if first not in row:
            continue
        inner = [name.removeprefix(f"{first}.") for name in names if name.startswith(f"{first}.")]
        part = row[first] if first in names else pick(row[first], inner)
        if part != {} or row[first] == {}:
            kept[first] = part
    return kept


def absent(rows: Sequence[JsonValue], names: Sequence[str]) -> list[str]:
    """Return the names that no row has, where there are rows at all."""
    if not rows:
        return []
    return [name for name in names if not any(_has(row, name) for row in rows)]


def _has(row: JsonValue, name: str) -> bool:
    first, _, rest = name.partition(".")
    if not isinstance(row, dict) or first not in row:
        return False
    return not rest or _has(row[first], rest)
