"""An empty store to write into."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mcp_server.local.database import open_database
from tests.local.ingest.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    data = open_database(tmp_path, "data")
    state = open_database(tmp_path, "state")
    yield Store(data, state)
    data.close()
    state.close()
