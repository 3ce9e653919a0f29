"""Builds what one tenant has of its own: clients, refresh engine, cache, part of the store."""

import os
import random
import secrets
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

import httpx2
from pydantic import SecretStr
from starlette.types import ASGIApp

from mcp_server.clients.call import Runtime
from mcp_server.clients.factory import Clients, build
from mcp_server.clients.watching import Watch, unwatched
from mcp_server.deps import Deps
from mcp_server.freshness.audit import Audit
from mcp_server.freshness.cache import CachedToklytics, CacheUse, Lifetimes
from mcp_server.freshness.refresh import RefreshEngine
from mcp_server.freshness.rules import EngineRules
from mcp_server.settings import Settings, World
from mcp_server.store.interface import Store
from mcp_server.tenants.owner import Owner


@dataclass(frozen=True, slots=True)
class Tenant:
    """One tenant at work."""

    owner: Owner
    deps: Deps
    clients: Clients

    async def is_busy(self) -> bool:
        """Whether a refresh of it is unfinished.

        Raises:
            StoreError: The store cannot be used.
        """
        partition = await self.deps.partition()
        return bool(await self.deps.store.active_jobs(partition))

    async def aclose(self) -> None:
        """Leave running refreshes to others, and close its connections; the store stays open."""
        await self.deps.engine.aclose()
        await self.clients.aclose()


@dataclass(frozen=True, slots=True)
class Workshop:
    """What all tenants share.

    Attributes:
        settings: The server's; keys and addresses in it are the default tenant's.
        store: The one store, of which each tenant has a part.
        available: Names of the tools that are switched on.
        now: The clock.
        sleep: Waits for seconds.
        network: In place of the network, in tests.
        local_app: The embedded local upstream, where that answers.
        local_address: Names the local world in the store, where one answers.
        world: Which world that is.
        watch: Gets to know of every request to an upstream.
        cache_told: Gets to know how answers came about.
        audit: Makes the record of what a tenant spends, by its name and the address it spends at.
    """

    settings: Settings
    store: Store
    available: frozenset[str]
    now: Callable[[], datetime]
    sleep: Callable[[float], Awaitable[None]]
    network: httpx2.AsyncBaseTransport | None = None
    local_app: ASGIApp | None = None
    local_address: str | None = None
    world: World | None = None
    watch: Watch = unwatched
    cache_told: Callable[[CacheUse], None] = lambda _: None
    audit: Callable[[str, str], Audit | None] = lambda _name, _address: None

    def make(self, owner: Owner) -> Tenant:
        """Build a tenant; nothing is sent or read by that."""
        settings = owner.settings(self.settings)
        clients = build(
            settings,
            local_app=self.local_app,
            network=self.network,
            runtime=Runtime(clock=lambda: self.now().timestamp(), watch=self.watch),
        )
        return Tenant(owner, self._deps(owner, settings, clients), clients)

    def _deps(self, owner: Owner, settings: Settings, clients: Clients) -> Deps:
        own = self._partition(owner, "tokportal", owner.tokportal_base_url, owner.tokportal_api_key)
        market = self._partition(
            owner, "toklytics", owner.toklytics_base_url, owner.toklytics_api_key
        )
        engine = RefreshEngine(
            client=clients.tokportal,
            store=self.store,
            partition=own,
            rules=EngineRules(reserve=settings.quota_reserve),
            clock=self.now,
            sleep=self.sleep,
            random=random.random,
            new_id=lambda: str(uuid.uuid4()),
            owner=f"{os.getpid()}-{secrets.token_hex(8)}",
            audit=self.audit(owner.name, self.local_address or owner.tokportal_base_url),
        )
        cache = CachedToklytics(
            clients.transports[1],
            self.store,
            market,
            Lifetimes.of(settings) if self.local_app is None else Lifetimes.off(),
            self.now,
            told=self.cache_told,
        )
        return Deps(
            toklytics=cache.within(),
            cache=cache,
            accounts=engine.reader,
            engine=engine,
            store=self.store,
            partition=own,
            available=self.available,
            world=self.world,
            max_wait_seconds=settings.max_wait_seconds,
            now=self.now,
        )

    def _partition(
        self, owner: Owner, upstream: str, live: str, key: SecretStr | None
    ) -> Callable[[], Awaitable[str]]:
        """Return what names an owner's part of the store, for one of the two APIs."""
        address, secret = live, None if key is None else key.get_secret_value()
        if self.local_address is not None:
            address, secret = self.local_address, None
        address = owner.place(address)

        async def partition() -> str:
            # Not kept: a store that is locked for now names one that keeps nothing, each time
            # anew.
            return await self.store.partition(upstream, address, secret)

        return partition
