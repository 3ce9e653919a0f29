"""Puts the prompts on the SDK's server, with the protocol's own error for wrong calls."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Self

from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.prompts import Prompt
from mcp.server.mcpserver.prompts.base import Message, PromptArgument, UserMessage
from mcp.shared.exceptions import MCPError
from mcp_types import INVALID_PARAMS, InputRequiredResult
from pydantic import PrivateAttr

from mcp_server.prompts.spec import PromptSpec

if TYPE_CHECKING:
    from mcp.server.context import LifespanContextT, RequestT
    from mcp.server.mcpserver import Context


class ServerPrompt(Prompt):
    """A prompt that checks its arguments itself: the SDK answers wrong ones with other codes."""

    _text: Callable[[Mapping[str, object]], str] = PrivateAttr()

    @classmethod
    def of(cls, spec: PromptSpec, available: frozenset[str]) -> Self:
        """Make the SDK's prompt for the tools that are on."""
        text = partial(spec.text, available=available)
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
            fn=text,
            context_kwarg=None,
        )
        made._text = text
        return made

    async def render(
        self,
        arguments: dict[str, object] | None,
        context: "Context[LifespanContextT, RequestT]",
    ) -> list[Message] | InputRequiredResult:
        """Return the prompt as one message of the user."""
        del context
        return [UserMessage(self._text(arguments or {}))]


class KnownPrompts:
    """A middleware that refuses unknown prompts with -32602; the SDK gives other codes."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names

    async def __call__(
        self, ctx: ServerRequestContext[object, object], call_next: CallNext
    ) -> HandlerResult:
        """Look at `prompts/get` only."""
        if ctx.method == "prompts/get":
            name = (ctx.params or {}).get("name")
            if isinstance(name, str) and name not in self._names:
                known = ", ".join(self._names) or "none, its tools are switched off"
                raise MCPError(INVALID_PARAMS, f"Unknown prompt. This server has: {known}.")
        return await call_next(ctx)


def register(
    server: MCPServer[None], specs: Sequence[PromptSpec], available: frozenset[str]
) -> None:
    """Add the prompts whose essential tools are among those that are switched on."""
    offered = [spec for spec in specs if spec.is_offered(available)]
    for spec in offered:
        server.add_prompt(ServerPrompt.of(spec, available))
    server.middleware.append(KnownPrompts([spec.name for spec in offered]))
