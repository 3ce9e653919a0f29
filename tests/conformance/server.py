"""Serves the fixtures that the official suite prescribes on the product's own server object.

Transport, middlewares, lifespan and the order of lists are those of `tokmetrics serve --local`;
only the names below `test_` and `test://` are added. For tests alone: it is in no wheel.

    python -m tests.conformance.server PORT FOLDER
"""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

from mcp.server.context import CallNext, HandlerResult, ServerMiddleware, ServerRequestContext
from mcp.server.mcpserver import MCPServer
from mcp_types import EmptyResult, SetLevelRequestParams

from mcp_server.app import build_application
from mcp_server.cli import serve
from mcp_server.prompts.server import KnownPrompts
from mcp_server.settings import load
from mcp_server.transports.narrowing import Narrowing
from tests.conformance import answering, asking, reading


class Admitting:
    """Lets the fixtures past a middleware that refuses every name but the product's."""

    def __init__(self, guard: ServerMiddleware[object], names: frozenset[str]) -> None:
        self._guard = guard
        self._names = names

    async def __call__(
        self, ctx: ServerRequestContext[object, object], call_next: CallNext
    ) -> HandlerResult:
        """Ask the guard about everything else."""
        params = ctx.params or {}
        ref = params.get("ref")
        name = cast("Mapping[str, object]", ref if isinstance(ref, Mapping) else params).get("name")
        if isinstance(name, str) and name in self._names:
            return await call_next(ctx)
        return await self._guard(ctx, call_next)


async def _set_level(
    _ctx: ServerRequestContext[None, object], _params: SetLevelRequestParams
) -> EmptyResult:
    return EmptyResult()


def mount(server: MCPServer[None]) -> None:
    """Add the fixtures to a server of the product."""
    names = answering.register(server) | asking.register(server) | reading.register(server)
    server.middleware[:] = [
        Admitting(guard, names) if isinstance(guard, Narrowing | KnownPrompts) else guard
        for guard in server.middleware
    ]
    # The product logs to stderr only; the SDK offers no public way to add the handler.
    lowlevel = server._lowlevel_server  # pyright: ignore[reportPrivateUsage]
    lowlevel.add_request_handler("logging/setLevel", SetLevelRequestParams, _set_level)


def main(arguments: Sequence[str]) -> None:
    """Serve until a signal."""
    port, folder = arguments
    application = build_application(load(local=True, data_dir=Path(folder)))
    mount(application.server)
    # The very way in which the product serves, and nothing of it a second time here.
    serve._run(  # pyright: ignore[reportPrivateUsage]
        application, "http", "127.0.0.1", int(port), None
    )


if __name__ == "__main__":
    main(sys.argv[1:])
