"""A world to import into, its clock standing still; every file is synthetic."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mcp_server.local import LocalConfig, LocalWorld

NOW = 1_710_000_000
"""2024-03-09T16:00:00Z, two days after the newest post of the fixtures."""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[LocalWorld]:
    """An empty world for imported data."""
    opened = LocalWorld(LocalConfig(tmp_path / "data", "own", clock=lambda: NOW))
    yield opened
    opened.close()


@pytest.fixture
def fixtures() -> Path:
    """The folder of hand-written files in the shapes of real exports."""
    return Path(__file__).parent / "fixtures"
