"""The TokPortal side as an application: what every request passes, around the routes."""

from collections.abc import Callable

from starlette.responses import Response
from starlette.routing import Router
from starlette.types import ASGIApp

from mcp_server.local.failures import answered_failures
from mcp_server.local.faults import Faults, Shapes, Sleep
from mcp_server.local.rate_limit import TokenBuckets
from mcp_server.local.tokportal import routes
from mcp_server.local.tokportal.gate import AnswerHeaders, Keys, RateLimit, rate_limited
from mcp_server.local.tokportal.wire import ApiError, invalid
from mcp_server.local.world import World


def application(world: World, *, new_id: Callable[[], str], sleep: Sleep) -> ASGIApp:
    """Return the app to mount at `/api/ext`."""
    config = world.config
    app = answered_failures(Router(routes(world), redirect_slashes=False), _respond)
    if config.faults:
        app = Faults(app, _shapes(), sleep)
    if config.rate_limit_per_minute is not None:
        app = RateLimit(app, TokenBuckets(config.rate_limit_per_minute), config.clock)
    return AnswerHeaders(Keys(app, config.api_keys), new_id)


def _respond(status: int, code: str, message: str) -> Response:
    return ApiError(status, code, message).response()


def _shapes() -> Shapes:
    return Shapes(
        rate_limited=lambda seconds: rate_limited(seconds).response(),
        internal=lambda: _respond(500, "INTERNAL_ERROR", "Something went wrong."),
        unknown_fault=lambda allowed: invalid("X-Tokmetrics-Fault", f"one of {allowed}").response(),
    )
