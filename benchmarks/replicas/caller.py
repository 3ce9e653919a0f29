"""A client of either era on bare HTTP: far lighter than the SDK's, which two cores could not bear.

It repeats what the specification lets a client repeat, and tells of everything else.
"""

import asyncio
import json
import math
import random
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

import httpx2
from pydantic import JsonValue

Era = Literal["2025", "2026"]
Body = dict[str, JsonValue]

_HEADERS: Final = {
    "Accept": "application/json, text/event-stream",
    "Content-Type": "application/json",
}
_MODERN: Final = "2026-07-28"
_LEGACY: Final = "2025-11-25"
_META: Final[JsonValue] = {
    "io.modelcontextprotocol/protocolVersion": _MODERN,
    "io.modelcontextprotocol/clientInfo": {"name": "proof", "version": "1"},
    "io.modelcontextprotocol/clientCapabilities": {},
}
_GATEWAY: Final = frozenset({502, 503, 504})
_NOT_FOUND: Final = 404
_TRIES: Final = 30
_PATIENCE_SECONDS: Final = 80.0


class WrongError(Exception):
    """An answer that no specification allows here; the text says which."""


class _AgainError(Exception):
    """A failure after which a client repeats its request; the text is its kind."""


@dataclass
class Tally:
    """What all callers saw together."""

    until: float = math.inf
    """By the clock of `time.perf_counter`; answers after it do not count as throughput."""
    in_time: int = 0
    seconds: dict[str, list[float]] = field(default_factory=dict[str, list[float]])
    repeated: dict[str, int] = field(default_factory=dict[str, int])
    wrong: list[str] = field(default_factory=list[str])

    def answered(self, what: str, seconds: float) -> None:
        """Count an answer."""
        self.seconds.setdefault(what, []).append(seconds)
        self.in_time += time.perf_counter() < self.until

    def again(self, kind: str) -> None:
        """Count a request that has to be repeated."""
        self.repeated[kind] = self.repeated.get(kind, 0) + 1


@dataclass
class Caller:
    """One client.

    Attributes:
        http: Its connections.
        endpoint: Where it calls.
        era: Which protocol it speaks.
        tally: Where it reports.
        rng: How long it waits before it tries again.
    """

    http: httpx2.AsyncClient
    endpoint: str
    era: Era
    tally: Tally
    rng: random.Random
    _session: str | None = None
    _id: int = 0

    async def tool(self, name: str, arguments: Mapping[str, JsonValue]) -> Body:
        """Call a tool and return its structured content.

        Raises:
            WrongError: It failed in a way that is no client's to repeat.
        """
        result = await self.ask("tools/call", {"name": name, "arguments": dict(arguments)})
        content = result.get("structuredContent")
        if result.get("isError") or not isinstance(content, dict):
            raise WrongError(f"{name}: {json.dumps(result.get('content'))[:300]}")
        return content

    async def ask(self, method: str, params: Body) -> Body:
        """Send a request until it has an answer.

        Raises:
            WrongError: The answer is an error, or there is none however often it is asked.
        """
        for _ in range(_TRIES):
            begun = time.perf_counter()
            try:
                if self.era == "2025" and self._session is None:
                    await self.open()
                    begun = time.perf_counter()
                result = await self._once(method, params)
            except _AgainError as error:
                self.tally.again(str(error))
                await asyncio.sleep(self.rng.uniform(0.1, 0.5))
                continue
            what = str(params.get("name", method))
            self.tally.answered(f"{self.era} {what}", time.perf_counter() - begun)
            return result
        raise WrongError(f"{method}: no answer after {_TRIES} tries")

    async def open(self) -> str:
        """Open a session of the handshake era, and return its id."""
        params: Body = {
            "protocolVersion": _LEGACY,
            "capabilities": {},
            "clientInfo": {"name": "proof", "version": "1"},
        }
        response = await self._post("initialize", params, {})
        _message(response, self._id)
        session = response.headers["mcp-session-id"]
        headers = {"Mcp-Session-Id": session, "MCP-Protocol-Version": _LEGACY}
        notice: Body = {"jsonrpc": "2.0", "method": "notifications/initialized"}
        await self._sent(notice, headers)
        self._session = session
        return session

    async def _once(self, method: str, params: Body) -> Body:
        headers: dict[str, str] = {}
        if self.era == "2026":
            headers = {"MCP-Protocol-Version": _MODERN, "Mcp-Method": method}
            if isinstance(name := params.get("name"), str):
                headers["Mcp-Name"] = name
            params = {**params, "_meta": _META}
        elif self._session is not None:
            headers = {"Mcp-Session-Id": self._session, "MCP-Protocol-Version": _LEGACY}
        response = await self._post(method, params, headers)
        answer = _message(response, self._id)
        result = answer.get("result")
        if not isinstance(result, dict):
            raise WrongError(f"{method}: {json.dumps(answer.get('error'))[:300]}")
        return result

    async def _post(self, method: str, params: Body, headers: Mapping[str, str]) -> httpx2.Response:
        self._id += 1
        return await self._sent(
            {"jsonrpc": "2.0", "id": self._id, "method": method, "params": params}, headers
        )

    async def _sent(self, body: Body, headers: Mapping[str, str]) -> httpx2.Response:
        try:
            response = await self.http.post(
                self.endpoint, content=json.dumps(body), headers={**_HEADERS, **headers}
            )
        except httpx2.TimeoutException as error:
            raise WrongError(f"{body['method']}: {type(error).__name__}") from error
        except httpx2.TransportError as error:
            raise _AgainError(f"connection: {type(error).__name__}") from error
        if response.status_code in _GATEWAY:
            raise _AgainError(f"status {response.status_code}")
        if response.status_code == _NOT_FOUND and "Mcp-Session-Id" in headers:
            self._session = None
            raise _AgainError("status 404, the session is gone")
        if response.is_error:
            raise WrongError(f"{body['method']}: {response.status_code} {response.text[:300]}")
        return response


def _message(response: httpx2.Response, wanted: int) -> Body:
    """Return the answer in a response, which is JSON or a stream of events."""
    lines = [response.text]
    if response.headers["content-type"].startswith("text/event-stream"):
        lines = [
            line.removeprefix("data:").strip()
            for line in response.text.splitlines()
            if line.startswith("data:")
        ]
    for line in lines:
        message: JsonValue = json.loads(line) if line else None
        if isinstance(message, dict) and message.get("id") == wanted:
            return message
    raise _AgainError("stream ended without an answer")


def connections(token: str, security: ssl.SSLContext) -> httpx2.AsyncClient:
    """Return the connections of one client; a context of TLS is slow to make, so all share one."""
    return httpx2.AsyncClient(
        headers={"Authorization": f"Bearer {token}"},
        timeout=httpx2.Timeout(_PATIENCE_SECONDS, connect=5.0),
        verify=security,
        trust_env=False,
    )
