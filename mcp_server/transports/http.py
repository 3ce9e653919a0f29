"""Streamable HTTP and SSE on a loopback address."""

from typing import Literal

import uvicorn
from mcp.server.mcpserver import MCPServer

_GRACE_SECONDS = 1
"""What open streams get to end after Ctrl-C; the protocol's clients reconnect."""


async def serve_http(
    server: MCPServer[None],
    transport: Literal["http", "sse"],
    *,
    host: str,
    port: int,
    path: str | None,
) -> None:
    """Serve until SIGINT or SIGTERM.

    With a loopback `host` the SDK checks the Host and Origin of every request, which keeps web
    pages of other origins out.
    """
    if transport == "http":
        app = server.streamable_http_app(streamable_http_path=path or "/mcp", host=host)
    else:
        app = server.sse_app(sse_path=path or "/sse", host=host)
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    await uvicorn.Server(config).serve()
