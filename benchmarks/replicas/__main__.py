"""Runs the proof and prints its figures; the exit status says whether it holds.

    python -m benchmarks.replicas --clients 20 --seconds 30

Needs redis-server and nginx. Everything runs on this machine: three servers behind nginx on one
Redis, an upstream that counts what is asked of it, and the clients, half of them of each era. Every
few seconds one server is killed with SIGKILL and started again.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Final

import httpx2

from benchmarks.replicas import checks, report, upstream
from benchmarks.replicas.caller import Body
from benchmarks.replicas.load import Load
from benchmarks.replicas.site import MissingError, Site
from mcp_server.deps import utc_now
from mcp_server.local.world import World

_CREATORS: Final = 40
_TRUTHS: Final = ("username", "followers", "total_likes", "video_count")
_SETTLE_SECONDS: Final = 180.0
_DOWN_SECONDS: Final = 1.0
_ACCOUNT_SECONDS: Final = 2.0


def options() -> argparse.Namespace:
    """Return what the caller chose."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--servers", type=int, default=3)
    parser.add_argument("--kill-every", type=float, default=10.0, help="seconds; 0 for never")
    parser.add_argument("--pause", type=float, default=3.0, help="of a client between two calls")
    parser.add_argument("--refresh-seconds", type=float, default=5.0, help="of the upstream")
    parser.add_argument("--folder", type=Path, help="where everything is left; default temporary")
    return parser.parse_args()


async def truths(site: Site, names: list[str]) -> dict[str, Body]:
    """Ask the upstream itself for what never changes during the run."""
    found: dict[str, Body] = {}
    async with httpx2.AsyncClient() as http:
        for name in names:
            data: Body = (await http.get(f"{site.upstream}/v1/creators/{name}")).json()["data"]
            found[name] = {key: data[key] for key in _TRUTHS if key in data}
    return found


async def kill_servers(site: Site, every: float, done: asyncio.Event) -> int:
    """Kill one server after another until the run is over; return how often."""
    kills = 0
    while every > 0:
        try:
            await asyncio.wait_for(done.wait(), every)
        except TimeoutError:
            number = kills % site.servers
            site.kill_server(number)
            kills += 1
            await asyncio.sleep(_DOWN_SECONDS)
            site.start_server(number)
        else:
            break
    return kills


async def prove(folder: Path, chosen: argparse.Namespace) -> int:
    """Run everything once."""
    site = Site(folder, chosen.servers, chosen.refresh_seconds)
    accounts = upstream.build(folder, max(3, int(chosen.seconds / _ACCOUNT_SECONDS)))
    world = World(upstream.config_of(folder))
    others = upstream.creators(world)[len(accounts) :][:_CREATORS]
    world.close()
    try:
        await site.start()
        load = Load(site, accounts, await truths(site, others), chosen.seconds, chosen.pause)
        began, clock, done = utc_now(), time.monotonic(), asyncio.Event()
        killing = asyncio.create_task(kill_servers(site, chosen.kill_every, done))
        await load.run(chosen.clients)
        took = time.monotonic() - clock
        done.set()
        kills = await killing
        unsettled = await load.settle(_SETTLE_SECONDS)
        wrong = await checks.broken(site, load, unsettled, began - timedelta(seconds=1))
        print(report.latencies(load.tally))
        print(report.summary(_facts(site, load, chosen, took, kills), wrong))
        return 1 if wrong else 0
    finally:
        site.stop()


def _facts(
    site: Site, load: Load, chosen: argparse.Namespace, took: float, kills: int
) -> dict[str, object]:
    answers = sum(len(one) for one in load.tally.seconds.values())
    found = checks.posts(site)
    return {
        "machine": f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end",
        "clients": f"{chosen.clients}, half of each era, on {chosen.servers} servers",
        "seconds": f"{chosen.seconds:g}, and {took - chosen.seconds:.0f} until the last answer",
        "answers": f"{answers}, {load.tally.in_time / chosen.seconds:.1f} a second",
        "killed and started again": kills,
        "repeated by clients": dict(sorted(load.tally.repeated.items())) or "nothing",
        "outcomes of refreshes": dict(sorted(load.outcomes.items())),
        "accounts refreshed": len(found),
        "POSTs per account and cooldown": f"{min(found.values())} to {max(found.values())}"
        if found
        else "none",
        "refreshes said to be spent": load.spent,
        "snapshots seen": len(load.seen),
        "CPU seconds of what runs now": {
            name: round(seconds, 1) for name, seconds in site.cpu_seconds().items()
        },
    }


def main() -> int:
    """Run the proof in a folder of its own."""
    chosen = options()
    try:
        if chosen.folder is not None:
            chosen.folder.mkdir(parents=True)
            return asyncio.run(prove(chosen.folder.resolve(), chosen))
        with tempfile.TemporaryDirectory(prefix="tokmetrics-proof-") as folder:
            return asyncio.run(prove(Path(folder), chosen))
    except MissingError as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
