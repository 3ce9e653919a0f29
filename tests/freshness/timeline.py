"""A clock that stands still while anything happens, and moves when everybody sleeps."""

import asyncio
import heapq
from collections.abc import AsyncGenerator, Awaitable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import count
from typing import Final, TypeVar

T = TypeVar("T")

START: Final = datetime(2026, 2, 10, 9, 15, tzinfo=UTC)
_PASSES: Final = 30
"""After so many turns of the loop without anything at work, everybody sleeps."""
PATIENCE: Final = 20
"""Seconds of the real clock after which a test has hung."""


class Timeline:
    """One time for everybody; what each one's clock shows may be off from it."""

    def __init__(self) -> None:
        self.now = START.timestamp()
        self._numbers = count()
        self._sleepers: list[tuple[float, int, asyncio.Event]] = []
        self._at_work = 0
        self._idle = asyncio.Event()
        self._idle.set()

    def unix(self) -> float:
        """True Unix seconds."""
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Wait on this time."""
        woken = asyncio.Event()
        heapq.heappush(self._sleepers, (self.now + max(0.0, seconds), next(self._numbers), woken))
        await woken.wait()

    @asynccontextmanager
    async def work(self) -> AsyncGenerator[None]:
        """Hold the time while a thread is busy for us."""
        self._begin()
        try:
            yield
        finally:
            self._end()

    async def dawdle(self, seconds: float) -> None:
        """Wait on this time in the middle of work."""
        self._end()
        try:
            await self.sleep(seconds)
        finally:
            self._begin()

    async def settle(self) -> None:
        """Return when everybody sleeps."""
        quiet = 0
        while quiet < _PASSES:
            if self._at_work:
                async with asyncio.timeout(PATIENCE):
                    await self._idle.wait()
                quiet = 0
            await asyncio.sleep(0)
            quiet += 1

    async def pass_by(self, seconds: float) -> None:
        """Let time pass, waking each sleeper at its time."""
        end = self.now + seconds
        await self.settle()
        while self._sleepers and self._sleepers[0][0] <= end:
            await self._wake_next()
        self.now = end

    async def until(self, awaited: Awaitable[T], *, within: float = 86_400) -> T:
        """Let time pass until something is done, at most `within` seconds."""
        task = asyncio.ensure_future(awaited)
        end = self.now + within
        await self.settle()
        while not task.done():
            assert self._sleepers, "everybody waits, and nobody sleeps"
            assert self._sleepers[0][0] <= end, f"not done within {within} seconds"
            await self._wake_next()
        return task.result()

    def _begin(self) -> None:
        self._at_work += 1
        self._idle.clear()

    def _end(self) -> None:
        self._at_work -= 1
        if not self._at_work:
            self._idle.set()

    async def _wake_next(self) -> None:
        wake_at, _, woken = heapq.heappop(self._sleepers)
        self.now = max(self.now, wake_at)
        woken.set()
        await self.settle()
