"""The local upstream as one application: TokPortal at `/api/ext`, Toklytics at `/api/v1`.

It needs no lifespan, so that a client can speak to it in process, without a socket.
"""

import uuid
from collections.abc import Callable

import anyio
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Router
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mcp_server.local.config import LocalConfig
from mcp_server.local.failures import answered_failures
from mcp_server.local.faults import Sleep
from mcp_server.local.providers.terms import announce
from mcp_server.local.toklytics_app import application as toklytics
from mcp_server.local.tokportal.application import application as tokportal
from mcp_server.local.world import World


def create_app(
    config: LocalConfig,
    *,
    world: World | None = None,
    new_id: Callable[[], str] = lambda: uuid.uuid4().hex,
    sleep: Sleep = anyio.sleep,
) -> Starlette:
    """Return the application that serves one world.

    A `world` that the caller opened can be handed in, and is then the caller's to close.
    """
    announce(config)
    world = world or World(config)
    mounts = [
        Mount("/api/ext", app=tokportal(world, new_id=new_id, sleep=sleep)),
        Mount("/api/v1", app=toklytics(world, new_id=new_id, sleep=sleep)),
    ]
    inner = answered_failures(Router(mounts, redirect_slashes=False), _respond)
    return Starlette(
        routes=[Mount("/", app=inner)], middleware=[Middleware(WorldHeader, name=config.world)]
    )


class WorldHeader:
    """Says with every answer, errors included, which world it is from."""

    def __init__(self, app: ASGIApp, name: str) -> None:
        self._app = app
        self._name = name

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""

        async def sender(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["X-Tokmetrics-World"] = self._name
            await send(message)

        await self._app(scope, receive, sender)


def _respond(status: int, code: str, message: str) -> Response:
    return JSONResponse({"error": {"code": code, "message": message}}, status)
