"""Both clients from the settings, live or on the local upstream."""

from dataclasses import dataclass
from typing import Final

import httpx2
from pydantic import SecretStr
from starlette.types import ASGIApp

from mcp_server.clients.call import Policy, Runtime
from mcp_server.clients.toklytics import ToklyticsClient, toklytics_upstream
from mcp_server.clients.tokportal import TokPortalClient, tokportal_upstream
from mcp_server.clients.transport import ApiTransport
from mcp_server.settings import Settings

LOCAL_TOKPORTAL_URL: Final = "http://localhost/api/ext"
LOCAL_TOKLYTICS_URL: Final = "http://localhost/api/v1"
LOCAL_KEY: Final = SecretStr("tokmetrics-local-upstream")
"""No secret: the embedded upstream takes any key, but wants one."""


@dataclass(frozen=True, slots=True)
class Clients:
    """Both clients, to be closed together."""

    tokportal: TokPortalClient
    toklytics: ToklyticsClient
    transports: tuple[ApiTransport, ...]

    async def aclose(self) -> None:
        """Close every connection."""
        for transport in self.transports:
            await transport.aclose()


def build(
    settings: Settings,
    *,
    local_app: ASGIApp | None = None,
    network: httpx2.AsyncBaseTransport | None = None,
    runtime: Runtime | None = None,
) -> Clients:
    """Make the clients.

    Args:
        settings: Addresses, keys and patience.
        local_app: The local upstream; given, both clients speak to it and to nothing else, and
            the keys and addresses of the settings are not used.
        network: Replaces the network, in tests.
        runtime: Replaces clock, sleep and randomness, in tests.
    """
    if local_app is not None:
        # An exception inside the app becomes a 500, as it would behind a socket.
        network = httpx2.ASGITransport(app=local_app, raise_app_exceptions=False)
        first = tokportal_upstream(LOCAL_TOKPORTAL_URL, _local_key(settings))
        second = toklytics_upstream(LOCAL_TOKLYTICS_URL, None)
    else:
        first = tokportal_upstream(settings.tokportal_base_url, settings.tokportal_api_key)
        second = toklytics_upstream(settings.toklytics_base_url, settings.toklytics_api_key)
    policy = Policy(
        connect_timeout_seconds=settings.connect_timeout_seconds,
        request_timeout_seconds=settings.request_timeout_seconds,
        max_retries=settings.max_retries,
        max_retry_wait_seconds=settings.max_retry_wait_seconds,
        max_concurrency=settings.max_concurrency,
    )
    one = ApiTransport(first, policy, network=network, runtime=runtime)
    two = ApiTransport(second, policy, network=network, runtime=runtime)
    return Clients(TokPortalClient(one), ToklyticsClient(two), (one, two))


def _local_key(settings: Settings) -> SecretStr:
    """Return the first of the configured local keys, if the local upstream has a list."""
    return settings.local_api_keys[0] if settings.local_api_keys else LOCAL_KEY
