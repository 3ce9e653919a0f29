"""One store per test, in a real file and on a real server. Every figure here is made up."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from mcp_server.store.interface import Store
from tests.store.places import Place
from tests.store.redis_server import RedisServer, backends, running


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "store.db"


@pytest.fixture(scope="session")
def redis_of_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with running(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture
def redis_server(redis_of_session: RedisServer) -> RedisServer:
    """A server with nothing in it; who stops it starts one of their own."""
    redis_of_session.empty()
    return redis_of_session


@pytest.fixture(params=backends())
def place(request: pytest.FixtureRequest, path: Path) -> Place:
    """Every kind of store passes the same tests."""
    if request.param == "sqlite":
        return Place(str(path))
    server: RedisServer = request.getfixturevalue("redis_server")
    return Place(server.url)


@pytest.fixture
async def store(place: Place) -> AsyncIterator[Store]:
    opened = place.open()
    yield opened
    await opened.aclose()
