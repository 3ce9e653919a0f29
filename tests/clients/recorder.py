"""A scripted upstream: it answers in order and keeps every request that left the process."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import count

import httpx2
from pydantic import JsonValue, SecretStr

from mcp_server.clients.call import Policy, Runtime
from mcp_server.clients.toklytics import ToklyticsClient, toklytics_upstream
from mcp_server.clients.tokportal import TokPortalClient, tokportal_upstream
from mcp_server.clients.transport import ApiTransport

NOW = 1_770_714_900.0
"""2026-02-10T09:15:00Z."""

Answer = httpx2.Response | Exception | Callable[[httpx2.Request], Awaitable[httpx2.Response]]


def answer(
    body: JsonValue | bytes = None, status: int = 200, headers: dict[str, str] | None = None
) -> httpx2.Response:
    """Make a response: bytes as they are, anything else as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return httpx2.Response(status, content=content, headers=headers)


def error(
    code: str, status: int, details: JsonValue = None, headers: dict[str, str] | None = None
) -> httpx2.Response:
    """Make a failure in TokPortal's envelope."""
    said: dict[str, JsonValue] = {"code": code, "message": "Words of the upstream."}
    if details is not None:
        said["details"] = details
    return answer({"error": said}, status, headers)


@dataclass
class Recorder:
    """The network in a test. The last answer repeats."""

    script: list[Answer]
    requests: list[httpx2.Request] = field(default_factory=list[httpx2.Request])
    sleeps: list[float] = field(default_factory=list[float])

    async def __call__(self, request: httpx2.Request) -> httpx2.Response:
        step = self.script[min(len(self.requests), len(self.script) - 1)]
        self.requests.append(request)
        if isinstance(step, Exception):
            raise step
        if isinstance(step, httpx2.Response):
            return httpx2.Response(step.status_code, headers=step.headers, content=step.content)
        return await step(request)

    async def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)

    @property
    def urls(self) -> list[str]:
        return [str(request.url) for request in self.requests]

    @property
    def url(self) -> str:
        """The address of the only request."""
        (only,) = self.urls
        return only

    def header(self, name: str) -> list[str | None]:
        """One header of every request, in order."""
        return [request.headers.get(name) for request in self.requests]

    def body(self, index: int = 0) -> object:
        """The JSON body of a request."""
        decoded: object = json.loads(self.requests[index].content)
        return decoded

    def runtime(self) -> Runtime:
        numbers = count(1)
        return Runtime(
            sleep=self.sleep,
            clock=lambda: NOW,
            new_id=lambda: f"id-{next(numbers)}",
            jitter=lambda: 0.0,
        )


def tokportal(
    *script: Answer, key: str | None = "sk_example_key_0001", policy: Policy | None = None
) -> tuple[TokPortalClient, Recorder]:
    """Make a client whose network is a recorder."""
    recorder = Recorder(list(script) or [answer({"data": {"account_id": "a"}})])
    transport = ApiTransport(
        tokportal_upstream(
            "https://app.tokportal.com/api/ext", None if key is None else SecretStr(key)
        ),
        policy,
        network=httpx2.MockTransport(recorder),
        runtime=recorder.runtime(),
    )
    return TokPortalClient(transport), recorder


def toklytics(
    *script: Answer, key: str | None = None, policy: Policy | None = None
) -> tuple[ToklyticsClient, Recorder]:
    """Make a client whose network is a recorder."""
    recorder = Recorder(list(script) or [answer({"data": {"name": "x"}})])
    transport = ApiTransport(
        toklytics_upstream("https://toklytics.app/api/v1", None if key is None else SecretStr(key)),
        policy,
        network=httpx2.MockTransport(recorder),
        runtime=recorder.runtime(),
    )
    return ToklyticsClient(transport), recorder
