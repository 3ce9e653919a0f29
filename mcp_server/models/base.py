"""The base of every model: an upstream's answer never fails on a detail."""

from collections.abc import Mapping
from math import isfinite
from typing import Annotated, Self, TypeAlias, cast

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    ValidationError,
    WithJsonSchema,
    model_validator,
)

from mcp_server.models.time import times_in_utc


def _exact_text(value: object) -> object:
    """Turn a whole number into its exact digits; a float has lost some and is left to fail."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _no_truth(value: object) -> object:
    """Refuse true and false, which Python would count as 1 and 0."""
    if isinstance(value, bool):
        raise ValueError("a boolean is not a number")  # noqa: TRY004 - pydantic collects ValueError
    return value


Text: TypeAlias = Annotated[str, BeforeValidator(_exact_text)]
"""Text or an identifier; an identifier that arrives as a number keeps all its digits."""

Count: TypeAlias = Annotated[int, BeforeValidator(_no_truth)]
"""A whole number of things."""

Number: TypeAlias = Annotated[
    int | Annotated[float, Field(allow_inf_nan=False)],
    BeforeValidator(_no_truth),
    WithJsonSchema({"type": "number"}),
]
"""A number exactly as received: 38667 does not become 38667.0."""


class Tolerant(BaseModel):
    """One object of an upstream; every field may be missing, and unknown fields are kept.

    A value of the wrong type leaves its field None and stands, untouched, under `NAME_raw`.
    Times are brought into the one form of `write_time`; those that cannot be read stay as sent.
    Something other than an object is a `ValidationError`, for the client to report.
    """

    model_config = ConfigDict(extra="allow")

    @model_validator(mode="wrap")
    @classmethod
    def _tolerate(cls, data: object, handler: ModelWrapValidatorHandler[Self]) -> Self:
        if isinstance(data, Mapping):
            data = times_in_utc(cast("Mapping[str, object]", data))
        try:
            return handler(data)
        except ValidationError as error:
            if not isinstance(data, Mapping):
                raise
            wrong = {str(detail["loc"][0]) for detail in error.errors() if detail["loc"]}
        return handler(_set_aside(cast("Mapping[str, object]", data), sorted(wrong)))


def _set_aside(data: Mapping[str, object], wrong: list[str]) -> dict[str, object]:
    kept: dict[str, object] = {name: value for name, value in data.items() if name not in wrong}
    for name in wrong:
        value = data[name]
        # No JSON can hold NaN or an infinity, so there is nothing to keep.
        if not isinstance(value, float) or isfinite(value):
            kept[f"{name}_raw"] = value
    return kept
