"""The tiny server as a child process, ended after each test."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.transports.tiny_server import COMMAND
from tests.wire import Child, started


@pytest.fixture
async def tiny() -> AsyncIterator[Child]:
    """The tiny server, not yet spoken to."""
    async with started(*COMMAND) as server:
        yield server


@pytest.fixture
async def greeted(tiny: Child) -> Child:
    """The tiny server after the handshake of 2025-11-25, inside its lifespan."""
    await tiny.hear("entered")
    await tiny.shake_hands()
    return tiny


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared() -> AsyncIterator[Child]:
    """One greeted server for all tests of a module that leave it as they found it."""
    async with started(*COMMAND) as server:
        await server.shake_hands()
        yield server
