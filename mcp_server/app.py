"""The composition root: settings in, a server with the chosen tools out."""

import logging
import os
import random
import secrets
import uuid
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

import anyio
import httpx2
from mcp.server.mcpserver import MCPServer
from pydantic import SecretStr
from starlette.types import ASGIApp

import tools
from mcp_server import __version__, completions, prompts, resources
from mcp_server.background import Background
from mcp_server.boundary import ServerTool, ToolSpec
from mcp_server.changes import ChangeBus
from mcp_server.clients.call import Runtime
from mcp_server.clients.factory import Clients, build
from mcp_server.deps import Deps, utc_now
from mcp_server.exposure import Exposure, exposed
from mcp_server.freshness.cache import CachedToklytics, Lifetimes
from mcp_server.freshness.refresh import RefreshEngine
from mcp_server.freshness.rules import EngineRules
from mcp_server.instructions import instructions_for
from mcp_server.local import create_app, ensure_sample, identity
from mcp_server.local_settings import local_config
from mcp_server.settings import LogLevel, Settings
from mcp_server.store.interface import Store
from mcp_server.store.sqlite import open_store
from mcp_server.transports.narrowing import Narrowing

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
    deps: Deps
    clients: Clients

    async def aclose(self) -> None:
        """Leave running refreshes to the next process, and close everything."""
        await self.deps.engine.aclose()
        await self.clients.aclose()
        await self.deps.store.aclose()


@dataclass(frozen=True, slots=True)
class Outside:
    """The world outside of the process, for tests to replace."""

    now: Callable[[], datetime] = utc_now
    sleep: Callable[[float], Awaitable[None]] = anyio.sleep
    network: httpx2.AsyncBaseTransport | None = None
    """In place of the network."""
    pause: Callable[[float], Awaitable[None]] = anyio.sleep
    """Between two looks of the background work."""


def chosen_tools(settings: Settings) -> tuple[ToolSpec, ...]:
    """Return the tools that the settings leave switched on, in the catalogue's order.

    Raises:
        SettingsError: The choice cannot be meant; the text says why.
    """
    return exposed(tools.ALL, settings).specs


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
    local = settings.local or local_app is not None
    if local_app is None and settings.local:
        local_app = local_upstream(settings)
    specs = chosen_tools(settings)
    clients = build(
        settings,
        local_app=local_app,
        network=outside.network,
        runtime=Runtime(clock=lambda: outside.now().timestamp()),
    )
    deps = _deps(settings, clients, specs, outside, local=local)
    bus = ChangeBus()
    background = Background(
        engine=deps.engine,
        store=deps.store,
        partition=deps.partition,
        bus=bus,
        now=outside.now,
        sleep=outside.pause,
        history_days=settings.history_days,
    )

    @asynccontextmanager
    async def lifespan(_: MCPServer[None]) -> AsyncGenerator[None]:
        async with background.running():
            yield

    narrowing = Narrowing(tools.ALL, Exposure(specs))
    server = MCPServer[None](
        "tokmetrics",
        title="Tokmetrics",
        description="TikTok analytics: own accounts by TokPortal, the public market by Toklytics.",
        instructions=instructions_for(specs),
        version=__version__,
        tools=[ServerTool.of(spec, deps, narrowing.names) for spec in specs],
        log_level=_LEVELS[settings.log_level],
        lifespan=lifespan,
        subscriptions=bus,
        middleware=[narrowing, bus],
    )
    if Exposure(specs).accounts:
        resources.register(server, deps)
    prompts.register(server, prompts.ALL, deps.available, narrowing.names)
    completions.register(server, deps)
    return Application(server, deps, clients)


def _deps(
    settings: Settings,
    clients: Clients,
    specs: tuple[ToolSpec, ...],
    outside: Outside,
    *,
    local: bool,
) -> Deps:
    store = open_store(settings.data_dir / "store.db")
    config = local_config(settings) if local else None
    world = None if config is None else config.world
    address = None if config is None else f"local:{identity(config)}"
    own = _partition(
        store, "tokportal", settings.tokportal_base_url, settings.tokportal_api_key, address
    )
    market = _partition(
        store, "toklytics", settings.toklytics_base_url, settings.toklytics_api_key, address
    )
    engine = RefreshEngine(
        client=clients.tokportal,
        store=store,
        partition=own,
        rules=EngineRules(reserve=settings.quota_reserve),
        clock=outside.now,
        sleep=outside.sleep,
        random=random.random,
        new_id=lambda: str(uuid.uuid4()),
        owner=f"{os.getpid()}-{secrets.token_hex(8)}",
    )
    cache = CachedToklytics(
        clients.transports[1],
        store,
        market,
        Lifetimes.off() if local else Lifetimes.of(settings),
        outside.now,
    )
    return Deps(
        toklytics=cache.within(),
        cache=cache,
        accounts=engine.reader,
        engine=engine,
        store=store,
        partition=own,
        available=frozenset(spec.name for spec in specs),
        world=world,
        max_wait_seconds=settings.max_wait_seconds,
        now=outside.now,
    )


def _partition(
    store: Store, upstream: str, live: str, key: SecretStr | None, local: str | None
) -> Callable[[], Awaitable[str]]:
    """Return what names the part of the store for one key at one address, or for a world."""

    async def partition() -> str:
        # Not kept: a store that is locked for now names one that keeps nothing, each time anew.
        if local is not None:
            return await store.partition(upstream, local, None)
        secret = None if key is None else key.get_secret_value()
        return await store.partition(upstream, live, secret)

    return partition


def local_upstream(settings: Settings) -> ASGIApp:
    """Open the embedded local upstream; a first run without data generates the sample world."""
    config = local_config(settings)
    if config.world == "sample":
        ensure_sample(config)
    _log.info("Local upstream: world %s in %s", config.world, config.folder)
    return create_app(config)
