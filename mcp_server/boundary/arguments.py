"""Checks a call's arguments and says in one line what is wrong with them."""

import difflib
import json
from collections.abc import Mapping
from types import UnionType
from typing import Annotated, Final, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, Field, JsonValue, ValidationError, create_model
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from mcp_server.errors import InvalidArgumentError

_ALIKE: Final = 0.75
_MAX_PROBLEMS: Final = 3


Detail = Annotated[Literal["concise", "full"], Field(description="full: every field the API sent")]
MaxAge = Annotated[
    int | None,
    Field(ge=0, le=10**7, description="Refuse kept answers older than this; 0 asks the API anew"),
]
ADDED: Final = frozenset({"detail", "max_age_seconds"})
"""What the boundary adds to tools and acts on itself."""

Arguments = TypeVar("Arguments", bound=BaseModel)


def with_added(model: type[Arguments], *, detail: bool, max_age_seconds: bool) -> type[Arguments]:
    """Return the arguments with those beside them that are handled for every tool alike."""
    if detail:
        model = create_model(model.__name__, __base__=model, detail=(Detail, "concise"))
    if max_age_seconds:
        model = create_model(model.__name__, __base__=model, max_age_seconds=(MaxAge, None))
    return model


def refuse_misspelled(names: Mapping[str, JsonValue], known: Mapping[str, FieldInfo]) -> None:
    """Refuse an unknown argument that looks like a known one; others are ignored.

    Some hosts add arguments of their own to every call, so an unknown name alone is no error.
    """
    for name in names:
        if name in known:
            continue
        near = difflib.get_close_matches(name.lower(), known, 1, _ALIKE)
        if near and near[0] not in names:
            raise InvalidArgumentError(
                f"There is no argument of that name; did you mean `{near[0]}`?",
                parameter=near[0],
                allowed=sorted(known),
            )


def parse(model: type[BaseModel], arguments: Mapping[str, JsonValue]) -> dict[str, object]:
    """Return the validated arguments, defaults filled in.

    Lists that a host sent as JSON text are read as lists; every other text stays a text.

    Raises:
        InvalidArgumentError: Names the parameter and what is allowed, without echoing the input.
    """
    refuse_misspelled(arguments, model.model_fields)
    prepared = {
        name: _as_list(value, model.model_fields[name])
        for name, value in arguments.items()
        if name in model.model_fields
    }
    for name, value in prepared.items():
        if isinstance(value, bool) and _is_number(model.model_fields[name]):
            raise InvalidArgumentError(
                f"`{name}`: expected a number, not true or false.", parameter=name
            )
    try:
        parsed = model.model_validate(prepared)
    except ValidationError as error:
        raise _explained(error, model) from None
    return {name: getattr(parsed, name) for name in model.model_fields}


def _is_number(field: FieldInfo) -> bool:
    bare = _bare(field.annotation)
    return bare is int or bare is float


def _as_list(value: JsonValue, field: FieldInfo) -> JsonValue:
    if not isinstance(value, str) or not value.lstrip().startswith("["):
        return value
    if get_origin(_bare(field.annotation)) is not list:
        return value
    try:
        parsed: JsonValue = json.loads(value)
    except (ValueError, RecursionError):
        return value
    return parsed


def _bare(annotation: object) -> object:
    """Return the type inside `Annotated` and beside `None`."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in {Union, UnionType}:
        arms = [arm for arm in get_args(annotation) if arm is not type(None)]
        return _bare(arms[0]) if len(arms) == 1 else annotation
    return annotation


def _explained(error: ValidationError, model: type[BaseModel]) -> InvalidArgumentError:
    problems = error.errors(include_url=False, include_input=False, include_context=True)
    lines = [f"`{_where(problem)}`: {_what(problem)}" for problem in problems[:_MAX_PROBLEMS]]
    first = str(problems[0]["loc"][0]) if problems[0]["loc"] else None
    return InvalidArgumentError(
        "; ".join(lines) + ".",
        parameter=first,
        allowed=_allowed(model.model_fields.get(first or "")),
    )


def _where(problem: ErrorDetails) -> str:
    first, *inner = problem["loc"] or ("arguments",)
    place = next((part for part in inner if isinstance(part, int)), None)
    return str(first) if place is None else f"{first}[{place}]"


def _what(problem: ErrorDetails) -> str:
    return problem["msg"].removeprefix("Value error, ").rstrip(".")


def _allowed(field: FieldInfo | None) -> list[str] | str | None:
    if field is None:
        return None
    bare = _bare(field.annotation)
    if get_origin(bare) is Literal:
        return [str(option) for option in get_args(bare)]
    least, most = (_bound(field, kind) for kind in ("ge", "le"))
    if least is None or most is None:
        return None
    return f"{least:g} to {most:g}"


def _bound(field: FieldInfo, kind: Literal["ge", "le"]) -> float | None:
    found: list[float] = [
        value for part in field.metadata if (value := getattr(part, kind, None)) is not None
    ]
    return found[0] if found else None
