"""Who calls, and how to tell them that something is going on."""

from typing import TYPE_CHECKING

from mcp_server.deps import Caller

if TYPE_CHECKING:
    from mcp.server.context import LifespanContextT, RequestT
    from mcp.server.mcpserver import Context


def caller_of(context: "Context[LifespanContextT, RequestT]") -> Caller:
    """Return the caller of one request; progress goes nowhere if the client asked for none."""
    introduced = context.session.client_params
    told = 0

    async def progress(message: str) -> None:
        nonlocal told
        told += 1
        await context.report_progress(told, message=message)

    return Caller(None if introduced is None else introduced.client_info.name, progress)
