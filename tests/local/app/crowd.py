"""What one of several processes on one world does; started with spawn, so it is importable."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from multiprocessing import get_context
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier, Event

import httpx2

from mcp_server.local import LocalConfig, LocalWorld, create_app
from mcp_server.local.ingest import Ingest
from mcp_server.local.records import CreatorRecord, SoundRecord, VideoRecord
from tests.local.tokportal.tiny import KEY, NOW

CHUNKS = 6
CHUNK = 30
WRITERS = 4
READERS = 2


def crowd(config: LocalConfig, accounts: Sequence[str]) -> list[list[str]]:
    """Let all write and read at once; return what each writer was told, then each reader."""
    context = get_context("spawn")
    barrier, done = context.Barrier(WRITERS + READERS), context.Event()
    told: Queue[str] = context.Queue()
    start = (config, list(accounts), barrier, done, told)
    writers = [context.Process(target=write, args=(n, *start)) for n in range(WRITERS)]
    readers = [context.Process(target=read, args=start) for _ in range(READERS)]
    for process in (*writers, *readers):
        process.start()
    written = [json.loads(told.get(timeout=60)) for _ in writers]
    done.set()
    seen = [json.loads(told.get(timeout=60)) for _ in readers]
    for process in (*writers, *readers):
        process.join(timeout=60)
        assert process.exitcode == 0
    told.close()
    told.join_thread()
    return [*written, *seen]


def videos(writer: int, chunk: int) -> list[VideoRecord]:
    """Some of the same videos as the others', with a hashtag and a sound that all share."""
    return [
        VideoRecord(
            str(n),
            CreatorRecord(f"c{n % 7}", followers=1_000 + writer),
            plays=100 * n,
            sound=SoundRecord("55", "Song"),
            posted_at=NOW - 60 * n,
            scraped_at=NOW - 1_000 + writer,
            hashtags=("all", f"w{writer}"),
        )
        for n in range(chunk * CHUNK // 2, chunk * CHUNK // 2 + CHUNK)
    ]


def write(
    number: int,
    config: LocalConfig,
    accounts: Sequence[str],
    barrier: Barrier,
    _done: Event,
    told: "Queue[str]",
) -> None:
    """Import chunks and ask for a refresh of every account in between."""

    async def work(world: LocalWorld, client: httpx2.AsyncClient) -> list[str]:
        answers: list[str] = []
        ingest = Ingest(world.data(), world.state(), source=f"writer {number}")
        for chunk in range(CHUNKS):
            ingest.add(videos(number, chunk))
            for account in accounts[chunk::CHUNKS]:
                response = await client.post(f"/ext/accounts/{account}/analytics/refresh")
                body = response.json()
                answers.append(
                    body["data"]["status"] if response.is_success else body["error"]["code"]
                )
        ingest.finish()
        return answers

    _run(config, barrier, told, work)


def read(
    config: LocalConfig,
    accounts: Sequence[str],
    barrier: Barrier,
    done: Event,
    told: "Queue[str]",
) -> None:
    """Read until the writers are done; tell what was no answer."""

    async def work(_world: LocalWorld, client: httpx2.AsyncClient) -> list[str]:
        wrong: list[str] = []
        while not done.is_set():
            for path in (
                "/v1/videos/search?q=song",
                "/v1/hashtags/trending",
                "/v1/analytics/platform-stats",
                f"/ext/accounts/{accounts[0]}/analytics",
                f"/ext/accounts/{accounts[0]}/analytics/videos",
            ):
                response = await client.get(path)
                if not response.is_success:
                    wrong.append(f"{path}: {response.text}")
        return wrong

    _run(config, barrier, told, work)


def _run(
    config: LocalConfig,
    barrier: Barrier,
    told: "Queue[str]",
    work: Callable[[LocalWorld, httpx2.AsyncClient], Awaitable[list[str]]],
) -> None:
    async def run() -> list[str]:
        world = LocalWorld(config)
        async with httpx2.AsyncClient(
            transport=httpx2.ASGITransport(create_app(config, world=world)),
            base_url="http://local.test/api",
            headers={"X-API-Key": KEY},
        ) as client:
            barrier.wait(timeout=60)
            try:
                return await work(world, client)
            finally:
                world.close()

    told.put(json.dumps(asyncio.run(run())))
