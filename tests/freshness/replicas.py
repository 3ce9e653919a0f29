"""Server processes on a bench whose store is a Redis."""

from datetime import UTC, datetime, timedelta

from mcp_server.freshness.rules import EngineRules
from mcp_server.store.redis.clock import Clocks
from mcp_server.store.redis.store import RedisStore
from mcp_server.store.redis.wire import Wire
from tests.freshness.bench import RULES, Bench, Process


def replica(
    bench: Bench, url: str, *, rules: EngineRules = RULES, off: timedelta = timedelta(0)
) -> Process:
    """Start a process whose own clock is off; the server's is the bench's."""
    timeline = bench.timeline

    def servers_clock(_: datetime) -> datetime:
        return datetime.fromtimestamp(timeline.now, UTC)

    def ours() -> datetime:
        return datetime.fromtimestamp(timeline.now, UTC) + process.clock_is_off

    store = RedisStore(Wire(url, timeline.unix), Clocks(ours, servers_clock))
    process = bench.process(rules, store=store)
    process.clock_is_off = off
    return process
