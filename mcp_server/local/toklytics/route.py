"""A route that looks at the path as it was sent, so that `%2F` stays part of a value."""

from collections.abc import Awaitable, Callable
from functools import partial
from urllib.parse import unquote_to_bytes

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import Scope

from mcp_server.local.creator_metrics import current_version
from mcp_server.local.toklytics.call import Call, Operation
from mcp_server.local.toklytics.wire import Answer, ApiError, Figures, failure, success
from mcp_server.local.tokportal.due import settle
from mcp_server.local.tokportal.mending import is_incomplete, mend
from mcp_server.local.transaction import reading
from mcp_server.local.world import World


class SegmentRoute(Route):
    """Matches segment by segment; a `{name}` takes one whole segment, decoded afterwards."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Match a request, leaving paths that are not known as they were sent to Starlette."""
        raw = scope.get("raw_path")
        if scope["type"] != "http" or not isinstance(raw, bytes):
            return super().matches(scope)
        # A mounted application sees the whole path: the last segments are this route's.
        segments = raw.split(b"?")[0].split(b"/")[1 + str(scope.get("root_path", "")).count("/") :]
        pattern = self.path.split("/")[1:]
        if len(segments) != len(pattern):
            return Match.NONE, {}
        values: dict[str, str] = {}
        for sent, expected in zip(segments, pattern, strict=True):
            value = unquote_to_bytes(sent).decode("utf-8", "replace")
            if expected.startswith("{") and value:
                values[expected.strip("{}")] = value
            elif value != expected:
                return Match.NONE, {}
        child: Scope = {"endpoint": self.endpoint, "path_params": values}
        if self.methods and scope["method"] not in self.methods:
            return Match.PARTIAL, child
        return Match.FULL, child


def endpoint(
    world: World, operation: Operation, new_id: Callable[[], str]
) -> Callable[[Request], Awaitable[Response]]:
    """Return the handler of an operation: it runs in a thread that may read the files."""

    async def respond(request: Request) -> Response:
        call = Call(world, request.path_params, request.query_params)
        request_id = new_id()
        try:
            answer, state = await world.query(partial(_run, operation, call))
        except ApiError as error:
            return failure(world.config, request_id, error)
        return success(world.config, request_id, answer, state)

    return respond


def _run(operation: Operation, call: Call) -> tuple[Answer, Figures]:
    """Return an answer and what is to be said of the stored figures in it.

    Refreshes that are due become visible first, and what an interrupted import left is made up
    for. All that the answer says is then of one moment: an import in between would make a plan
    cost more than what it was chosen for.
    """
    settle(call.world)
    mend(call.world)
    version = current_version(call.data)
    with reading(call.data):
        figures = Figures(version, incomplete=is_incomplete(call.data))
        return operation(call), figures
