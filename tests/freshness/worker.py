"""One server process of the tests: an engine and its callers, on a store and an upstream elsewhere.

It waits for a line on stdin, calls, prints what its callers were told as one JSON line, and ends
when stdin ends. Given a step such as `after POST refresh` and a file, it kills itself there, if
it is the one who makes the file: whichever process comes to the step first dies.
"""

import asyncio
import json
import os
import random
import signal
import sys
import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import anyio
import httpx2
from pydantic import SecretStr

from mcp_server.clients.call import Policy
from mcp_server.clients.tokportal import TokPortalClient, tokportal_upstream
from mcp_server.clients.transport import ApiTransport
from mcp_server.freshness.refresh import RefreshEngine
from mcp_server.freshness.rules import EngineRules
from mcp_server.store.interface import Store
from mcp_server.store.opening import open_chosen
from mcp_server.store.records import Job

RULES = EngineRules(
    lease=0.6, store_poll=0.05, poll_first=0.05, poll_longest=0.3, usual_duration=0.1
)
KEY = SecretStr("tok_live_made_up")


class Death:
    """The end of the process at a step."""

    def __init__(self, step: str, mark: Path) -> None:
        self._step = step
        self._mark = mark

    async def around(self, name: str, call: Callable[[], Awaitable[object]]) -> object:
        self._maybe(f"before {name}")
        result = await call()
        self._maybe(f"after {name}")
        return result

    def _maybe(self, step: str) -> None:
        if step == self._step:
            try:
                self._mark.touch(exist_ok=False)
            except FileExistsError:
                return
            os.kill(os.getpid(), signal.SIGKILL)


class MortalStore:
    """A store in which one can die at every step."""

    def __init__(self, store: Store, death: Death) -> None:
        self._store = store
        self._death = death

    def __getattr__(self, name: str) -> object:
        method = cast("Callable[..., Awaitable[object]]", getattr(self._store, name))

        async def call(*args: object, **kwargs: object) -> object:
            job = next((value for value in args if isinstance(value, Job)), None)
            step = name if job is None else f"{name} {job.state}"
            return await self._death.around(step, lambda: method(*args, **kwargs))

        return call


class MortalNetwork(httpx2.AsyncHTTPTransport):
    """A network on which one can die before and after every request."""

    def __init__(self, death: Death) -> None:
        super().__init__()
        self._death = death

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        last = request.url.path.rpartition("/")[2]
        send = super().handle_async_request

        async def sent() -> httpx2.Response:
            response = await send(request)
            await response.aread()
            return response

        answer = await self._death.around(f"{request.method} {last}", sent)
        return cast("httpx2.Response", answer)


async def work(
    url: str, folder: Path, store_url: str | None, *, account_id: str, callers: int, step: str
) -> None:
    death = Death(step, folder / "dead")
    real = open_chosen(store_url, folder, lambda: datetime.now(UTC))
    store = cast("Store", MortalStore(real, death))
    transport = ApiTransport(
        tokportal_upstream(url, KEY), Policy(max_retries=0), network=MortalNetwork(death)
    )

    async def partition() -> str:
        return await real.partition("tokportal", url, KEY.get_secret_value())

    engine = RefreshEngine(
        client=TokPortalClient(transport),
        store=store,
        partition=partition,
        rules=RULES,
        clock=lambda: datetime.now(UTC),
        sleep=anyio.sleep,
        random=random.random,
        new_id=lambda: str(uuid.uuid4()),
        owner=f"{os.getpid()}-{uuid.uuid4()}",
    )
    say("ready")
    await heard()
    calls = [engine.refresh([account_id], wait_seconds=30) for _ in range(callers)]
    reports = await asyncio.gather(*calls)
    # A job that is left over is of the one that died, and of the account that is asked for.
    await engine.resume()
    await engine.refresh([account_id], wait_seconds=30, max_age=timedelta(0))
    say(
        json.dumps(
            [
                {
                    "outcome": report.results[0].outcome,
                    "joined": report.results[0].joined,
                    "spent": report.spent,
                }
                for report in reports
            ]
        )
    )
    await heard()
    await engine.aclose()
    await transport.aclose()
    await real.aclose()


async def heard() -> None:
    await anyio.to_thread.run_sync(sys.stdin.readline)


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    address, place, shared, account, number, at = sys.argv[1:]
    asyncio.run(
        work(
            address,
            Path(place),
            shared or None,
            account_id=account,
            callers=int(number),
            step=at,
        )
    )
