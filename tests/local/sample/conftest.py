"""One small sample world for all tests that only read it."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from mcp_server.local import LocalConfig, LocalWorld
from mcp_server.local.sample import generate

AS_OF = 1_770_000_000
"""2026-02-02T02:40:00Z."""


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalWorld]:
    """A generated world of 200 creators and 5,200 videos; synthetic."""
    opened = made(tmp_path_factory.mktemp("sample"), seed=7)
    yield opened
    opened.close()


def made(
    folder: Path, *, seed: int, creators: int = 200, videos: int = 5_200, as_of: int = AS_OF
) -> LocalWorld:
    """Generate a world in an empty folder."""
    world = LocalWorld(LocalConfig(folder, "sample", clock=lambda: as_of))
    generate(world, creators=creators, videos=videos, seed=seed, as_of=as_of)
    return world


@pytest.fixture
def data(sample: LocalWorld) -> sqlite3.Connection:
    """The creators and videos of the world."""
    return sample.data()


@pytest.fixture
def state(sample: LocalWorld) -> sqlite3.Connection:
    """The accounts and the past of the world."""
    return sample.state()
