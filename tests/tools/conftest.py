"""A real MCP client on a real server on the local upstream, in one process without a socket."""

import json
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import pytest
from mcp import Client
from mcp.client.client import ConnectMode
from mcp_types import TextContent
from pydantic import JsonValue
from starlette.types import ASGIApp, Receive, Scope, Send

from mcp_server.app import Application, Outside, build_application
from mcp_server.local import LocalConfig, LocalWorld, create_app
from mcp_server.settings import load
from tests.tools.world import NOW, OWN, write_world

Json = dict[str, JsonValue]


@dataclass
class Desk:
    """Calls tools as an agent would, and remembers what reached the upstream."""

    application: Application
    mode: ConnectMode
    account_id: str
    requests: list[str] = field(default_factory=list[str])

    async def call(self, tool: str, **arguments: JsonValue) -> Json:
        """Return the structured answer; it must be the text's JSON too."""
        async with Client(self.application.server, mode=self.mode) as client:
            result = await client.call_tool(tool, arguments)
        block = result.content[0]
        assert isinstance(block, TextContent)
        assert not result.is_error, block.text
        assert json.loads(block.text) == result.structured_content
        return cast("Json", result.structured_content)

    async def refused(self, tool: str, **arguments: JsonValue) -> Json:
        """Return the `error` of a call that must fail."""
        async with Client(self.application.server, mode=self.mode) as client:
            result = await client.call_tool(tool, arguments)
        assert result.is_error
        assert result.structured_content is None
        block = result.content[0]
        assert isinstance(block, TextContent)
        return cast("Json", json.loads(block.text)["error"])


def rows(answer: Json) -> list[Json]:
    """The rows of a list answer."""
    return cast("list[Json]", answer["data"])


def part(value: Json, *path: str) -> Json:
    """The object at a path."""
    for name in path:
        value = cast("Json", value[name])
    return value


def recording(app: ASGIApp, requests: list[str]) -> ASGIApp:
    """Note method, path and query of every request."""

    async def record(scope: Scope, receive: Receive, send: Send) -> None:
        query = scope["query_string"].decode()
        requests.append(f"{scope['method']} {scope['path']}" + (f"?{query}" if query else ""))
        await app(scope, receive, send)

    return record


@pytest.fixture(params=["legacy", "auto"])
def mode(request: pytest.FixtureRequest) -> ConnectMode:
    return cast("ConnectMode", request.param)


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The world, written once; every test works on a copy."""
    folder = tmp_path_factory.mktemp("written")
    return folder, write_world(LocalConfig(folder, "own", clock=NOW.timestamp))[OWN]


@pytest.fixture
async def desk(tmp_path: Path, mode: ConnectMode, written: tuple[Path, str]) -> AsyncIterator[Desk]:
    folder, account_id = written
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    config = LocalConfig(tmp_path, "own", clock=NOW.timestamp)
    world = LocalWorld(config)
    requests: list[str] = []
    application = build_application(
        load(data_dir=tmp_path),
        local_app=recording(create_app(config, world=world), requests),
        outside=Outside(now=lambda: NOW),
    )
    yield Desk(application, mode, account_id, requests)
    await application.aclose()
    world.close()
