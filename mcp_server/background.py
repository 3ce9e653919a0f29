"""What goes on while somebody is connected: jobs are taken up, changes reach subscribers."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Final

import anyio
from mcp.server.subscriptions import ResourcesListChanged, ResourceUpdated

from mcp_server.changes import ChangeBus
from mcp_server.errors import StoreError
from mcp_server.resources import ACCOUNTS, uris_of
from mcp_server.store.interface import Store
from mcp_server.store.records import Change
from mcp_server.tenants.registry import Tenants

_LOOK_SECONDS: Final = 1.0
"""Between two looks for changes, by this process or another; a query of microseconds."""
_RESUME_SECONDS: Final = 30.0
_PRUNE_SECONDS: Final = 6 * 3600.0

_log = logging.getLogger(__name__)


class Background:
    """Runs once, however many connections there are: SSE enters the lifespan for each."""

    def __init__(
        self,
        *,
        tenants: Tenants,
        store: Store,
        bus: ChangeBus,
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
        history_days: int | None = None,
    ) -> None:
        self._tenants = tenants
        self._store = store
        self._bus = bus
        self._now = now
        self._sleep = sleep
        self._history_days = history_days
        self._connections = 0
        self._task: asyncio.Task[None] | None = None
        self._seen: int | None = None

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Keep the work going while any such block runs."""
        self._connections += 1
        if self._task is None:
            # A task of its own: the connection that came first may be the first to leave.
            self._task = asyncio.create_task(self._work(), name="background")
        try:
            yield
        finally:
            self._connections -= 1
            if self._connections == 0:
                await self._stop()

    async def _stop(self) -> None:
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])

    async def _work(self) -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(self._repeat, self._look, _LOOK_SECONDS)
            group.start_soon(self._repeat, self._resume, _RESUME_SECONDS)
            if self._history_days is not None:
                group.start_soon(self._repeat, self._prune, _PRUNE_SECONDS)

    async def _repeat(self, work: Callable[[], Awaitable[None]], seconds: float) -> None:
        while True:
            try:
                await work()
            except StoreError as error:
                _log.info("Background work waits for the store: %s", error)
            await self._sleep(seconds)

    async def _resume(self) -> None:
        for tenant in self._tenants.all_at_work():
            await tenant.deps.engine.resume()

    async def _prune(self) -> None:
        before = self._now() - timedelta(days=self._history_days or 0)
        for tenant in self._tenants.all_at_work():
            await self._store.prune_history(await tenant.deps.partition(), before)

    async def _look(self) -> None:
        if self._seen is None:
            self._seen = await self._store.last_change()
            return
        changes = await self._store.changes_since(self._seen)
        if not changes:
            return
        names = {
            await tenant.deps.partition(): tenant.owner.name
            for tenant in self._tenants.all_at_work()
        }
        # Each notice once, however much came in since the last look or while the store was away.
        due = dict.fromkeys(
            (names[change.partition], uri)
            for change in changes
            if change.partition in names
            for uri in _changed(change)
        )
        self._seen = changes[-1].seq
        for tenant, uri in due:
            event = ResourcesListChanged() if uri is None else ResourceUpdated(uri=uri)
            await self._bus.publish(event, tenant)


def _changed(change: Change) -> list[str | None]:
    """Return the resources that a change is about; None for the list of them."""
    if change.kind == "accounts":
        return [None, ACCOUNTS]
    if change.account_id is None:
        return []
    return [*uris_of(change.account_id, change.snapshot_kind)]
