"""Arguments of prompts: strings on the wire, checked and converted before anything is written."""

from collections.abc import Mapping
from typing import Annotated, Final, TypeAlias, TypeVar

from mcp.shared.exceptions import MCPError
from mcp_types import INVALID_PARAMS
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from mcp_server.untrusted import one_line

MAX_COUNT: Final = 1_000_000_000_000_000

Account: TypeAlias = Annotated[
    str,
    Field(min_length=1, max_length=128, description="Username or account_id of your own account"),
]
Niche: TypeAlias = Annotated[
    str, Field(min_length=1, max_length=100, description="Niche, such as fitness")
]
Fewest: TypeAlias = Annotated[int | None, Field(ge=0, le=MAX_COUNT, description="Fewest followers")]
Most: TypeAlias = Annotated[int | None, Field(ge=0, le=MAX_COUNT, description="Most followers")]


class Arguments(BaseModel):
    """What one prompt takes; each field has a description."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, allow_inf_nan=False)


A = TypeVar("A", bound=Arguments)


def parse(prompt: str, model: type[A], given: Mapping[str, object]) -> A:
    """Convert what came over the wire.

    An optional argument that is empty counts as left out, as forms of hosts send it.

    Raises:
        MCPError: -32602, with what is wrong about which argument.
    """
    fields = model.model_fields
    filled = {
        name: value
        for name, value in given.items()
        if name not in fields or fields[name].is_required() or value != ""
    }
    try:
        return model.model_validate(filled)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        faults = "; ".join(_fault(detail) for detail in found[:5])
        allowed = ", ".join(fields)
        raise MCPError(
            INVALID_PARAMS, f"Prompt {prompt}: {faults}. Its arguments: {allowed}."
        ) from None


def _fault(detail: ErrorDetails) -> str:
    where = one_line(str(detail["loc"][0]), limit=64) if detail["loc"] else None
    if detail["type"] == "extra_forbidden":
        return f'"{where}" is no argument of it'
    if detail["type"] == "missing":
        return f"{where} is required"
    message = detail["msg"].removeprefix("Value error, ").removeprefix("Input ")
    return message if where is None else f"{where} {message[:1].lower()}{message[1:]}"
