"""One store per test, in a real file. Every figure here is made up."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from mcp_server.store.interface import Store
from mcp_server.store.sqlite import open_store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "store.db"


@pytest.fixture(params=["sqlite"])
async def store(request: pytest.FixtureRequest, path: Path) -> AsyncIterator[Store]:
    """Every kind of store passes the same tests."""
    assert request.param == "sqlite"
    opened = open_store(path)
    yield opened
    await opened.aclose()
