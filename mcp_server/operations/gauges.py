"""What is looked up when somebody asks for the figures: quotas, unfinished refreshes, sessions."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

import anyio

from mcp_server.freshness.plan import quota_left
from mcp_server.operations.figures import JOBS, OPEN, QUOTA, SESSIONS
from mcp_server.operations.observer import Observer
from mcp_server.store.interface import Store
from mcp_server.store.records import ACTIVE_STATES
from mcp_server.tenants.registry import Tenants

if TYPE_CHECKING:
    from mcp_server.operations.metrics import Metrics

_PATIENCE_SECONDS: Final = 2.0


@dataclass(frozen=True, slots=True)
class Gauges:
    """Sets the gauges anew.

    Attributes:
        metrics: Where.
        observer: Knows the sessions.
        tenants: Whose quotas and refreshes.
        store: Holds both.
        now: The clock.
        open_requests: How many requests over HTTP are being answered.
    """

    metrics: "Metrics"
    observer: Observer
    tenants: Tenants
    store: Store
    now: Callable[[], datetime]
    open_requests: Callable[[], int]

    async def text(self) -> bytes:
        """Return all figures; those of a store that does not answer are left out."""
        self.metrics.show(SESSIONS, [((), self.observer.sessions)])
        self.metrics.show(OPEN, [((), self.open_requests())])
        quotas: list[tuple[tuple[str, ...], float]] = []
        states = Counter({state.value: 0 for state in ACTIVE_STATES})
        with anyio.move_on_after(_PATIENCE_SECONDS):
            for tenant in self.tenants.all_at_work():
                partition = await tenant.deps.partition()
                left = quota_left(await self.store.quota(partition, self.now()))
                if left is not None:
                    quotas.append(((tenant.owner.name,), left))
                states.update(job.state.value for job in await self.store.active_jobs(partition))
        self.metrics.show(QUOTA, quotas)
        self.metrics.show(JOBS, [((state,), count) for state, count in sorted(states.items())])
        return self.metrics.text()
