"""An upstream that is well but for its refresh, or well until a refresh was accepted."""

from collections import Counter
from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self, cast

import anyio
import anyio.lowlevel
import httpx2
from mcp import Client
from mcp_types import CallToolResult
from pydantic import JsonValue

from mcp_server.app import Application
from mcp_server.errors import CATALOGUE, ErrorCode
from tests.faults.judging import Json, answer_of, error_of, server_written
from tests.faults.upstream import CANARY, SOON, START, Fault, serving

BEFORE = "2026-02-01T00:00:00Z"
"""When the figures before any refresh were collected."""
AFTER = "2026-03-01T06:01:00Z"
BARE = "refreshAccountAnalytics"
WAITING = "refreshAccountAnalyticsAndWait"
TOOLS = (BARE, WAITING)
COUNTED: Counter[str] = Counter()
"""What was gone through, for the end of the run."""


def accept(request: httpx2.Request) -> httpx2.Response:
    """The documented answer to a refresh."""
    receipt = {"account_id": account_of(request), "status": "scrape_queued", "note": "queued"}
    return httpx2.Response(200, json={"data": receipt}, request=request)


def account_of(request: httpx2.Request) -> str:
    """The account in `.../accounts/ID/analytics/...`; nothing for the list of accounts."""
    return request.url.path.partition("/accounts/")[2].partition("/")[0]


def call_of(tool: str, fault: Fault) -> dict[str, JsonValue]:
    """The smallest call of a tool, for the account that meets this fault."""
    account_id = account_for(tool, fault)
    if tool == BARE:
        return {"account_id": account_id}
    return {"account_ids": [account_id], "wait_seconds": 0}


def account_for(tool: str, fault: Fault) -> str:
    """Each tool has an account of its own for each fault."""
    return f"{len(tool)}.{fault.name}".lower()


@dataclass(slots=True)
class RefreshNetwork(httpx2.AsyncBaseTransport):
    """A TokPortal where each account meets one fault, and is well otherwise.

    Attributes:
        faults: Who meets which.
        is_ill_after: Whether a refresh is accepted, and every read of its account fails from
            then on; else it is the refresh that fails.
        is_carried_out: Whether a refresh is executed, whatever was answered to it.
        posts: The idempotency keys of the refreshes that were sent, by account.
    """

    faults: Mapping[str, Fault]
    is_ill_after: bool = False
    is_carried_out: bool = False
    posts: dict[str, list[str]] = field(default_factory=dict[str, list[str]])

    @classmethod
    def of(
        cls, faults: Iterable[Fault], *, is_ill_after: bool = False, is_carried_out: bool = False
    ) -> Self:
        """Give an account to each fault and tool."""
        by_account = {account_for(tool, fault): fault for fault in faults for tool in TOOLS}
        return cls(by_account, is_ill_after, is_carried_out)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        account_id = account_of(request)
        is_sent = account_id in self.posts
        if request.method == "POST":
            self.posts.setdefault(account_id, []).append(request.headers["Idempotency-Key"])
            return accept(request) if self.is_ill_after else await self._fail(request)
        if is_sent and self.is_ill_after:
            return await self._fail(request)
        return httpx2.Response(200, json={"data": self._well(request, is_sent=is_sent)})

    async def _fail(self, request: httpx2.Request) -> httpx2.Response:
        COUNTED["failed requests"] += 1
        respond = self.faults[account_of(request)].respond
        if respond is None:
            await anyio.sleep_forever()
            raise AssertionError
        return respond(request)

    def _well(self, request: httpx2.Request, *, is_sent: bool) -> JsonValue:
        account_id = account_of(request)
        if not account_id:
            return []
        if request.url.path.endswith("can-refresh"):
            quota: JsonValue = {"limit": 5_000, "used": 1}
            return {"account_id": account_id, "can_refresh": True, "monthly_quota": quota}
        seen = AFTER if is_sent and self.is_carried_out else BEFORE
        return {"account_id": account_id, "followers_count": 10, "scraped_at": seen}

    @property
    def is_silent(self) -> bool:
        """Whether somebody waits in vain here."""
        return any(fault.respond is None for fault in self.faults.values())


async def at_once_or_never(seconds: float) -> None:
    """Time stands still while a server runs: only what is due now happens."""
    if seconds > 0:
        await anyio.sleep_forever()
    await anyio.lowlevel.checkpoint()


@asynccontextmanager
async def refreshing(
    folder: Path, network: RefreshNetwork, *, after: timedelta = timedelta()
) -> AsyncGenerator[tuple[Client, Application]]:
    """A server at one moment; a second one on the same folder is the first one restarted later."""
    now = START + after
    patience = SOON if network.is_silent else 30
    async with serving(folder, network, now=now, patience=patience, sleep=at_once_or_never) as (
        client,
        application,
    ):
        await until_settled(application, now)
        yield client, application


async def until_settled(application: Application, now: datetime) -> None:
    """Return when no job has anything left to do at this moment."""
    store, partition = application.deps.store, await application.deps.partition()
    with anyio.fail_after(60):
        for job in await store.active_jobs(partition):
            current = job
            while current.is_active and (current.next_step_at or now) <= now:
                current = await store.job(partition, job.job_id) or current


def told(tool: str, result: CallToolResult) -> tuple[str, Json]:
    """What a tool said came of it: the code of its error, or the outcome; and all it said.

    An error must be one of the catalogue, with a next step, short and safe. An answer must be
    valid, hold the last known figures with their age unless they were told before, and say
    nothing in the upstream's words.
    """
    COUNTED["calls"] += 1
    if result.is_error:
        error = error_of(result)
        return str(error["code"]), error
    answer = answer_of(tool, result)
    assert CANARY not in server_written(answer)
    data = cast("Json", answer["data"])
    row = cast("list[Json]", data["results"])[0] if tool == WAITING else data
    assert row.get("unchanged") or row["as_of"] in {BEFORE, AFTER} or row.get("joined"), row
    code = row.get("error_code")
    assert code is None or (code in CATALOGUE and code != ErrorCode.INTERNAL_ERROR)
    outcome = str(row["outcome"])
    if outcome in {"pending", "outcome_unknown"} and code is None:
        assert row["job_id"], row
        assert row["check_after_seconds"], row
    return str(code) if outcome in {"failed", "not_found"} else outcome, row
