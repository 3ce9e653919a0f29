"""The composition root: settings in, a server with the chosen tools out."""

import logging
import os
import time
import uuid
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final, Literal

import anyio
import httpx2
from mcp.server.mcpserver import MCPServer
from starlette.types import ASGIApp

import tools
from mcp_server import __version__, completions, prompts, resources
from mcp_server.auth.access import Access, access_of, allowed
from mcp_server.auth.limits import Meter
from mcp_server.background import Background
from mcp_server.boundary import Effect, ServerTool
from mcp_server.changes import ChangeBus
from mcp_server.deps import Deps, utc_now
from mcp_server.errors import SettingsError
from mcp_server.exposure import Exposure, exposed
from mcp_server.instructions import instructions_for
from mcp_server.local import create_app, ensure_sample, identity
from mcp_server.local_settings import local_config
from mcp_server.operations.audit import AuditFile, TenantAudit
from mcp_server.operations.calls import CallLog
from mcp_server.operations.observer import Observer
from mcp_server.settings import LogLevel, Settings, environment_name
from mcp_server.store.interface import Store
from mcp_server.store.opening import open_chosen
from mcp_server.tenants.owner import DEFAULT
from mcp_server.tenants.registry import Tenants
from mcp_server.tenants.workshop import Workshop
from mcp_server.transports.narrowing import Narrowing

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter

    from mcp_server.operations.tracing import Spans

_log = logging.getLogger(__name__)

_LEVELS: Final[Mapping[LogLevel, Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]]] = {
    "debug": "DEBUG",
    "info": "INFO",
    "warning": "WARNING",
    "error": "ERROR",
    "critical": "CRITICAL",
}


@dataclass(frozen=True, slots=True)
class Application:
    """A server and what must be closed after it."""

    server: MCPServer[None]
    tenants: Tenants
    store: Store
    access: Access
    observer: Observer

    @property
    def deps(self) -> Deps:
        """What the tenant of the process's own settings may use."""
        return self.tenants.at_work(DEFAULT).deps

    async def aclose(self) -> None:
        """Leave running refreshes to the next process, and close everything."""
        await self.tenants.aclose()
        await self.store.aclose()
        if self.observer.spans is not None:
            self.observer.spans.close()


@dataclass(frozen=True, slots=True)
class Outside:
    """The world outside of the process, for tests to replace."""

    now: Callable[[], datetime] = utc_now
    sleep: Callable[[float], Awaitable[None]] = anyio.sleep
    network: httpx2.AsyncBaseTransport | None = None
    """In place of the network."""
    pause: Callable[[float], Awaitable[None]] = anyio.sleep
    """Between two looks of the background work."""
    monotonic: Callable[[], float] = time.monotonic
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    issuer: httpx2.AsyncBaseTransport | None = None
    """In place of the network to the issuer of tokens."""
    exporter: "SpanExporter | None" = None
    """In place of the collector of traces."""


def build_application(
    settings: Settings, *, local_app: ASGIApp | None = None, outside: Outside | None = None
) -> Application:
    """Wire clients, store, engine, tools and server.

    Args:
        settings: What the user chose.
        local_app: An ASGI app that stands in for both APIs, for tests; with `settings.local` the
            embedded local upstream is used.
        outside: Clock and sleep.
    """
    outside = outside or Outside()
    # Before anything is opened: what cannot be meant should leave no trace.
    exposure = exposed(tools.ALL, settings)
    access = _access(settings, exposure, outside)
    if local_app is None and settings.local:
        local_app = local_upstream(settings)
    observer = Observer(spans=_spans(settings, outside), monotonic=outside.monotonic)
    workshop = _workshop(settings, exposure.names, local_app, outside, observer)
    owners = access.owners
    tenants = Tenants(workshop.make, owners.of, tuple(owners.configured.values()))
    meter = Meter(outside.now, outside.monotonic)

    def deps() -> Deps:
        return meter.applied(tenants.deps())

    bus = ChangeBus(tenants.name)
    background = Background(
        tenants=tenants,
        store=workshop.store,
        bus=bus,
        now=outside.now,
        sleep=outside.pause,
        history_days=settings.history_days,
    )

    @asynccontextmanager
    async def lifespan(_: MCPServer[None]) -> AsyncGenerator[None]:
        async with background.running():
            yield

    calls = CallLog(
        observer,
        tools=exposure.names,
        tenant=tenants.name,
        new_id=lambda: uuid.uuid4().hex,
        monotonic=outside.monotonic,
    )
    narrowing = Narrowing(tools.ALL, exposure, allowed)
    server = MCPServer[None](
        "tokmetrics",
        title="Tokmetrics",
        description="TikTok analytics: own accounts by TokPortal, the public market by Toklytics.",
        instructions=instructions_for(exposure.specs),
        version=__version__,
        tools=[
            ServerTool.of(spec, deps, exposure.names, narrowing.names) for spec in exposure.specs
        ],
        log_level=_LEVELS[settings.log_level],
        lifespan=lifespan,
        subscriptions=bus,
        middleware=[tenants, calls, meter, narrowing, bus],
    )
    if exposure.accounts:
        resources.register(server, deps)
    prompts.register(server, prompts.ALL, exposure.names, narrowing.names)
    completions.register(server, deps)
    return Application(server, tenants, workshop.store, access, observer)


def _access(settings: Settings, exposure: Exposure, outside: Outside) -> Access:
    return access_of(
        settings,
        now=outside.now,
        spending=frozenset(spec.name for spec in exposure.specs if spec.effect is not Effect.READ),
        environment=outside.environment,
        network=outside.issuer,
        monotonic=outside.monotonic,
    )


def _workshop(
    settings: Settings,
    available: frozenset[str],
    local_app: ASGIApp | None,
    outside: Outside,
    observer: Observer,
) -> Workshop:
    audit = AuditFile(settings.audit_file or settings.data_dir / "audit.jsonl", outside.now)
    config = None if local_app is None else local_config(settings)
    return Workshop(
        settings=settings,
        store=open_chosen(
            None if settings.store is None else settings.store.get_secret_value(),
            settings.data_dir,
            outside.now,
        ),
        available=available,
        now=outside.now,
        sleep=outside.sleep,
        network=outside.network,
        local_app=local_app,
        local_address=None if config is None else f"local:{identity(config)}",
        world=None if config is None else config.world,
        watch=observer.watch,
        cache_told=observer.cache_told,
        audit=lambda tenant, address: TenantAudit(
            audit, tenant, address, settings.audit_required, observer.spent
        ),
    )


def _spans(settings: Settings, outside: Outside) -> "Spans | None":
    if settings.traces == "off":
        return None
    try:
        from mcp_server.operations.tracing import Spans, otlp  # noqa: PLC0415 - slow, an extra

        return Spans(outside.exporter or otlp())
    except ImportError:
        variable = environment_name("traces")
        raise SettingsError(
            f"{variable} needs the extra otel: install tokmetrics[otel].", variable=variable
        ) from None


def local_upstream(settings: Settings) -> ASGIApp:
    """Open the embedded local upstream; a first run without data generates the sample world."""
    config = local_config(settings)
    if config.world == "sample":
        ensure_sample(config)
    _log.info("Local upstream: world %s in %s", config.world, config.folder)
    return create_app(config)
