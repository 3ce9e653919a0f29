"""The one clock by which leases run: the server's.

Replicas' own clocks may differ, so a lease is kept in the server's time. Callers compare it with
their own clock and get it in their own time: shifted by how far the two clocks are apart, in whole
seconds, since a lease is many of them and would else never be the same twice.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from mcp_server.store.records import Job


def _as_it_is(shown: datetime) -> datetime:
    return shown


@dataclass(frozen=True, slots=True)
class Clocks:
    """Two clocks.

    Attributes:
        ours: What the clock of this process shows.
        servers: Makes the server's time of what it answered; tests have a time of their own.
    """

    ours: Callable[[], datetime]
    servers: Callable[[datetime], datetime] = _as_it_is

    def apart(self, answered: datetime, ours: datetime | None = None) -> timedelta:
        """Return how far the server's clock is ahead of ours."""
        difference = self.servers(answered) - (self.ours() if ours is None else ours)
        return timedelta(seconds=round(difference.total_seconds()))


def shifted(job: Job, by: timedelta) -> Job:
    """Return the job with its lease in the time of another clock."""
    if job.lease_until is None or not by:
        return job
    return replace(job, lease_until=job.lease_until + by)
