"""One upstream over HTTP: keys, headers, deadlines, repetitions, request ids; all of it once."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Protocol, TypeVar, get_args
from urllib.parse import urlsplit

import anyio
import httpx2
from pydantic import JsonValue, ValidationError

from mcp_server.clients.body import BadAnswerError, Content, decode
from mcp_server.clients.call import CLIENT_NAME, Call, Param, Policy, Runtime, Upstream
from mcp_server.clients.error_mapping import (
    Answer,
    Context,
    map_error,
    outcome_of,
    request_id_of,
    upstream_facts,
)
from mcp_server.clients.reply import RateLimit, Reply
from mcp_server.clients.retry import UNCERTAIN, GiveUp, Outcome, Retry, decide
from mcp_server.errors import (
    AppError,
    MalformedResponseError,
    OutcomeUnknownError,
    UpstreamTimeoutError,
    UpstreamUnavailableError,
)
from mcp_server.setting_values import is_loopback
from mcp_server.settings import World
from mcp_server.untrusted import one_line

T = TypeVar("T")

MAX_BODY_BYTES: Final = 8 * 1024 * 1024
_SHORTEST_REDACTED_KEY: Final = 8
_WORLDS: Final[tuple[World, ...]] = get_args(World)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Failure:
    error: AppError
    outcome: Outcome


Reader = Callable[[JsonValue], Content[T]]


class Sender(Protocol):
    """What a client needs of a transport, or of whatever stands before one."""

    async def send(self, call: Call, read: Reader[T]) -> Reply[T]:
        """Perform a call.

        Raises:
            AppError: It failed.
        """
        ...


class ApiTransport:
    """Performs calls against one upstream over one shared connection pool."""

    def __init__(
        self,
        upstream: Upstream,
        policy: Policy | None = None,
        *,
        network: httpx2.AsyncBaseTransport | None = None,
        runtime: Runtime | None = None,
    ) -> None:
        self.upstream = upstream
        self.runtime = runtime or Runtime()
        self._policy = policy or Policy()
        self._network = network
        self._limiter = anyio.Semaphore(self._policy.max_concurrency)
        self._client: httpx2.AsyncClient | None = None

    async def send(self, call: Call, read: Reader[T]) -> Reply[T]:
        """Perform a call, repeating it where that is safe.

        Raises:
            AppError: The failure of the last attempt; `OutcomeUnknownError` if a POST may have
                been executed.
        """
        attempt, waited, uncertain = 0, 0.0, False
        result = await self._attempt(call, read)
        while isinstance(result, _Failure):
            uncertain = uncertain or (call.method == "POST" and result.outcome in UNCERTAIN)
            decision = self._decide(call, result, attempt, waited)
            if isinstance(decision, GiveUp):
                raise _unknown(call, result.error) if uncertain else result.error
            await self.runtime.sleep(decision.wait_seconds)
            waited += decision.wait_seconds
            attempt += 1
            result = await self._attempt(call, read)
        return result

    async def aclose(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.aclose()

    def _decide(self, call: Call, failure: _Failure, attempt: int, waited: float) -> Retry | GiveUp:
        if not call.repeat or (failure.outcome in UNCERTAIN and not call.retry_uncertain):
            return GiveUp()
        return decide(
            attempt=attempt,
            method=call.method,
            idempotent=call.idempotency_key is not None,
            outcome=failure.outcome,
            retry_after=failure.error.retry_after_seconds,
            max_retries=self._policy.max_retries,
            wait_left=self._policy.max_retry_wait_seconds - waited,
            jitter=self.runtime.jitter(),
        )

    async def _attempt(self, call: Call, read: Reader[T]) -> Reply[T] | _Failure:
        try:
            async with self._limiter:
                answer = await self._watched(call)
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout) as error:
            host = urlsplit(self.upstream.base_url).netloc
            log.warning("%s at %s was not reached: %s", self.upstream.api, host, _reason(error))
            failure = _Failure(UpstreamUnavailableError(), Outcome.NOT_SENT)
        except (TimeoutError, httpx2.TimeoutException):
            failure = _Failure(UpstreamTimeoutError(), Outcome.TIMED_OUT)
        except (BadAnswerError, httpx2.DecodingError):
            failure = _Failure(MalformedResponseError(), Outcome.UNREADABLE)
        except httpx2.HTTPError:
            failure = _Failure(UpstreamUnavailableError(), Outcome.FAILED)
        else:
            return self._read(call, answer, read)
        log.debug("%s: %s", self.upstream.api, failure.outcome.name)
        return failure

    async def _watched(self, call: Call) -> Answer:
        """Send one request before its deadline, in sight of whoever watches."""
        with self.runtime.watch(self.upstream.api, call.method, call.path) as exchange:
            # The deadline is ours: a transport may ignore the client's own timeouts.
            with anyio.fail_after(self._policy.request_timeout_seconds):
                answer = await self._exchange(call, exchange.headers)
            exchange.status = answer.status
            return answer

    async def _exchange(self, call: Call, headers: Mapping[str, str]) -> Answer:
        """Send one request and read the whole answer, up to a limit."""
        client = self.opened()
        request = client.build_request(
            call.method,
            f"{self.upstream.base_url}{call.path}",
            params=_query(call.params),
            json=call.json,
            headers={**headers, **self._headers(call)},
        )
        # A redirect would carry the key, so none is followed.
        response = await client.send(request, stream=True, follow_redirects=False)
        try:
            content = bytearray()
            async for chunk in response.aiter_bytes():
                content += chunk
                if len(content) > MAX_BODY_BYTES:
                    raise BadAnswerError
        finally:
            await response.aclose()
        return Answer(response.status_code, response.headers, self._without_key(bytes(content)))

    def opened(self) -> httpx2.AsyncClient:
        """Return the client; opened late, because TLS settings take time to load."""
        if self._client is None:
            # At these levels both would write addresses, and the second one headers.
            for name in ("httpx2", "httpcore2"):
                logging.getLogger(name).setLevel(logging.WARNING)
            host = urlsplit(self.upstream.base_url).hostname or ""
            seconds = self._policy.request_timeout_seconds
            self._client = httpx2.AsyncClient(
                transport=self._network,
                timeout=httpx2.Timeout(seconds, connect=self._policy.connect_timeout_seconds),
                # A proxy from the environment must not see what is meant for this machine.
                trust_env=not is_loopback(host),
            )
        return self._client

    def _headers(self, call: Call) -> dict[str, str]:
        upstream = self.upstream
        headers = {"Accept": "application/json", "User-Agent": CLIENT_NAME}
        headers |= {**upstream.headers, **call.headers}
        if upstream.request_id_header is not None:
            headers[upstream.request_id_header] = self.runtime.new_id()
        if call.idempotency_key is not None:
            headers["Idempotency-Key"] = call.idempotency_key
        if upstream.key is not None:
            headers[upstream.key_header] = upstream.key.get_secret_value()
        return headers

    def _without_key(self, content: bytes) -> bytes:
        """Remove an echo of the key, whatever field it stands in."""
        key = self.upstream.key.get_secret_value() if self.upstream.key is not None else ""
        # A shorter one is no real key, and could be part of an innocent word.
        if len(key) < _SHORTEST_REDACTED_KEY:
            return content
        return content.replace(key.encode(), b"[key removed]")

    def _read(self, call: Call, answer: Answer, read: Reader[T]) -> Reply[T] | _Failure:
        """Turn an answer into typed data or the error that it stands for."""
        try:
            if _is_success(answer.status):
                body = decode(answer.content)
                if not _holds_an_error(body):
                    return self._reply(answer, body, read(body))
            error = map_error(answer, self._context(call), now=self.runtime.clock())
        except BadAnswerError as bad:
            error = MalformedResponseError(code=bad.code, upstream=upstream_facts(answer, None))
        except ValidationError:
            error = MalformedResponseError(upstream=upstream_facts(answer, None))
        log.debug("%s: %s, request %s", self.upstream.api, error.code, error.request_id)
        return _Failure(error, outcome_of(error, call.method))

    def _context(self, call: Call) -> Context:
        upstream = self.upstream
        return Context(
            api=upstream.api,
            method=call.method,
            not_found=call.not_found,
            key_variable=upstream.key_variable,
            anonymous=upstream.key is None,
        )

    def _reply(self, answer: Answer, body: JsonValue, content: Content[T]) -> Reply[T]:
        headers = answer.headers
        return Reply(
            data=content.data,
            received_at=datetime.fromtimestamp(self.runtime.clock(), UTC),
            pagination=content.pagination,
            request_id=request_id_of(answer, body),
            world=_world(headers.get("x-tokmetrics-world")),
            meta=content.meta,
            rate_limit=_rate_limit(headers),
        )


def _unknown(call: Call, error: AppError) -> AppError:
    """Say that nobody knows whether a POST was executed, keeping what the upstream said."""
    return OutcomeUnknownError(
        idempotency_key=call.idempotency_key or "",
        retry_after_seconds=error.retry_after_seconds,
        upstream=error.upstream,
    )


def _query(params: Mapping[str, Param]) -> dict[str, str]:
    return {name: _text(value) for name, value in params.items() if value is not None}


def _text(value: Param) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _is_success(status: int) -> bool:
    return 200 <= status < 300  # noqa: PLR2004 - the bounds of HTTP's own class


def _holds_an_error(body: JsonValue) -> bool:
    return isinstance(body, dict) and bool(body.get("error")) and body.get("data") is None


def _world(value: str | None) -> World | None:
    return next((world for world in _WORLDS if world == value), None)


def _rate_limit(headers: Mapping[str, str]) -> RateLimit | None:
    limit = _whole(headers.get("x-ratelimit-limit"))
    remaining = _whole(headers.get("x-ratelimit-remaining"))
    return None if limit is None and remaining is None else RateLimit(limit, remaining)


def _whole(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdecimal() else None


def _reason(error: Exception) -> str:
    """Return what the operating system or TLS said; it names no path and no key."""
    return one_line(str(error)) or type(error).__name__
