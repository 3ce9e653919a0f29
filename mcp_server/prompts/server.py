"""Puts the prompts on the SDK's server, with the protocol's own error for wrong calls."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, Self, cast

from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.prompts import Prompt
from mcp.server.mcpserver.prompts.base import Message, PromptArgument, UserMessage
from mcp.shared.exceptions import MCPError
from mcp_types import INVALID_PARAMS, InputRequiredResult
from pydantic import PrivateAttr

from mcp_server.boundary.offer import Offered
from mcp_server.prompts.spec import PromptSpec

if TYPE_CHECKING:
    from mcp.server.context import LifespanContextT, RequestT
    from mcp.server.mcpserver import Context


_ABOUT_PROMPTS: Final = ("prompts/list", "prompts/get", "completion/complete")


class ServerPrompt(Prompt):
    """A prompt that checks its arguments itself: the SDK answers wrong ones with other codes."""

    _spec: PromptSpec = PrivateAttr()
    _offered: Offered = PrivateAttr()

    @classmethod
    def of(cls, spec: PromptSpec, offered: Offered) -> Self:
        """Make the SDK's prompt, whose text follows what each caller is offered."""
        made = cls(
            name=spec.name,
            title=spec.title,
            description=spec.description,
            arguments=[
                PromptArgument(
                    name=argument.name,
                    description=argument.description,
                    required=argument.required or False,
                )
                for argument in spec.listed_arguments()
            ],
            fn=spec.text,
            context_kwarg=None,
        )
        made._spec = spec
        made._offered = offered
        return made

    async def render(
        self,
        arguments: dict[str, object] | None,
        context: "Context[LifespanContextT, RequestT]",
    ) -> list[Message] | InputRequiredResult:
        """Return the prompt as one message of the user."""
        available = self._offered(context.request_context)
        return [UserMessage(self._spec.text(arguments or {}, available))]


class KnownPrompts:
    """A middleware that knows only the prompts whose essential tools the caller is offered.

    It refuses others with -32602, also where the SDK gives another code.
    """

    def __init__(self, specs: Sequence[PromptSpec], offered: Offered) -> None:
        self._specs = specs
        self._offered = offered

    async def __call__(
        self, ctx: ServerRequestContext[object, object], call_next: CallNext
    ) -> HandlerResult:
        """Look at what is about prompts only."""
        if ctx.method not in _ABOUT_PROMPTS:
            return await call_next(ctx)
        available = self._offered(ctx)
        known = [spec.name for spec in self._specs if spec.is_offered(available)]
        name = _named(ctx.method, ctx.params or {})
        if isinstance(name, str) and name not in known:
            there = ", ".join(known) or "none, its tools are switched off"
            raise MCPError(INVALID_PARAMS, f"Unknown prompt. This server has: {there}.")
        result = await call_next(ctx)
        if ctx.method != "prompts/list" or not isinstance(result, dict):
            return result
        rows = cast("list[dict[str, object]]", result.get("prompts", []))
        return {**result, "prompts": [row for row in rows if row.get("name") in known]}


def _named(method: str, params: Mapping[str, object]) -> object:
    """Return the name of the prompt that a request is about."""
    if method == "prompts/get":
        return params.get("name")
    ref = params.get("ref")
    if method != "completion/complete" or not isinstance(ref, Mapping):
        return None
    asked = cast("Mapping[str, object]", ref)
    return asked.get("name") if asked.get("type") == "ref/prompt" else None


def register(
    server: MCPServer[None],
    specs: Sequence[PromptSpec],
    available: frozenset[str],
    offered: Offered,
) -> None:
    """Add the prompts whose essential tools are among those that are switched on.

    Args:
        server: Where to.
        specs: All prompts there are.
        available: Names of the tools that the operator left on.
        offered: Says which of these one request may use.
    """
    on = [spec for spec in specs if spec.is_offered(available)]
    for spec in on:
        server.add_prompt(ServerPrompt.of(spec, offered))
    server.middleware.append(KnownPrompts(on, offered))
