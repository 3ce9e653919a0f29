"""Streamable HTTP and SSE, on loopback for everybody here, elsewhere for those who may call."""

import asyncio
import socket
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import urlsplit

import uvicorn
from mcp.server.mcpserver import MCPServer
from starlette.applications import Starlette
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

from mcp_server.auth.access import Access
from mcp_server.auth.hosts import security
from mcp_server.settings import Settings
from mcp_server.transports.ending import serve_until_signaled
from mcp_server.transports.limits import Admission, Limited, Limits
from mcp_server.transports.patience import Patience, patient
from mcp_server.transports.sessions import Sessions, held_in
from mcp_server.transports.wellformed import Wellformed

Kind = Literal["http", "sse"]

DEFAULT_PATHS: Final[Mapping[str, str]] = {"http": "/mcp", "sse": "/sse"}
_GRACE_SECONDS: Final = 1
"""What uvicorn waits at most for responses, all of which are ended before."""
_CORS_SECONDS: Final = 600


def listen(host: str, port: int) -> socket.socket:
    """Take the port before anything says that it is served; 0 takes a free one.

    Raises:
        OSError: The port is in use or may not be taken.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named, or asyncio leaves Nagle's algorithm on: answers in parts would wait 40 ms.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen()
    except OSError:
        listening.close()
        raise
    return listening


def http_app(
    server: MCPServer[None],
    access: Access,
    transport: Kind,
    *,
    host: str,
    address: str,
    admission: Admission | None = None,
) -> ASGIApp:
    """Return the app, which checks size, Host and Origin of every request and who sent it.

    Args:
        server: What it serves.
        access: Who may call.
        transport: Streamable HTTP or SSE.
        host: The address that is bound.
        address: The URL of the endpoint on this machine.
        admission: How much is taken on; by default as the settings say.

    Raises:
        SettingsError: `host` is not loopback, and no name of it is known.
    """
    settings = access.settings
    admission = admission or Admission(Limits.of(settings))
    app: ASGIApp = _guarded(server, access, transport, host, address, told=admission.told)
    if settings.cors_origins:
        # Outside of the gate: a browser asks first, and without any token.
        app = CORSMiddleware(
            app,
            allow_origins=settings.cors_origins,
            allow_methods=("GET", "POST", "DELETE"),
            allow_headers=("*",),
            expose_headers=("Mcp-Session-Id", "WWW-Authenticate", "Retry-After"),
            max_age=_CORS_SECONDS,
        )
    return Limited(app, admission)


def _guarded(
    server: MCPServer[None],
    access: Access,
    transport: Kind,
    host: str,
    address: str,
    *,
    told: Callable[[str], None],
) -> Starlette:
    settings = access.settings
    path, checks = urlsplit(address).path, security(settings, host)
    checks.allowed_origins.extend(settings.cors_origins)
    if transport == "http":
        app = server.streamable_http_app(
            streamable_http_path=path,
            host=host,
            transport_security=checks,
            max_request_body_size=settings.max_body_bytes,
            max_sessions=settings.max_sessions,
            session_idle_timeout=settings.session_idle_seconds,
        )
        app.add_middleware(
            Sessions,
            held=held_in(server),
            most=settings.max_sessions_per_client,
            told=told,
        )
    else:
        app = server.sse_app(
            sse_path=path,
            host=host,
            transport_security=checks,
            max_request_body_size=settings.max_body_bytes,
        )
    app.add_middleware(Wellformed, max_bytes=settings.max_body_bytes)
    access.protect(app, address=address, told=told)
    return app


def http_config(app: ASGIApp, settings: Settings) -> uvicorn.Config:
    """Return how uvicorn serves an app, with the limits of single connections."""
    return uvicorn.Config(
        app,
        http=patient(
            Patience(
                settings.header_timeout_seconds,
                settings.write_timeout_seconds,
                settings.max_connections,
            )
        ),
        ws="none",
        h11_max_incomplete_event_size=settings.max_header_bytes,
        timeout_keep_alive=settings.keep_alive_seconds,
        timeout_graceful_shutdown=_GRACE_SECONDS,
        # The addresses that proxies add are worth nothing without knowing the proxy.
        proxy_headers=False,
        server_header=False,
        log_config=None,
        access_log=False,
    )


@dataclass(frozen=True, slots=True)
class Beside:
    """A second app, for the operator alone, on a bound socket of its own."""

    app: ASGIApp
    on: socket.socket


class _SideServer(uvicorn.Server):
    """Serves it for as long as the first one is served."""

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """Leave signals to the first server."""
        yield


async def serve_http(
    server: MCPServer[None],
    app: ASGIApp,
    settings: Settings,
    admission: Admission,
    *,
    on: socket.socket,
    beside: Beside | None = None,
) -> int:
    """Serve until SIGINT or SIGTERM; call it in the main thread.

    Args:
        server: What the app serves.
        app: Answers requests.
        settings: The limits of connections.
        admission: Is told when no more work is taken.
        on: A bound socket, closed at the end.
        beside: What else is served meanwhile.

    Returns:
        The exit status: 128 plus the signal's number.
    """
    config = http_config(app, settings)
    if beside is None:
        return await serve_until_signaled(server, config, on, admission.stop)
    side = _SideServer(http_config(beside.app, settings))
    serving = asyncio.create_task(side.serve([beside.on]), name="pages")
    try:
        return await serve_until_signaled(server, config, on, admission.stop)
    finally:
        side.should_exit = True
        await serving
