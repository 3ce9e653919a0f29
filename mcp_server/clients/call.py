"""What a transport is given: the upstream, the call, how patient to be, and the outside world."""

import random
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import anyio
from pydantic import JsonValue, SecretStr

from mcp_server import __version__
from mcp_server.clients.error_mapping import Api
from mcp_server.clients.retry import Method
from mcp_server.clients.watching import Watch, unwatched
from mcp_server.errors import ErrorCode

Param: TypeAlias = str | int | float | bool | None

CLIENT_NAME: Final = f"tokmetrics/{__version__}"


def _new_id() -> str:
    return str(uuid.uuid4())


@dataclass(frozen=True, slots=True)
class Runtime:
    """What the outside world provides; tests provide it themselves.

    Attributes:
        sleep: Waits for seconds.
        clock: Unix seconds.
        new_id: A new UUID4, for request ids and idempotency keys.
        jitter: A number in [0, 1).
        watch: Gets to know of every request.
    """

    sleep: Callable[[float], Awaitable[None]] = anyio.sleep
    clock: Callable[[], float] = time.time
    new_id: Callable[[], str] = _new_id
    jitter: Callable[[], float] = random.random
    watch: Watch = unwatched


@dataclass(frozen=True, slots=True)
class Policy:
    """How patient a transport is; the settings of the same names explain each."""

    connect_timeout_seconds: float = 5.0
    request_timeout_seconds: float = 30.0
    max_retries: int = 2
    max_retry_wait_seconds: float = 10.0
    max_concurrency: int = 8


@dataclass(frozen=True, slots=True)
class Upstream:
    """Where one API is and how it knows us.

    Attributes:
        api: Its name.
        base_url: Its address without a trailing slash.
        key_header: The header that carries the key.
        key: The key; without one the header is left out.
        key_variable: Where the operator sets the key.
        headers: Further headers of every request.
        request_id_header: The header for our own request id, if the API takes one.
    """

    api: Api
    base_url: str
    key_header: str
    key: SecretStr | None
    key_variable: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    request_id_header: str | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One operation to perform.

    Attributes:
        path: Encoded path below the base URL, from a slash.
        not_found: What a 404 means.
        params: Query parameters; None is left out.
        method: GET or POST.
        json: The body of a POST.
        headers: Headers of this call only.
        idempotency_key: Makes a POST repeatable.
        retry_uncertain: Whether a POST is repeated when it may have been executed.
        repeat: Whether a failed attempt is repeated at all.
    """

    path: str
    not_found: ErrorCode = ErrorCode.NOT_FOUND
    params: Mapping[str, Param] = field(default_factory=dict[str, Param])
    method: Method = "GET"
    json: Mapping[str, JsonValue] | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    idempotency_key: str | None = None
    retry_uncertain: bool = True
    repeat: bool = True
