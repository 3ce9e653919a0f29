"""One request, read to its end, as the handlers in the worker threads see it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import Response

from mcp_server.local.tokportal.wire import ApiError
from mcp_server.local.world import World


@dataclass(frozen=True, slots=True)
class Call:
    """A request and its body."""

    request: Request
    body: bytes

    @property
    def path(self) -> Mapping[str, str]:
        """The ids in the path."""
        return self.request.path_params


Handler: TypeAlias = Callable[[World, Call], Response]


def endpoint(world: World, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    """Return the route's function, which runs the handler where SQLite may block."""

    async def serve(request: Request) -> Response:
        call = Call(request, await request.body())
        try:
            return await world.query(partial(handler, world, call))
        except ApiError as error:
            return error.response()

    return serve
