"""What the clients of the proof do, and what they remember of the answers."""

import asyncio
import random
import ssl
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import httpx2
from pydantic import JsonValue

from benchmarks.replicas.caller import Body, Caller, Era, Tally, WrongError, connections
from benchmarks.replicas.site import TOKEN, Site

FIGURES: Final = ("followers_count", "total_views", "total_likes", "total_comments", "total_shares")
_REFRESH: Final = "refreshAccountAnalyticsAndWait"
_SETTLED: Final = frozenset({"refreshed", "fresh_enough", "cooldown"})
_REFRESH_SHARE: Final = 0.12
_EARLIER_SHARE: Final = 0.25

Seen = tuple[str, str, tuple[JsonValue, ...]]
"""An account, when it was collected, and its figures."""


@dataclass
class Load:
    """All clients together.

    Attributes:
        site: What they call.
        accounts: The accounts that are refreshed, one after another.
        truths: Usernames of creators and what the upstream says of them.
        seconds: How long they go on.
        pause: How long each waits between two calls, in the mean.
        tally: Times and failures.
        seen: Every figure of an own account that any of them was shown.
        spent: How many refreshes they were told that they spent.
        outcomes: How often each outcome was answered.
        touched: The accounts that any of them asked to refresh.
    """

    site: Site
    accounts: Sequence[str]
    truths: Mapping[str, Body]
    seconds: float
    pause: float
    tally: Tally = field(default_factory=Tally)
    seen: set[Seen] = field(default_factory=set[Seen])
    spent: int = 0
    outcomes: dict[str, int] = field(default_factory=dict[str, int])
    touched: set[str] = field(default_factory=set[str])
    _read_before: list[str] = field(default_factory=list[str])
    _begun: float = 0.0

    async def run(self, clients: int) -> None:
        """Let the clients call until the time is over; every second one speaks each era."""
        self._begun = time.monotonic()
        self.tally.until = time.perf_counter() + self.seconds
        security = ssl.create_default_context()
        async with asyncio.TaskGroup() as tasks:
            for number in range(clients):
                tasks.create_task(self._client(number, security))

    async def settle(self, seconds: float) -> list[str]:
        """Join every refresh until it has ended; return the accounts where it did not."""
        async with connections(TOKEN, ssl.create_default_context()) as http:
            caller = self._caller(http, 0)
            until = time.monotonic() + seconds
            left: list[str] = sorted(self.touched)
            while left and time.monotonic() < until:
                ask: Body = {"account_ids": [*left[:25]], "wait_seconds": 10}
                done = await self._refreshed(caller, ask)
                left = [account for account in left if account not in done]
            return left

    def _caller(self, http: httpx2.AsyncClient, number: int) -> Caller:
        era: Era = "2026" if number % 2 else "2025"
        rng = random.Random(number)  # noqa: S311 - so that runs are alike
        return Caller(http, self.site.endpoint, era, self.tally, rng)

    async def _client(self, number: int, security: ssl.SSLContext) -> None:
        async with connections(TOKEN, security) as http:
            caller = self._caller(http, number)
            await asyncio.sleep(caller.rng.uniform(0, self.pause))
            while (elapsed := time.monotonic() - self._begun) < self.seconds:
                try:
                    await self._step(caller, elapsed / self.seconds)
                except WrongError as error:
                    self.tally.wrong.append(f"{caller.era}: {error}")
                await asyncio.sleep(caller.rng.expovariate(1 / self.pause))

    async def _step(self, caller: Caller, done: float) -> None:
        current = int(done * len(self.accounts))
        chance = caller.rng.random()
        if chance < _REFRESH_SHARE:
            if caller.rng.random() < _EARLIER_SHARE:
                current = caller.rng.randint(0, current)
            await self._refresh(caller, self.accounts[current])
        elif chance < 0.5:  # noqa: PLR2004 - the shares of the kinds of calls stand here
            await self._read(caller, caller.rng.choice(self.accounts))
        elif chance < 0.6 and self._read_before:  # noqa: PLR2004
            await self._history(caller, caller.rng.choice(self._read_before))
        elif chance < 0.95:  # noqa: PLR2004
            await self._creator(caller)
        else:
            found = await caller.ask("tools/list", {})
            self._check("tools/list", len(_list(found.get("tools"))) > 0, found)

    async def _read(self, caller: Caller, account: str) -> None:
        answer = await caller.tool("getAccountAnalytics", {"account_id": account})
        self._see(account, answer.get("data"))
        self._read_before.append(account)

    async def _history(self, caller: Caller, account: str) -> None:
        asked: Body = {"account_id": account, "metric": "total_views"}
        answer = await caller.tool("getAccountAnalyticsHistory", asked)
        data = _object(answer.get("data"))
        self._check("history", data.get("account_id") == account, answer)

    async def _creator(self, caller: Caller) -> None:
        name = caller.rng.choice([*self.truths])
        answer = await caller.tool("getTikTokCreatorAnalytics", {"username": name})
        data, truth = _object(answer.get("data")), self.truths[name]
        same = all(data.get(key) == truth[key] for key in truth)
        self._check("creator", same, answer)

    async def _refresh(self, caller: Caller, account: str) -> None:
        """Ask until the refresh has ended, as an agent would that was told to ask again."""
        self.touched.add(account)
        ask: Body = {"account_ids": [account], "wait_seconds": 20}
        while not await self._refreshed(caller, ask):
            if time.monotonic() - self._begun > self.seconds:
                return
            await asyncio.sleep(caller.rng.uniform(1, 5))

    async def _refreshed(self, caller: Caller, ask: Body) -> set[str]:
        """Call the tool once, and return the accounts whose refresh has ended."""
        data = _object((await caller.tool(_REFRESH, ask)).get("data"))
        results = [_object(row) for row in _list(data.get("results"))]
        asked, done = _list(ask["account_ids"]), set[str]()
        self._check("refresh", [row.get("account_id") for row in results] == asked, data)
        spent = data.get("spent")
        self.spent += spent if isinstance(spent, int) else 0
        for row in results:
            account, outcome = str(row.get("account_id")), str(row.get("outcome"))
            self.outcomes[outcome] = self.outcomes.get(outcome, 0) + 1
            if isinstance(row.get("analytics"), dict):
                self._see(account, row.get("analytics"))
            if outcome in _SETTLED:
                done.add(account)
            else:
                self._check("outcome", outcome == "pending", row)
        return done

    def _see(self, account: str, figures: JsonValue) -> None:
        found = _object(figures)
        self._check("account", found.get("account_id") == account, figures)
        values = tuple(found.get(name) for name in FIGURES)
        self.seen.add((account, str(found.get("scraped_at")), values))

    def _check(self, what: str, right: object, answer: object) -> None:
        if not right:
            self.tally.wrong.append(f"wrong answer, {what}: {str(answer)[:300]}")


def _object(value: JsonValue) -> Body:
    return value if isinstance(value, dict) else {}


def _list(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []
