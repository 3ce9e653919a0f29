"""The Toklytics side as an application: what every request passes, around the routes."""

from collections.abc import Callable

from starlette.responses import Response
from starlette.routing import Router
from starlette.types import ASGIApp

from mcp_server.local.failures import answered_failures
from mcp_server.local.faults import Faults, Shapes, Sleep
from mcp_server.local.toklytics import error_response, routes
from mcp_server.local.world import World


def application(world: World, *, new_id: Callable[[], str], sleep: Sleep) -> ASGIApp:
    """Return the app to mount at `/api/v1`. It wants no key."""

    def respond(status: int, code: str, message: str) -> Response:
        return error_response(world, status, code, message, request_id=new_id())

    router = Router(routes(world, new_id=new_id), redirect_slashes=False)
    app = answered_failures(router, respond)
    return Faults(app, _shapes(respond), sleep) if world.config.faults else app


def _shapes(respond: Callable[[int, str, str], Response]) -> Shapes:
    def rate_limited(seconds: int | None) -> Response:
        response = respond(429, "RATE_LIMIT_EXCEEDED", "Too many requests. Slow down.")
        if seconds is not None:
            response.headers["Retry-After"] = str(seconds)
        return response

    return Shapes(
        rate_limited=rate_limited,
        internal=lambda: respond(500, "INTERNAL_ERROR", "Something went wrong."),
        unknown_fault=lambda allowed: respond(
            400, "INVALID_PARAMETER", f"X-Tokmetrics-Fault must be one of {allowed}."
        ),
    )
