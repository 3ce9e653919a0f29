"""`@tool`: a function is a tool; its name, hints, text and schemas stand nowhere else."""

import inspect
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Concatenate, ParamSpec

from pydantic import BaseModel

from mcp_server.answers.view import View
from mcp_server.boundary.effect import Effect
from mcp_server.boundary.naming import described
from mcp_server.deps import Deps

P = ParamSpec("P")

ToolFunction = Callable[..., Awaitable[BaseModel]]


@dataclass(frozen=True, slots=True, eq=False)
class ToolSpec:
    """A tool as its file declares it."""

    name: str
    title: str
    effect: Effect
    concise: View | None
    """What an answer keeps by default; `None`: always everything, and no `detail` to choose."""
    by_sort: Mapping[str, View]
    """What it keeps in place of that, by the argument `sort`."""
    function: ToolFunction

    @property
    def toolset(self) -> str:
        """The folder below `tools` that the tool's file lies in."""
        return self.function.__module__.split(".")[1]

    @property
    def description(self) -> str:
        """The function's docstring, its lines joined within each paragraph."""
        text = inspect.cleandoc(self.function.__doc__ or "")
        return re.sub(r"(?<!\n)\n(?!\n)", " ", text).strip()

    def shown(self, arguments: Mapping[str, object]) -> View | None:
        """Return what an answer to these arguments keeps by default."""
        sort = arguments.get("sort")
        return self.by_sort.get(sort, self.concise) if isinstance(sort, str) else self.concise

    def described(self, available: frozenset[str]) -> str:
        """Return the description without the sentences that name a tool which is off."""
        return described(self.description, available)


def tool(
    name: str,
    title: str,
    effect: Effect,
    *,
    concise: View | None = None,
    by_sort: Mapping[str, View] | None = None,
) -> Callable[[Callable[Concatenate[Deps, P], Awaitable[BaseModel]]], ToolSpec]:
    """Declare the decorated function to be the tool `name`.

    Args:
        name: The API's operationId, unchanged.
        title: What a host shows to a person.
        effect: What a call does to the world.
        concise: What an answer keeps unless the argument `detail`, which this adds, is `full`.
        by_sort: The same for values of the argument `sort` that order rows by another field.
    """

    def declare(function: Callable[Concatenate[Deps, P], Awaitable[BaseModel]]) -> ToolSpec:
        return ToolSpec(name, title, effect, concise, by_sort or {}, function)

    return declare
