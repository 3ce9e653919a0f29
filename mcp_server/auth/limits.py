"""How much one caller may ask for: requests in a minute, refreshes in a day.

Counted in this process: with several replicas, each allows as much.
"""

from collections import OrderedDict
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from math import ceil
from typing import Final

from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.shared.exceptions import MCPError
from mcp_types import CallToolResult, TextContent

from mcp_server.auth.identity import Identity, Limits, identity_of
from mcp_server.boundary.failure import failure_text
from mcp_server.deps import Deps
from mcp_server.errors import CallerLimitError

TOO_MANY: Final = -32029
"""Our code of a request beyond the limit, in the range that JSON-RPC leaves to servers."""
_FREE: Final = frozenset({"ping"})
_MOST_CALLERS: Final = 10_000
_MINUTE: Final = 60.0

_CALLER: Final[ContextVar["Purse | None"]] = ContextVar("purse", default=None)


@dataclass(slots=True)
class _Account:
    """What one caller has used up.

    `left` is how many requests may come at once; it grows back over a minute.
    """

    left: float
    seen_at: float
    day: date = date.min
    refreshes: int = 0


class Purse:
    """The refreshes of one caller and day (UTC)."""

    def __init__(self, account: _Account, most: int, now: Callable[[], datetime]) -> None:
        self._account = account
        self._most = most
        self._now = now

    @property
    def left(self) -> int:
        """How many may still begin today."""
        used = self._account.refreshes if self._account.day == self._now().date() else 0
        return max(0, self._most - used)

    def may_spend(self) -> bool:
        """Whether another refresh may begin."""
        return self.left > 0

    def spend(self) -> None:
        """Count one that begins."""
        today = self._now().date()
        if self._account.day != today:
            self._account.day, self._account.refreshes = today, 0
        self._account.refreshes += 1

    def said(self) -> str:
        """Say in a sentence what is left, and when there is more."""
        midnight = datetime.combine(self._now().date() + timedelta(days=1), time(), UTC)
        if self.left:
            return f"You may begin {self.left} of your {self._most} refreshes of this day (UTC)."
        seconds = ceil((midnight - self._now()).total_seconds())
        return (
            f"Your {self._most} refreshes of this day (UTC) are used; there are new ones in "
            f"{seconds} seconds."
        )


class Meter:
    """A middleware that counts the requests of each authenticated caller."""

    def __init__(self, now: Callable[[], datetime], monotonic: Callable[[], float]) -> None:
        self._now = now
        self._monotonic = monotonic
        self._accounts: OrderedDict[tuple[str, str], _Account] = OrderedDict()

    def applied(self, deps: Deps) -> Deps:
        """Return what the message being answered may use, with what its sender may spend."""
        purse = _CALLER.get()
        return deps if purse is None else replace(deps, purse=purse)

    async def __call__(
        self, ctx: ServerRequestContext[object, object], call_next: CallNext
    ) -> HandlerResult:
        """Answer a request beyond the limit; count the others."""
        identity = identity_of(ctx.request)
        if identity is None or ctx.request_id is None or ctx.method in _FREE:
            return await call_next(ctx)
        account = self._account(identity)
        try:
            self._count(account, identity.limits)
        except CallerLimitError as error:
            return _refused(ctx.method, error)
        most = identity.limits.refreshes_per_day
        token = _CALLER.set(None if most is None else Purse(account, most, self._now))
        try:
            return await call_next(ctx)
        finally:
            _CALLER.reset(token)

    def _account(self, identity: Identity) -> _Account:
        account = self._accounts.get(identity.key)
        if account is None:
            full = float(identity.limits.requests_per_minute or 0)
            account = self._accounts[identity.key] = _Account(full, self._monotonic())
        self._accounts.move_to_end(identity.key)
        while len(self._accounts) > _MOST_CALLERS:
            self._accounts.popitem(last=False)
        return account

    def _count(self, account: _Account, limits: Limits) -> None:
        most = limits.requests_per_minute
        if most is None:
            return
        now = self._monotonic()
        grown = account.left + (now - account.seen_at) * most / _MINUTE
        account.left, account.seen_at = min(float(most), grown), now
        if account.left < 1:
            seconds = ceil((1 - account.left) * _MINUTE / most)
            raise CallerLimitError(
                f"This caller may make {most} requests a minute, and has made them.",
                retry_after_seconds=seconds,
            )
        account.left -= 1


def _refused(method: str, error: CallerLimitError) -> CallToolResult:
    """Answer in words where a model reads them, else in the protocol's way.

    Raises:
        MCPError: The request is no call of a tool.
    """
    if method == "tools/call":
        text = TextContent(type="text", text=failure_text(error, frozenset()))
        return CallToolResult(content=[text], is_error=True)
    told = {"code": error.code.value, "retry_after_seconds": error.retry_after_seconds}
    raise MCPError(TOO_MANY, error.message, told)
