"""Checks a call's arguments and says in one line what is wrong with them."""

import difflib
import json
import re
from collections.abc import Mapping, Sequence
from types import UnionType
from typing import Annotated, Final, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, Field, JsonValue, ValidationError, create_model
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from mcp_server.boundary import columns
from mcp_server.errors import InvalidArgumentError
from mcp_server.untrusted import safe_token

_LARGE: Final = 10**6  # a bound above it only keeps nonsense out
_ALIKE: Final = 0.75
_MAX_PROBLEMS: Final = 3
_HALF_PAIR: Final = re.compile("[\ud800-\udfff]")
"""Half of a surrogate pair: JSON can spell it, and no address can hold it."""


Detail = Annotated[Literal["concise", "full"], Field(description="full: all fields, whole lists")]
MaxAge = Annotated[
    int | None,
    Field(ge=0, le=10**7, description="Oldest kept answer wanted; 0: none"),
]
ADDED: Final = frozenset({"detail", "fields", "max_age_seconds"})
"""What the boundary adds to tools and acts on itself."""

Arguments = TypeVar("Arguments", bound=BaseModel)


def with_added(
    model: type[Arguments],
    *,
    detail: bool,
    max_age_seconds: bool,
    fields: Sequence[str] = (),
) -> type[Arguments]:
    """Return the arguments with those beside them that are handled for every tool alike.

    Args:
        model: The tool's own arguments.
        detail: Whether its answer has a concise and a full form.
        max_age_seconds: Whether its answers are kept for a while.
        fields: The columns to choose from; none where its answer has no rows.
    """
    if fields:
        chosen = columns.parameter(fields)
        model = create_model(model.__name__, __base__=model, fields=(chosen, None))
    if detail:
        model = create_model(model.__name__, __base__=model, detail=(Detail, "concise"))
    if max_age_seconds:
        model = create_model(model.__name__, __base__=model, max_age_seconds=(MaxAge, None))
    return model


# What agents write from habit, or because the other API calls it so.
_SYNONYMS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("query", "search", "keyword", "keywords", "text"), "q"),
    **dict.fromkeys(("country", "location"), "region"),
    **dict.fromkeys(("per_page", "count", "size", "max_results", "top"), "limit"),
    **dict.fromkeys(("handle", "user", "name", "creator"), "username"),
    **dict.fromkeys(("columns", "select"), "fields"),
    "sort_by": "sort",
    "sort_order": "order",
    "hashtag": "tag",
    "sound_id": "music_id",
    "min_plays": "min_views",
}
_HOSTS_OWN: Final = frozenset({"task_progress"})
"""Arguments that hosts add to every call for themselves."""


def ignored(names: Mapping[str, JsonValue], model: type[BaseModel]) -> list[str]:
    """Return the names of arguments that are none of the tool's, where they can be repeated."""
    return [
        token
        for name in names
        if name not in model.model_fields
        and name not in _HOSTS_OWN
        and (token := safe_token(name)) is not None
    ]


def refuse_misspelled(names: Mapping[str, JsonValue], known: Mapping[str, FieldInfo]) -> None:
    """Refuse an unknown argument that looks like a known one; others are ignored.

    Some hosts add arguments of their own to every call, so an unknown name alone is no error.
    """
    for name in names:
        if name in known:
            continue
        meant = _meant(name.lower(), known)
        if meant is not None and meant not in names:
            raise InvalidArgumentError(
                f"There is no argument of that name; did you mean `{meant}`?",
                parameter=meant,
                allowed=sorted(known),
            )


def _meant(name: str, known: Mapping[str, FieldInfo]) -> str | None:
    near = difflib.get_close_matches(name, known, 1, _ALIKE)
    if near:
        return near[0]
    synonym = _SYNONYMS.get(name)
    return synonym if synonym in known else None


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
    # Pydantic refuses these itself, but not in a text that a validator of ours has seen first.
    for name, value in prepared.items():
        if not _is_sendable(value):
            raise InvalidArgumentError(
                f"`{name}`: has half of a surrogate pair, which is no character.", parameter=name
            )
    return {name: getattr(parsed, name) for name in model.model_fields}


def _is_number(field: FieldInfo) -> bool:
    bare = _bare(field.annotation)
    return bare is int or bare is float


def _is_sendable(value: JsonValue) -> bool:
    texts = value if isinstance(value, list) else [value]
    return not any(isinstance(text, str) and _HALF_PAIR.search(text) for text in texts)


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
    if problem["type"] == "missing":
        return "is required"
    return problem["msg"].removeprefix("Value error, ").rstrip(".")


def _allowed(field: FieldInfo | None) -> list[str] | str | None:
    if field is None:
        return None
    bare = _bare(field.annotation)
    if get_origin(bare) is Literal:
        return [str(option) for option in get_args(bare)]
    if (most := _bound(field, "max_length")) is not None:
        what = "items" if get_origin(bare) is list else "characters"
        return f"{_bound(field, 'min_length') or 0} to {most} {what}"
    return _range(field)


def _range(field: FieldInfo) -> str | None:
    above, least, most = (_bound(field, kind) for kind in ("gt", "ge", "le"))
    if above is not None:
        return f"more than {above}"
    if least is None:
        return None
    return f"{least} or more" if most is None or most > _LARGE else f"{least} to {most}"


def _bound(field: FieldInfo, kind: str) -> float | None:
    found: list[float] = [
        value for part in field.metadata if (value := getattr(part, kind, None)) is not None
    ]
    return found[0] if found else None
