"""Two real processes on one store, twenty callers, and SIGKILL at every step of the job.

The store is a file or a Redis; the upstream is the local one, served on a loopback port.
"""

import asyncio
import json
import signal
import socket
import sqlite3
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypedDict

import pytest
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from mcp_server.local import LocalConfig, LocalWorld, create_app
from mcp_server.local.ingest import Ingest
from mcp_server.local.records import CreatorRecord
from mcp_server.local.tokportal.accounts import add_account
from tests.freshness.tally import TALLY
from tests.store.redis_server import RedisServer, backends, running

ROOT: Final = Path(__file__).parents[2]
PATIENCE_SECONDS: Final = 40
"""Only a process that hangs ever takes this long."""
CALLERS: Final = 20
STEPS: Final = (
    "before open_job planned",
    "after open_job planned",
    "before save_job posting",
    "before POST refresh",
    "after POST refresh",
    "before save_job posted",
    "after save_job posted",
    "before put_snapshot",
    "before save_job done",
    "after save_job done",
)


class Told(TypedDict):
    outcome: str
    joined: bool
    spent: int


@dataclass
class Upstream:
    """The local upstream on a port, with the keys of the refreshes that reached it."""

    url: str
    account_id: str
    world: LocalWorld
    keys: list[str] = field(default_factory=list[str])

    def accepted(self) -> int:
        row = self.world.state().execute("SELECT count(*) FROM refreshes").fetchone()
        return int(row[0])

    def used(self) -> int:
        row = self.world.state().execute("SELECT coalesce(sum(used), 0) FROM quota").fetchone()
        return int(row[0])


@pytest.fixture
async def upstream(tmp_path: Path) -> AsyncIterator[Upstream]:
    config = LocalConfig(tmp_path, "sample", refresh_seconds=0)
    world = LocalWorld(config)
    ingest = Ingest(world.data(), world.state(), source="test")
    ingest.add(
        [CreatorRecord("first.house", user_id="1", followers=1_000, scraped_at=1_760_000_000)]
    )
    ingest.finish()
    account_id = add_account(world, "first.house")
    made = Upstream("", account_id, world)
    app = _noting(create_app(config, world=world), made.keys)
    listening = socket.create_server(("127.0.0.1", 0))  # who connects now is served in a moment
    made.url = f"http://127.0.0.1:{listening.getsockname()[1]}/api/ext"
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off", ws="none"))
    serving = asyncio.create_task(server.serve([listening]))
    yield made
    server.should_exit = True
    await serving
    listening.close()
    world.close()


@dataclass(frozen=True, slots=True)
class Shared:
    """Where both processes keep what they know.

    Attributes:
        folder: For files.
        server: The Redis, where it is one.
    """

    folder: Path
    server: RedisServer | None

    @property
    def url(self) -> str:
        return "" if self.server is None else self.server.url

    def jobs(self) -> list[tuple[str, str]]:
        """Return the state and the key of every job."""
        if self.server is None:
            with closing(sqlite3.connect(self.folder / "store.db")) as connection:
                return connection.execute("SELECT state, idempotency_key FROM jobs").fetchall()
        names = [name for name in self.server.names() if ":job:" in name]
        held = [json.loads(self.server.text(name)) for name in names]
        return [(job["state"], job["idempotency_key"]) for job in held]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with running(tmp_path_factory.mktemp("redis")) as started:
        yield started


@pytest.fixture(params=backends())
def shared(request: pytest.FixtureRequest, tmp_path: Path) -> Shared:
    if request.param == "sqlite":
        return Shared(tmp_path, None)
    started: RedisServer = request.getfixturevalue("server")
    started.empty()
    return Shared(tmp_path, started)


def _noting(app: ASGIApp, keys: list[str]) -> ASGIApp:
    async def note(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "POST":
            headers = dict(scope["headers"])
            keys.append(headers[b"idempotency-key"].decode())
        await app(scope, receive, send)

    return note


@asynccontextmanager
async def workers(
    upstream: Upstream, shared: Shared, *, step: str, number: int = 2
) -> AsyncGenerator[Sequence[Process]]:
    """Start processes and wait until each is ready; end them after the block."""
    started = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.freshness.worker"),
            *(upstream.url, str(shared.folder), shared.url, upstream.account_id),
            *(str(CALLERS // number), step),
            cwd=ROOT,
            stdin=PIPE,
            stdout=PIPE,
        )
        for _ in range(number)
    ]
    try:
        for process in started:
            assert await line(process) == "ready\n"
        yield started
    finally:
        for process in started:
            assert process.stdin
            process.stdin.close()
        async with asyncio.timeout(PATIENCE_SECONDS):
            for process in started:
                await process.communicate()


async def line(process: Process) -> str:
    assert process.stdout
    async with asyncio.timeout(PATIENCE_SECONDS):
        return (await process.stdout.readline()).decode()


async def call_all(processes: Sequence[Process]) -> list[list[Told]]:
    """Let all of them call at once; one that dies tells nothing."""
    for process in processes:
        assert process.stdin
        process.stdin.write(b"go\n")
    answers = await asyncio.gather(*(line(process) for process in processes))
    return [json.loads(answer) for answer in answers if answer]


async def test_two_processes_with_twenty_callers_make_one_refresh(
    upstream: Upstream, shared: Shared
) -> None:
    async with workers(upstream, shared, step="never") as started:
        told = [one for answer in await call_all(started) for one in answer]
    assert len(told) == CALLERS
    # A caller that came to it late found the data there.
    assert {one["outcome"] for one in told} <= {"refreshed", "fresh_enough"}
    assert sum(one["spent"] for one in told) == 1
    assert (upstream.accepted(), upstream.used(), len(upstream.keys)) == (1, 1, 1)


@pytest.mark.parametrize("step", STEPS)
async def test_the_other_process_ends_the_job_of_one_that_is_killed(
    upstream: Upstream, shared: Shared, step: str
) -> None:
    async with workers(upstream, shared, step=step) as started:
        answers = await call_all(started)
        assert len(answers) == 1, "one has died, and one has not"
        (told,) = answers
    assert sorted(process.returncode or 0 for process in started) == [-signal.SIGKILL, 0]
    assert len(told) == CALLERS // 2
    assert {one["outcome"] for one in told} <= {"refreshed", "fresh_enough"}
    assert upstream.accepted() == upstream.used() == 1
    assert len(set(upstream.keys)) == 1
    # Whoever decided on what was over meanwhile may have planned a job, but sent nothing.
    jobs = shared.jobs()
    assert [job for job in jobs if job[0] != "failed"] == [("done", upstream.keys[0])]
    assert not {key for state, key in jobs if state == "failed"} & set(upstream.keys)
    TALLY.counts["processes killed by SIGKILL"] += 1
    TALLY.counts["refreshes accepted with a process killed"] += upstream.accepted()
    TALLY.counts["keys seen with a process killed"] += len(set(upstream.keys))
    TALLY.crash_points.add(f"SIGKILL {step}")
