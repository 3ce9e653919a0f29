"""Streamable HTTP and SSE on a loopback address."""

import socket
from collections.abc import Mapping
from typing import Final, Literal

import uvicorn
from mcp.server.mcpserver import MCPServer

Kind = Literal["http", "sse"]

DEFAULT_PATHS: Final[Mapping[str, str]] = {"http": "/mcp", "sse": "/sse"}
_GRACE_SECONDS: Final = 1
"""What open streams get to end after Ctrl-C; the protocol's clients reconnect."""


def listen(host: str, port: int) -> socket.socket:
    """Take the port before anything says that it is served; 0 takes a free one.

    Raises:
        OSError: The port is in use or may not be taken.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen()
    except OSError:
        listening.close()
        raise
    return listening


async def serve_http(
    server: MCPServer[None], transport: Kind, *, host: str, path: str | None, on: socket.socket
) -> None:
    """Serve on a bound socket until SIGINT or SIGTERM.

    With a loopback `host` the SDK checks the Host and Origin of every request, which keeps web
    pages of other origins out.
    """
    chosen = path or DEFAULT_PATHS[transport]
    if transport == "http":
        app = server.streamable_http_app(streamable_http_path=chosen, host=host)
    else:
        app = server.sse_app(sse_path=chosen, host=host)
    config = uvicorn.Config(
        app,
        host=host,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    await uvicorn.Server(config).serve(sockets=[on])
