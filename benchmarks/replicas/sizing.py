"""Measures one server: memory of a session, and requests that one core can answer.

    python -m benchmarks.replicas.sizing

Both are counted by what the server process itself uses, so that a busy machine matters little:
resident memory before and after, and processor seconds of so many requests.
"""

import argparse
import asyncio
import random
import ssl
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final

import httpx2

from benchmarks.replicas import upstream
from benchmarks.replicas.caller import Caller, Era, Tally, connections
from benchmarks.replicas.site import TOKEN, MissingError, Site
from mcp_server.local.world import World

_ACCOUNTS: Final = 5
_AT_ONCE: Final = 8
_WARM_UP: Final = 50
_STREAM: Final = {"Accept": "text/event-stream", "MCP-Protocol-Version": "2025-11-25"}

Call = Callable[[Caller], Awaitable[object]]


class Measured:
    """One server and its clients."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._security = ssl.create_default_context()
        self._tally = Tally()

    def caller(self, http: httpx2.AsyncClient, era: Era) -> Caller:
        """Return a client that speaks to the server itself."""
        rng = random.Random(1)  # noqa: S311 - waits between repetitions
        return Caller(http, self.site.direct(0), era, self._tally, rng)

    def connections(self) -> httpx2.AsyncClient:
        """Return connections of a client."""
        return connections(TOKEN, self._security)

    async def session_kilobytes(self, count: int, *, streaming: bool) -> float:
        """Return what one of so many open sessions holds.

        Args:
            count: How many are opened, each by a client with connections of its own.
            streaming: Whether each holds the stream open on which a server tells of changes;
                else only the session stays, without a connection.
        """
        before = self.site.resident_mb(0)
        async with AsyncExitStack() as opened:
            for _ in range(count):
                async with AsyncExitStack() as one:
                    http = await one.enter_async_context(self.connections())
                    session = await self.caller(http, "2025").open()
                    if streaming:
                        headers = {**_STREAM, "Mcp-Session-Id": session}
                        reading = http.stream("GET", self.site.direct(0), headers=headers)
                        await one.enter_async_context(reading)
                        await opened.enter_async_context(one.pop_all())
            return 1024 * (self.site.resident_mb(0) - before) / count

    async def per_core(self, era: Era, call: Call, count: int) -> float:
        """Return how many such requests one core answers in a second."""
        async with self.connections() as http:
            callers = [self.caller(http, era) for _ in range(_AT_ONCE)]
            await _repeated(callers, call, _WARM_UP)
            before = self.site.cpu_seconds()["server-1"]
            await _repeated(callers, call, count)
            return count / (self.site.cpu_seconds()["server-1"] - before)


async def _repeated(callers: Sequence[Caller], call: Call, count: int) -> None:
    async def some(caller: Caller) -> None:
        for _ in range(count // len(callers)):
            await call(caller)

    async with asyncio.TaskGroup() as tasks:
        for caller in callers:
            tasks.create_task(some(caller))


async def measure(folder: Path, sessions: int, requests: int) -> None:
    """Print the figures of one server."""
    site = Site(folder, 1, 5.0)
    account = upstream.build(folder, _ACCOUNTS)[0]
    world = World(upstream.config_of(folder))
    creator = upstream.creators(world)[-1]
    world.close()
    calls: dict[str, Call] = {
        "tools/list": lambda caller: caller.ask("tools/list", {}),
        "an answer from the cache": lambda caller: caller.tool(
            "getTikTokCreatorAnalytics", {"username": creator}
        ),
        "an answer from the upstream": lambda caller: caller.tool(
            "getAccountAnalytics", {"account_id": account}
        ),
    }
    eras: tuple[Era, Era] = ("2025", "2026")
    try:
        await site.start()
        one = Measured(site)
        print(f"- started: {site.resident_mb(0):.0f} MB")
        for name, call in calls.items():
            for era in eras:
                found = await one.per_core(era, call, requests)
                print(f"- {name}, {era}: {found:.0f} requests a second and core")
        print(f"- after that: {site.resident_mb(0):.0f} MB")
        for streaming in (False, True):
            found = await one.session_kilobytes(sessions, streaming=streaming)
            print(
                f"- one of {sessions} sessions, {'with' if streaming else 'without'} a stream: "
                f"{found:.0f} kB"
            )
    finally:
        site.stop()


def main() -> int:
    """Measure once, in a folder that is dropped."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sessions", type=int, default=400)
    parser.add_argument("--requests", type=int, default=2000)
    chosen = parser.parse_args()
    try:
        with tempfile.TemporaryDirectory(prefix="tokmetrics-sizing-") as folder:
            asyncio.run(measure(Path(folder), chosen.sessions, chosen.requests))
    except MissingError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
