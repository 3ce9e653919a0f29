"""Several server processes on one store and one local upstream, in one test process.

A process is cut off at a chosen step as SIGKILL would: nothing it does afterwards has an effect.
Figures are synthetic.
"""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Final, TypeVar, cast

import httpx2
from pydantic import SecretStr

from mcp_server.clients.call import Policy, Runtime
from mcp_server.clients.tokportal import TokPortalClient, tokportal_upstream
from mcp_server.clients.transport import ApiTransport
from mcp_server.errors import StoreError
from mcp_server.freshness.refresh import RefreshEngine
from mcp_server.freshness.rules import EngineRules
from mcp_server.local import LocalConfig, LocalWorld, create_app
from mcp_server.local.ingest import Ingest
from mcp_server.local.records import CreatorRecord, VideoRecord
from mcp_server.local.tokportal.accounts import add_account
from mcp_server.store.interface import Store
from mcp_server.store.records import Job
from mcp_server.store.sqlite import open_store
from tests.freshness.timeline import START, Timeline

T = TypeVar("T")

URL: Final = "http://localhost/api/ext"
KEY: Final = SecretStr("tok_live_made_up")
DAY: Final = 86_400
HOUR: Final = 3_600
RULES: Final = EngineRules()
TAKES: Final = 0.05
"""Seconds that each request takes."""


@dataclass(slots=True)
class Post:
    """A refresh that reached the upstream.

    Attributes:
        at: True Unix seconds.
        account_id: The account.
        key: Its idempotency key.
        state: Of the job with this key in the store, when the request arrived.
        checks: How often the upstream was asked before whether it may.
        answer: The status that it brought or the code of its error; None while there is none.
    """

    at: float
    account_id: str
    key: str
    state: str | None
    checks: int
    answer: str | None = None


class Upstream:
    """The local upstream of a few accounts, with a list of the refreshes that reached it."""

    def __init__(
        self,
        folder: Path,
        timeline: Timeline,
        *,
        refresh_seconds: float = 20,
        monthly_quota: int = 500,
    ) -> None:
        self.timeline = timeline
        self.store_path = folder / "store.db"
        self.state_of_key: Callable[[str], str | None] = partial(_job_state, self.store_path)
        self.posts: list[Post] = []
        self.requests: list[str] = []
        self.config = LocalConfig(
            folder,
            "sample",
            refresh_seconds=refresh_seconds,
            monthly_quota=monthly_quota,
            faults=True,
            clock=timeline.unix,
        )
        self.world = LocalWorld(self.config)
        self.app = create_app(self.config, world=self.world, sleep=timeline.dawdle)
        self.network = httpx2.ASGITransport(app=self.app, raise_app_exceptions=False)

    def account(self, username: str, *, seen_ago: int = 3 * DAY, with_data: bool = True) -> str:
        """Add an account, last collected some seconds ago."""
        seen = int(START.timestamp()) - seen_ago
        creator = CreatorRecord(username, user_id=username, followers=1_000, scraped_at=seen)
        video = VideoRecord(
            str(((seen - DAY) << 32) + len(username)),
            creator,
            plays=1_000,
            likes=50,
            posted_at=seen - DAY,
            scraped_at=seen,
        )
        ingest = Ingest(self.world.data(), self.world.state(), source="test")
        ingest.add([creator, video])
        ingest.finish()
        return add_account(
            self.world, username, created_at=seen - 90 * DAY, with_snapshot=with_data
        )

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """Read from the upstream's own file."""
        return [tuple(row) for row in self.world.state().execute(query)]

    def accepted(self, account_id: str) -> list[int]:
        """Return when refreshes of an account were accepted."""
        rows = self.world.state().execute(
            "SELECT requested_at FROM refreshes WHERE account_id = ? ORDER BY 1", (account_id,)
        )
        return [int(row[0]) for row in rows]

    def used(self) -> int:
        """Return the refreshes counted this month."""
        row = self.world.state().execute("SELECT coalesce(sum(used), 0) FROM quota").fetchone()
        return int(row[0])

    async def handle(self, request: httpx2.Request) -> httpx2.Response:
        """Answer a request after a twentieth of a second, and remember it."""
        self.timeline.now += TAKES
        self.requests.append(f"{request.method} {request.url.path.removeprefix('/api/ext')}")
        post = self._noted(request) if request.method == "POST" else None
        response = await self.network.handle_async_request(request)
        await response.aread()
        if post is not None:
            post.answer = _answer(response)
        return response

    def _noted(self, request: httpx2.Request) -> Post:
        key = request.headers.get("Idempotency-Key", "")
        account_id = request.url.path.split("/")[-3]
        checks = self.requests.count(f"GET /accounts/{account_id}/analytics/can-refresh")
        state = self.state_of_key(key)
        self.posts.append(Post(self.timeline.now, account_id, key, state, checks))
        return self.posts[-1]


Fault = str
"""What happens to one request; other words are the local upstream's own faults.

`refused`: it never leaves. `lost`: it is carried out, and the answer is lost. `late`: its sender
gives it up, and then it is carried out. `wait=SECONDS`, `gone`, `revoked`, `banned`, `cooling`,
`exhausted`: it is refused.
"""


@dataclass(slots=True)
class Cut:
    """When a process dies: at the n-th thing it does from now on, before or after its effect."""

    steps: int
    after: bool


@dataclass(slots=True)
class Plug:
    """What connects a process with the world, until it is pulled.

    Attributes:
        timeline: Stands still while something goes through.
        done: What went through, by name.
        cut: When to die.
        broken: What fails, by name.
        watch: Is told of everything, before and after it.
        held: What waits, by name, until an event.
        tasks: Every task of the process that has used the plug.
        is_dead: Whether the process is gone.
        died_at: Where it was cut off.
    """

    timeline: Timeline
    done: list[str] = field(default_factory=list[str])
    cut: Cut | None = None
    cut_at: str | None = None
    """Die at the next thing of this name, such as `after save_job posting`."""
    broken: dict[str, StoreError] = field(default_factory=dict[str, StoreError])
    watch: Callable[[str], None] = lambda _name: None
    held: dict[str, asyncio.Event] = field(default_factory=dict[str, asyncio.Event])
    tasks: set[asyncio.Task[object]] = field(default_factory=set[asyncio.Task[object]])
    is_dead: bool = False
    died_at: str = ""

    async def through(self, name: str, call: Callable[[], Awaitable[T]]) -> T:
        """Do one thing, unless the process dies first; if it dies just after, nobody learns."""
        task = cast("asyncio.Task[object]", asyncio.current_task())
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        self._check(name, after=False)
        self.watch(f"before {name}")
        if name in self.held:
            await self.held[name].wait()
        if name in self.broken:
            raise self.broken[name]
        async with self.timeline.work():
            result = await call()
        self._check(name, after=True)
        self.watch(f"after {name}")
        self.done.append(name)
        return result

    def pull(self) -> None:
        """Cut the process off: its tasks end, and whatever they still try has no effect."""
        self.is_dead = True
        for task in self.tasks:
            if task is not asyncio.current_task():
                task.cancel()

    def _check(self, name: str, *, after: bool) -> None:
        if not self.is_dead and self._is_due(name, after=after):
            self.died_at = f"{'after' if after else 'before'} {name}"
            self.pull()
        if self.is_dead:
            raise asyncio.CancelledError

    def _is_due(self, name: str, *, after: bool) -> bool:
        if self.cut_at == f"{'after' if after else 'before'} {name}":
            return True
        if self.cut is None:
            return False
        if self.cut.after == after:
            self.cut.steps -= 1
        return self.cut.steps < 0


class _PluggedStore:
    """A store whose every method goes through the plug."""

    def __init__(self, store: Store, plug: Plug) -> None:
        self._store = store
        self._plug = plug

    def __getattr__(self, name: str) -> object:
        method = cast("Callable[..., Awaitable[object]]", getattr(self._store, name))

        async def call(*args: object, **kwargs: object) -> object:
            job = next((value for value in args if isinstance(value, Job)), None)
            step = name if job is None else f"{name} {job.state}"
            return await self._plug.through(step, lambda: method(*args, **kwargs))

        return call


_REFUSALS: Final[Mapping[str, tuple[int, str]]] = {
    "gone": (404, "ACCOUNT_NOT_FOUND"),
    "revoked": (401, "AUTH_REVOKED_KEY"),
    "banned": (409, "ACCOUNT_INVALID_STATUS"),
    "cooling": (429, "ANALYTICS_COOLDOWN"),
    "exhausted": (429, "ANALYTICS_QUOTA_EXCEEDED"),
}


def _refusal(fault: Fault) -> httpx2.Response:
    name, _, number = fault.partition("=")
    status, code = _REFUSALS.get(name, (429, "RATE_LIMIT_EXCEEDED"))
    quota = {"monthly_quota": {"limit": int(number or 500), "used": int(number or 500)}}
    details = quota if name == "exhausted" else {}
    error = {"error": {"code": code, "message": "No.", "details": details}}
    return httpx2.Response(status, json=error, headers={"Retry-After": number} if number else {})


class _PluggedNetwork(httpx2.AsyncBaseTransport):
    """The way to the upstream, with faults on it."""

    def __init__(self, upstream: Upstream, plug: Plug, faults: list[Fault]) -> None:
        self._upstream = upstream
        self._plug = plug
        self._faults = faults
        self.late: set[asyncio.Task[None]] = set()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request."""
        last = request.url.path.rpartition("/")[2]
        return await self._plug.through(f"{request.method} {last}", lambda: self._send(request))

    async def _send(self, request: httpx2.Request) -> httpx2.Response:
        fault = self._faults.pop(0) if self._faults else ""
        if fault == "refused":
            raise httpx2.ConnectError("refused")
        if fault == "lost":
            await self._upstream.handle(request)
            raise httpx2.ReadTimeout("lost")
        if fault == "late":
            task = asyncio.create_task(self._arrive(request))
            self.late.add(task)
            raise httpx2.ReadTimeout("late")
        if fault.partition("=")[0] in {*_REFUSALS, "wait"}:
            return _refusal(fault)
        if fault:
            request.headers["X-Tokmetrics-Fault"] = fault
        return await self._upstream.handle(request)

    async def _arrive(self, request: httpx2.Request) -> None:
        """Let a request arrive when its sender has given it up."""
        await self._upstream.timeline.sleep(20)
        async with self._upstream.timeline.work():
            await self._upstream.handle(request)


_NUMBERS: Final = count(1)


class Process:
    """One server process: an engine with a store connection and a clock of its own."""

    def __init__(
        self,
        upstream: Upstream,
        *,
        rules: EngineRules = RULES,
        store: Store | None = None,
        key: SecretStr | None = KEY,
    ) -> None:
        timeline = upstream.timeline
        self.upstream = upstream
        self.faults: list[Fault] = []
        self.clock_is_off = timedelta(0)
        self.plug = Plug(timeline)
        self.raw_store = store or open_store(upstream.store_path)
        self.store = cast("Store", _PluggedStore(self.raw_store, self.plug))
        self.network = _PluggedNetwork(upstream, self.plug, self.faults)
        self.transport = ApiTransport(
            tokportal_upstream(URL, key),
            Policy(max_retries=0),
            network=self.network,
            runtime=Runtime(
                sleep=timeline.sleep, clock=lambda: self.now().timestamp(), jitter=lambda: 0.5
            ),
        )
        self.owner = f"process-{next(_NUMBERS)}"
        self.engine = RefreshEngine(
            client=TokPortalClient(self.transport),
            store=self.store,
            partition=self.partition,
            rules=rules,
            clock=self.now,
            sleep=timeline.sleep,
            random=lambda: 0.5,
            new_id=lambda: f"id-{next(_NUMBERS)}",
            owner=self.owner,
        )

    def now(self) -> datetime:
        """What the clock of this process shows."""
        return datetime.fromtimestamp(self.upstream.timeline.now, UTC) + self.clock_is_off

    async def partition(self) -> str:
        """Where this key's things are."""
        return await self.store.partition("tokportal", URL, KEY.get_secret_value())

    async def name(self) -> str:
        """The same, for a test: not a thing that the process does."""
        return await self.raw_store.partition("tokportal", URL, KEY.get_secret_value())

    async def job_of(self, account_id: str) -> Job | None:
        """Return the account's active job, else the one that ended last."""
        name = await self.name()
        active = await self.raw_store.active_job(name, account_id)
        return active or await self.raw_store.last_job(name, account_id)

    async def stop(self) -> None:
        """End in order."""
        if not self.plug.is_dead:
            await self.engine.aclose()
            await self._close()
        await _ended(self.network.late)

    async def die(self) -> None:
        """End as by SIGKILL, unless that has happened already; then clear away."""
        self.plug.pull()
        await self.upstream.timeline.settle()
        await self._close()

    async def _close(self) -> None:
        async with self.upstream.timeline.work():
            await self.transport.aclose()
            await self.raw_store.aclose()


@dataclass(slots=True)
class Bench:
    """An upstream and the processes on it."""

    upstream: Upstream
    processes: list[Process] = field(default_factory=list[Process])

    @property
    def timeline(self) -> Timeline:
        """The time."""
        return self.upstream.timeline

    def process(
        self,
        rules: EngineRules = RULES,
        *,
        store: Store | None = None,
        key: SecretStr | None = KEY,
    ) -> Process:
        """Start a process."""
        made = Process(self.upstream, rules=rules, store=store, key=key)
        self.processes.append(made)
        return made

    async def close(self) -> None:
        """End everything."""
        for process in self.processes:
            if process.plug.is_dead:
                await process.die()
            await self.timeline.until(process.stop())
        self.upstream.world.close()


async def _ended(tasks: "set[asyncio.Task[T]]") -> None:
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def _answer(response: httpx2.Response) -> str:
    try:
        body = response.json()
        return str(body["data"]["status"] if response.is_success else body["error"]["code"])
    except (ValueError, LookupError, TypeError):
        return "unreadable"


def _job_state(path: Path, key: str) -> str | None:
    """Read what is durably known of a key, as another process would."""
    connection = sqlite3.connect(path)
    try:
        row = connection.execute(
            "SELECT state FROM jobs WHERE idempotency_key = ?", (key,)
        ).fetchone()
    finally:
        connection.close()
    return None if row is None else str(row[0])
