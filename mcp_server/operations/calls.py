"""One record, one log line and one span for each call of a tool."""

import asyncio
import json
import logging
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Final, Protocol, cast

from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.shared.exceptions import MCPError
from mcp_types import CallToolResult, TextContent
from pydantic import JsonValue

from mcp_server.auth.identity import identity_of
from mcp_server.boundary.connection import connection_of
from mcp_server.errors import ErrorCode
from mcp_server.logs import FACTS
from mcp_server.operations.observer import Observer
from mcp_server.operations.record import (
    CALL,
    CallRecord,
    correlation_id,
    name_of_stranger,
    traceparent_of,
)

OK: Final = "ok"
_BUG: Final = ErrorCode.INTERNAL_ERROR.value
_CANCELLED: Final = "CANCELLED"
_PLAIN: Final = re.compile(r"[\w.@:/+-]+", re.ASCII)

_log = logging.getLogger(__name__)

_Context = ServerRequestContext[object, object]


class CallLog:
    """A middleware of the MCP server; put it behind the one that finds the tenant."""

    def __init__(
        self,
        observer: Observer,
        *,
        tools: Collection[str],
        tenant: Callable[[], str],
        new_id: Callable[[], str],
        monotonic: Callable[[], float],
    ) -> None:
        """Observe calls.

        Args:
            observer: Is told of each.
            tools: The names there are; others are called unknown.
            tenant: Names the tenant of the message being answered.
            new_id: A new id for a call that brings none.
            monotonic: Seconds that are never put back.
        """
        self._observer = observer
        self._tools = frozenset(tools)
        self._tenant = tenant
        self._new_id = new_id
        self._monotonic = monotonic

    async def __call__(
        self, ctx: ServerRequestContext[object, object], call_next: CallNext
    ) -> HandlerResult:
        """Answer a message; where it calls a tool, say so in one line afterwards."""
        if ctx.request_id is not None and ctx.method == "tools/call":
            return await self._observed(ctx, call_next)
        result = await call_next(ctx)
        if ctx.method == "initialize":
            self._count_session(ctx)
        return result

    async def _observed(self, ctx: _Context, call_next: CallNext) -> HandlerResult:
        headers, meta = _headers(ctx), cast("Mapping[str, object]", ctx.meta or {})
        traceparent = traceparent_of(meta, headers)
        record = self._record(ctx, traceparent, headers)
        started, outcome = self._monotonic(), _BUG
        token = CALL.set(record)
        try:
            with self._span(record, traceparent) as told:
                try:
                    result = await call_next(ctx)
                    outcome = outcome_of(result)
                except MCPError as error:
                    outcome = str(error.error.code)
                    raise
                except asyncio.CancelledError:
                    outcome = _CANCELLED
                    raise
                finally:
                    told.append(outcome)
            return result
        finally:
            CALL.reset(token)
            self._say(record, outcome, self._monotonic() - started)

    def _record(
        self, ctx: _Context, traceparent: str | None, headers: Mapping[str, object]
    ) -> CallRecord:
        tool = (ctx.params or {}).get("name")
        identity = identity_of(ctx.request)
        introduced = ctx.session.client_params
        return CallRecord(
            id=correlation_id(traceparent, headers.get("x-request-id"), self._new_id()),
            # A name that nobody has is a caller's own text.
            tool=tool if isinstance(tool, str) and tool in self._tools else "unknown",
            tenant=self._tenant(),
            caller=None if identity is None else name_of_stranger(identity.name),
            client=None if introduced is None else name_of_stranger(introduced.client_info.name),
        )

    def _span(
        self, record: CallRecord, traceparent: str | None
    ) -> AbstractContextManager[list[str]]:
        spans = self._observer.spans
        return nullcontext([]) if spans is None else spans.call(record, traceparent)

    def _say(self, record: CallRecord, outcome: str, seconds: float) -> None:
        self._observer.answered(record, outcome, seconds)
        if not _log.isEnabledFor(logging.INFO):
            return
        facts: dict[str, JsonValue] = {
            "call": record.id,
            "tool": record.tool,
            "outcome": outcome,
            "milliseconds": round(seconds * 1000),
            "requests": record.requests,
            "cache": ",".join(f"{use}:{times}" for use, times in sorted(record.cache.items())),
            "tenant": record.tenant,
            "caller": record.caller,
            "client": record.client,
        }
        kept = {name: value for name, value in facts.items() if value not in {None, ""}}
        text = " ".join(f"{name}={_word(value)}" for name, value in kept.items())
        _log.info("%s", text, extra={FACTS: kept})

    def _count_session(self, ctx: _Context) -> None:
        def ended() -> None:
            self._observer.sessions -= 1

        self._observer.sessions += 1
        connection_of(ctx).exit_stack.callback(ended)


def outcome_of(result: HandlerResult) -> str:
    """Return `ok`, or the code of the error that an answer of a tool tells."""
    match result:
        case CallToolResult(is_error=True, content=[TextContent(text=text), *_]):
            return _code_in(text)
        case {"isError": True, "content": [{"text": str(text)}, *_]}:
            return _code_in(text)
        case CallToolResult(is_error=True) | {"isError": True}:
            return _BUG
        case _:
            return OK


def _code_in(text: str) -> str:
    try:
        match json.loads(text):
            case {"error": {"code": str(code)}}:
                return ErrorCode(code).value
            case _:
                return _BUG
    except ValueError:  # no JSON, or no code of ours
        return _BUG


def _word(value: JsonValue) -> str:
    text = str(value)
    return text if _PLAIN.fullmatch(text) else json.dumps(text)


def _headers(ctx: _Context) -> Mapping[str, object]:
    headers = getattr(ctx.request, "headers", None)
    return {} if headers is None else dict(cast("_Headers", headers).items())


class _Headers(Protocol):
    def items(self) -> Iterable[tuple[str, object]]: ...
