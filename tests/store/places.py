"""Where a store is, for other processes to open the same."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from mcp_server.store.interface import Store
from mcp_server.store.records import Job
from mcp_server.store.redis.clock import Clocks
from mcp_server.store.redis.store import RedisStore
from mcp_server.store.redis.wire import Wire
from mcp_server.store.sqlite import open_store
from tests.store.made import NOW


class FollowingStore(RedisStore):
    """A store on Redis in whose tests time passes as in those of a file: by what callers say."""

    def __init__(self, url: str, seconds: Callable[[], float] = time.monotonic) -> None:
        self._shown = NOW
        super().__init__(Wire(url, seconds), Clocks(lambda: NOW, lambda _: self._shown))

    async def claim_job(
        self, partition: str, job_id: str, owner: str, now: datetime, lease: timedelta
    ) -> Job | None:
        self._shown = now
        try:
            return await super().claim_job(partition, job_id, owner, now, lease)
        finally:
            self._shown = NOW


@dataclass(frozen=True, slots=True)
class Place:
    """A file, or the address of a server."""

    where: str

    def open(self) -> Store:
        if "://" in self.where:
            return FollowingStore(self.where)
        return open_store(Path(self.where))
