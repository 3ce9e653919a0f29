"""A server over invented upstreams, whose log lines and audit a test can read."""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import anyio
import httpx2
from mcp_types import RequestParamsMeta
from opentelemetry.sdk.trace.export import SpanExporter
from pydantic import JsonValue

from mcp_server.app import Application, Outside, build_application
from mcp_server.settings import load
from tests.tenants.customers import Customers

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
KEY = "sk_own"
LONG = 5
TRACE = "0af7651916cd43dd8448eb211c80319c"
TRACEPARENT = f"00-{TRACE}-b7ad6b7169203331-01"
META = cast("RequestParamsMeta", {"traceparent": TRACEPARENT})
"""The SDK declares the progress token only."""

Line = dict[str, JsonValue]


async def nap(seconds: float) -> None:
    """The engine's waiting: short pauses pass at once, long ones never."""
    if seconds >= LONG:
        await anyio.sleep_forever()
    await anyio.lowlevel.checkpoint()


async def _never(seconds: float) -> None:
    del seconds
    await anyio.sleep_forever()


REFRESH: dict[str, JsonValue] = {
    "account_ids": ["acc_1"],
    "max_age_hours": 0,
    "wait_seconds": 60,
}
"""Arguments of a refresh that is waited for; the wait never ends before the figures are there."""


@dataclass
class Watched:
    """A server and what stands around it."""

    application: Application
    upstream: Customers
    folder: Path

    @property
    def audit(self) -> list[Line]:
        """The lines of the audit, oldest first."""
        file = self.folder / "audit.jsonl"
        return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


@asynccontextmanager
async def watched(
    folder: Path,
    *,
    exporter: SpanExporter | None = None,
    network: httpx2.AsyncBaseTransport | None = None,
    **settings: object,
) -> AsyncGenerator[Watched]:
    """Build a server whose store and audit are in a folder."""
    upstream = Customers()
    application = build_application(
        load(
            **{
                "data_dir": folder,
                "tokportal_api_key": KEY,
                "toklytics_api_key": "tk_own",
                "tokportal_base_url": "https://tokportal.invalid",
                "toklytics_base_url": "https://toklytics.invalid",
                **settings,
            }
        ),
        outside=Outside(
            now=lambda: NOW,
            sleep=nap,
            pause=_never,
            network=network or upstream,
            environment={},
            exporter=exporter,
        ),
    )
    try:
        yield Watched(application, upstream, folder)
    finally:
        await application.aclose()


@dataclass
class Lines(logging.Handler):
    """What one logger says."""

    records: list[logging.LogRecord] = field(default_factory=list[logging.LogRecord])
    came: asyncio.Event = field(default_factory=asyncio.Event)
    """Set with the first of them, and anew with each."""

    def __post_init__(self) -> None:
        super().__init__()

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)
        self.came.set()

    async def reach(self, number: int) -> None:
        """Wait until so many lines were written."""
        async with asyncio.timeout(20):
            while len(self.records) < number:
                self.came.clear()
                await self.came.wait()

    @property
    def texts(self) -> list[str]:
        return [record.getMessage() for record in self.records]

    __hash__ = object.__hash__


@contextmanager
def lines_of(name: str) -> Generator[Lines]:
    """Listen to a logger at the level of information."""
    logger, lines = logging.getLogger(name), Lines()
    level = logger.level
    logger.addHandler(lines)
    logger.setLevel(logging.INFO)
    try:
        yield lines
    finally:
        logger.removeHandler(lines)
        logger.setLevel(level)
