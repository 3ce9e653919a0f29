"""Which store is opened, and what is missing for it."""

import sys
from pathlib import Path

import pytest

from mcp_server.errors import SettingsError
from mcp_server.store.opening import open_chosen
from mcp_server.store.redis.store import RedisStore
from mcp_server.store.redis.wire import shown
from mcp_server.store.sqlite import SqliteStore
from tests.store.made import NOW


async def test_without_an_address_it_is_a_file_in_the_folder(tmp_path: Path) -> None:
    store = open_chosen(None, tmp_path, lambda: NOW)
    assert isinstance(store, SqliteStore)
    assert (tmp_path / "store.db").exists()
    await store.aclose()


@pytest.mark.parametrize("scheme", ["redis", "rediss", "valkey", "valkeys"])
def test_with_an_address_nothing_is_made_or_reached_before_it_is_used(
    tmp_path: Path, scheme: str
) -> None:
    store = open_chosen(f"{scheme}://localhost:1/0", tmp_path, lambda: NOW)
    assert isinstance(store, RedisStore)
    assert [*tmp_path.iterdir()] == []


def test_without_the_library_the_operator_is_told_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [one for one in sys.modules if one.startswith("mcp_server.store.redis")]:
        monkeypatch.delitem(sys.modules, name)
    for name in [one for one in sys.modules if one.partition(".")[0] == "redis"]:
        monkeypatch.delitem(sys.modules, name)
    missing = ModuleNotFoundError("No module named 'redis'", name="redis")

    class Refusing:
        def find_spec(self, name: str, *_: object) -> None:
            if name.partition(".")[0] == "redis":
                raise missing

    monkeypatch.setattr(sys, "meta_path", [Refusing(), *sys.meta_path])
    with pytest.raises(SettingsError, match=r"pip install 'tokmetrics\[redis\]'") as caught:
        open_chosen("redis://localhost", tmp_path, lambda: NOW)
    assert caught.value.variable == "TOKMETRICS_STORE"


def test_an_address_shows_without_who_we_are() -> None:
    assert shown("redis://user:hidden@host:6380/3") == "host:6380/3"
    assert shown("redis://:hidden@host") == "host:6379"
