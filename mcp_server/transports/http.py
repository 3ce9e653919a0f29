"""Streamable HTTP and SSE, on loopback for everybody here, elsewhere for those who may call."""

import socket
from collections.abc import Mapping
from typing import Final, Literal
from urllib.parse import urlsplit

import uvicorn
from mcp.server.mcpserver import MCPServer
from starlette.applications import Starlette

from mcp_server.auth.access import Access
from mcp_server.auth.hosts import security

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


def http_app(
    server: MCPServer[None], access: Access, transport: Kind, *, host: str, address: str
) -> Starlette:
    """Return the app, which checks Host and Origin of every request and who sent it.

    Args:
        server: What it serves.
        access: Who may call.
        transport: Streamable HTTP or SSE.
        host: The address that is bound.
        address: The URL of the endpoint on this machine.

    Raises:
        SettingsError: `host` is not loopback, and no name of it is known.
    """
    path, checks = urlsplit(address).path, security(access.settings, host)
    if transport == "http":
        app = server.streamable_http_app(
            streamable_http_path=path, host=host, transport_security=checks
        )
    else:
        app = server.sse_app(sse_path=path, host=host, transport_security=checks)
    access.protect(app, address=address)
    return app


async def serve_http(app: Starlette, *, host: str, on: socket.socket) -> None:
    """Serve on a bound socket until SIGINT or SIGTERM."""
    config = uvicorn.Config(
        app,
        host=host,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    await uvicorn.Server(config).serve(sockets=[on])
