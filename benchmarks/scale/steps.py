"""What is measured, each in a process of its own, so that memory is that of this step alone."""

import asyncio
import random
import resource
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice
from multiprocessing import Event, Process, get_context
from multiprocessing.synchronize import Event as EventType
from pathlib import Path

import httpx2

from benchmarks.local_operations import Draw, operations, timed
from benchmarks.scale.sizes import AS_OF, FIRST, KEPT, SEED, SIZES
from mcp_server.local.app import create_app
from mcp_server.local.config import LocalConfig
from mcp_server.local.ingest import Ingest
from mcp_server.local.records import VideoRecord
from mcp_server.local.sample import generate
from mcp_server.local.sample import videos as posts
from mcp_server.local.sample.plan import Plan
from mcp_server.local.world import World

Results = dict[str, float | dict[str, list[float]]]
_DAY = 86_400
_IMPORTED = 10_000
_EACH = 20
_COLD = 10
_MEGABYTE = 1 << 20
_CHANGE = "INSERT OR REPLACE INTO meta (key, value) VALUES ('benchmark', ?)"


@dataclass(slots=True)
class _Clock:
    now: float

    def __call__(self) -> float:
        return self.now


def build(folder: Path, size: str) -> Results:
    """Generate the world; nothing where it is there already."""
    world = World(LocalConfig(folder, "sample"))
    if world.data().execute("SELECT 1 FROM meta WHERE key = 'world'").fetchone():
        return {}
    started, before = time.perf_counter(), _cpu()
    generate(world, **SIZES[size]._asdict(), seed=SEED, as_of=AS_OF)
    seconds = time.perf_counter() - started
    return {
        "build_seconds": seconds,
        "build_cpu_seconds": _cpu() - before,
        # The largest of each of the two processes, though not at the same moment.
        "build_rss_mb": _rss(resource.RUSAGE_SELF) + _rss(resource.RUSAGE_CHILDREN),
        "data_mb": (world.folder / "data.db").stat().st_size / _MEGABYTE,
        "state_mb": (world.folder / "state.db").stat().st_size / _MEGABYTE,
    }


def queries(folder: Path, rounds: int) -> Results:
    """Time every operation, the first calls left out: p50, p95 and the longest, in milliseconds.

    Answers about whole niches are kept until the data change. So they are timed twice: as they
    come, and each after a change, under the same name with `FIRST`.
    """
    with ProcessPoolExecutor(1, get_context("spawn")) as elsewhere:  # a long list takes memory
        paths = elsewhere.submit(_paths, folder, rounds).result()
    times = asyncio.run(_queries(folder, paths))
    wall = {name: _points([one for one, _ in found]) for name, found in times.items()}
    cpu = {name: _points([one for _, one in found]) for name, found in times.items()}
    return {"operations": wall, "cpu": cpu, "query_rss_mb": _rss(resource.RUSAGE_SELF)}


def _paths(folder: Path, rounds: int) -> dict[str, list[str]]:
    world = World(LocalConfig(folder, "sample"))
    drawn = operations(Draw(world, random.Random(SEED)))  # noqa: S311 (repeatable on purpose)
    world.close()
    paths = {name: [path() for _ in range(rounds + _COLD)] for name, path in drawn.items()}
    return {**paths, **{name + FIRST: paths[name][: rounds // 4 + _COLD] for name in KEPT}}


async def _queries(
    folder: Path, paths: dict[str, list[str]]
) -> dict[str, list[tuple[float, float]]]:
    config = LocalConfig(folder, "sample", clock=_Clock(AS_OF))
    world, other = World(config), World(config)
    found: dict[str, list[tuple[float, float]]] = {}
    async with _client(config, world) as client:
        for name, asked in paths.items():
            times: list[tuple[float, float]] = []
            for path in asked:
                if name.endswith(FIRST):  # what is written as it was would be no change
                    other.data().execute(_CHANGE, (str(time.perf_counter_ns()),))
                before = time.process_time()
                wall = await timed(client, path)
                times.append((wall, 1000 * (time.process_time() - before)))
            found[name] = times[_COLD:]
    other.data().execute("DELETE FROM meta WHERE key = 'benchmark'")
    world.close()
    other.close()
    return found


def _points(times: list[float]) -> list[float]:
    times = sorted(times)
    return [times[len(times) // 2], times[int(0.95 * (len(times) - 1))], times[-1]]


def imports(folder: Path, size: str) -> Results:
    """Import new videos of creators that are known, then the same videos with other counts."""
    world = World(LocalConfig(folder, "sample"))
    records = _records(world, size)
    again = [replace(r, plays=(r.plays or 0) + 7, scraped_at=AS_OF + 1) for r in records]
    return {
        "import_seconds": _timed(lambda: _import(world, records)),
        "update_seconds": _timed(lambda: _import(world, again)),
    }


def _records(world: World, size: str) -> list[VideoRecord]:
    """New videos, twenty each of creators drawn by chance: invented like those of the world."""
    stored = int(world.data().execute("SELECT max(id) FROM videos").fetchone()[0])
    plan = Plan(SEED, *SIZES[size], AS_OF)
    rng = random.Random(stored)  # noqa: S311 (made-up data)

    def drawn() -> Iterator[VideoRecord]:
        first = stored
        for index in rng.sample(range(12, plan.creators), _IMPORTED // _EACH):
            creator = replace(plan.creator(index), first_video=first, n_videos=_EACH)
            yield from posts.draw(stored, creator, plan.sounds)
            first += _EACH

    return list(drawn())


def _import(world: World, records: list[VideoRecord]) -> None:
    ingest = Ingest(world.data(), world.state(), source="benchmark")
    rest = iter(records)
    while chunk := list(islice(rest, 1_000)):
        ingest.add(chunk)
    ingest.finish()


def waiting(folder: Path, size: str) -> Results:
    """Refresh accounts while another process imports, and read them once the refresh is due."""
    ready, done = Event(), Event()
    importer = Process(target=_importer, args=(folder, size, ready, done))
    importer.start()
    try:
        ready.wait(120)
        return asyncio.run(_refreshes(folder, done))
    finally:
        importer.join()


def _importer(folder: Path, size: str, ready: EventType, done: EventType) -> None:
    world = World(LocalConfig(folder, "sample"))
    records = _records(world, size)
    ready.set()
    _import(world, records)
    done.set()
    world.close()


async def _refreshes(folder: Path, done: EventType) -> Results:
    config = LocalConfig(folder, "sample", clock=_Clock(AS_OF), monthly_quota=100_000)
    world = World(config)
    newest = world.state().execute("SELECT max(requested_at) FROM refreshes").fetchone()[0]
    clock = _Clock(newest + 3 * _DAY)
    world.config = config = replace(config, clock=clock)
    rows = world.state().execute("SELECT DISTINCT account_id FROM account_snapshots").fetchall()
    waits: dict[str, list[float]] = {"refresh": [], "analytics": [], "videos": []}
    async with _client(config, world) as client:
        while not done.is_set():
            for (account,) in rows:
                path = f"ext/accounts/{account}/analytics"
                started = time.perf_counter()
                response = await client.post(f"{path}/refresh")
                waits["refresh"].append(1000 * (time.perf_counter() - started))
                response.raise_for_status()
                clock.now += config.refresh_seconds + 1
                waits["analytics"].append(await timed(client, path))
                waits["videos"].append(await timed(client, f"{path}/videos"))
            clock.now += 3 * _DAY
    world.close()
    return {
        "refreshes": float(len(waits["refresh"])),
        "refresh_wait_ms": max(*waits["refresh"], *waits["analytics"]),
        "list_wait_ms": max(waits["videos"]),
    }


def _client(config: LocalConfig, world: World) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(
        transport=httpx2.ASGITransport(create_app(config, world=world)),
        base_url="http://local/api/",
        headers={"X-API-Key": "local"},
    )


def _timed(work: Callable[[], None]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _rss(who: int) -> float:
    return resource.getrusage(who).ru_maxrss / 1024


def _cpu() -> float:
    both = (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in both)
