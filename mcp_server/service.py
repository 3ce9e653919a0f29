"""A server over HTTP or SSE as an operator runs it: the endpoint, the pages, the figures."""

import socket
from dataclasses import dataclass

from starlette.types import ASGIApp

from mcp_server.app import Application
from mcp_server.operations.gauges import Gauges
from mcp_server.operations.pages import (
    Pages,
    Published,
    Readiness,
    beside_endpoint,
    nothing_else,
    serves_metrics,
)
from mcp_server.settings import Settings
from mcp_server.transports.http import Beside, Kind, http_app, serve_http
from mcp_server.transports.limits import Admission, Limits


@dataclass(frozen=True, slots=True)
class Service:
    """What is served.

    Attributes:
        application: The MCP server.
        admission: How much it takes on.
        app: The endpoint and the pages beside it.
        pages: The pages alone, for a port of their own; none without such a port.
    """

    application: Application
    admission: Admission
    app: ASGIApp
    pages: ASGIApp | None

    @property
    def settings(self) -> Settings:
        """What the operator chose."""
        return self.application.access.settings

    async def run(self, on: socket.socket, pages_on: socket.socket | None = None) -> int:
        """Serve until a signal, and close everything; call it in the main thread.

        Args:
            on: Bound for the endpoint.
            pages_on: Bound for the pages.

        Returns:
            The exit status.
        """
        beside = None
        if self.pages is not None and pages_on is not None:
            beside = Beside(self.pages, pages_on)
        try:
            return await serve_http(
                self.application.server,
                self.app,
                self.settings,
                self.admission,
                on=on,
                beside=beside,
            )
        finally:
            await self.application.aclose()


def service(application: Application, transport: Kind, *, host: str, address: str) -> Service:
    """Put everything around one MCP server.

    Args:
        application: The MCP server.
        transport: Streamable HTTP or SSE.
        host: The address that is bound.
        address: The URL of the endpoint on this machine.

    Raises:
        SettingsError: `host` is not loopback, and no name of it is known.
    """
    access, observer = application.access, application.observer
    settings = access.settings
    admission = Admission(Limits.of(settings), observer.refused)
    endpoint = http_app(
        application.server, access, transport, host=host, address=address, admission=admission
    )
    readiness = Readiness(
        application.store,
        settings,
        stopping=lambda: admission.is_stopping,
        monotonic=access.monotonic,
    )
    if not serves_metrics(settings):
        return Service(application, admission, Pages(endpoint, readiness), None)
    # Slow to import, and wanted here only.
    from mcp_server.operations.metrics import CONTENT_TYPE  # noqa: PLC0415

    gauges = Gauges(
        observer.measure(),
        observer,
        application.tenants,
        application.store,
        access.now,
        lambda: admission.open_requests,
    )
    here = Published(gauges.text, CONTENT_TYPE, beside_endpoint(settings, host))
    pages = None
    if settings.metrics_port is not None:
        pages = Pages(nothing_else, readiness, Published(gauges.text, CONTENT_TYPE, lambda _: True))
    return Service(application, admission, Pages(endpoint, readiness, here), pages)
