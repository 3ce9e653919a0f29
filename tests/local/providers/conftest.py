"""A tiny world of imported data; synthetic."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.local.tokportal.tiny import Tiny, tiny


@pytest.fixture
async def own(tmp_path: Path) -> AsyncIterator[Tiny]:
    """A world of imported data."""
    async with tiny(tmp_path, "own") as made:
        yield made


@pytest.fixture
async def sample(tmp_path: Path) -> AsyncIterator[Tiny]:
    """A synthetic world."""
    async with tiny(tmp_path, "sample") as made:
        yield made
