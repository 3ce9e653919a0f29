"""Short ways to ask the engine of a process."""

import asyncio
from collections.abc import Coroutine, Iterable
from datetime import timedelta

from mcp_server.freshness.results import AccountResult, RefreshReport
from tests.freshness.bench import Process

ALWAYS = timedelta(0)
"""No data is young enough."""


async def refresh(
    process: Process,
    *account_ids: str,
    wait: float = 60,
    max_age: timedelta = timedelta(days=1),
    max_refreshes: int | None = None,
) -> RefreshReport:
    """Call, and let time pass until the answer."""
    call = process.engine.refresh(
        account_ids, wait_seconds=wait, max_age=max_age, max_refreshes=max_refreshes
    )
    return await process.upstream.timeline.until(call)


async def refresh_one(
    process: Process, account_id: str, *, wait: float = 60, max_age: timedelta = timedelta(days=1)
) -> AccountResult:
    """The same for one account."""
    report = await refresh(process, account_id, wait=wait, max_age=max_age)
    return report.results[0]


async def together(calls: Iterable[Coroutine[None, None, RefreshReport]]) -> list[RefreshReport]:
    """Make several calls at once."""
    return await asyncio.gather(*calls)
