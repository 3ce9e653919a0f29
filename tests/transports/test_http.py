"""The whole endpoint with its limits: sessions, web pages, where it is."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import pytest

from mcp_server.app import Outside, build_application
from mcp_server.settings import load
from mcp_server.transports.http import Kind, http_app
from tests.transports.raw import PATIENCE_SECONDS, SOON
from tests.transports.served import NOW, not_found, running
from tests.wire import HANDSHAKE

PAGE = "https://app.example.com"
JSON = {"accept": "application/json, text/event-stream", "content-type": "application/json"}
PREFLIGHT = {
    "origin": PAGE,
    "access-control-request-method": "POST",
    "access-control-request-headers": "authorization,mcp-protocol-version",
}
AUTH_FILE = """
[[tokens]]
name = "someone"
hash = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
"""


@asynccontextmanager
async def endpoint(
    folder: Path, *, kind: Kind = "http", path: str = "/mcp", **settings: object
) -> AsyncGenerator[httpx2.AsyncClient]:
    application = build_application(
        load(data_dir=folder, world="own", **settings),
        local_app=not_found,
        outside=Outside(now=lambda: NOW),
    )
    app = http_app(
        application.server,
        application.access,
        kind,
        host="127.0.0.1",
        address=f"http://127.0.0.1{path}",
    )
    try:
        async with (
            running(app) as address,
            httpx2.AsyncClient(base_url=address, headers=JSON) as client,
        ):
            yield client
    finally:
        await application.aclose()


async def opened(client: httpx2.AsyncClient) -> httpx2.Response:
    return await client.post("/mcp", content=json.dumps(HANDSHAKE[0]))


async def test_a_session_too_many_gets_a_503_and_the_others_go_on(tmp_path: Path) -> None:
    async with endpoint(tmp_path, max_sessions=1) as client:
        first = await opened(client)
        assert first.status_code == 200
        assert (await opened(client)).status_code == 503
        session = {"mcp-session-id": first.headers["mcp-session-id"]}
        told = await client.post("/mcp", headers=session, content=json.dumps(HANDSHAKE[1]))
        assert told.status_code == 202


async def test_an_idle_session_ends_and_makes_room(tmp_path: Path) -> None:
    async with endpoint(tmp_path, max_sessions=1, session_idle_seconds=SOON) as client:
        assert (await opened(client)).status_code == 200
        async with asyncio.timeout(PATIENCE_SECONDS):
            while (await opened(client)).status_code == 503:
                pass


async def test_a_body_over_the_limit_of_the_settings_is_refused(tmp_path: Path) -> None:
    async with endpoint(tmp_path, max_body_bytes=1024) as client:
        assert (await client.post("/mcp", content=b"x" * 1025)).status_code == 413


async def test_the_endpoint_is_where_the_operator_put_it(tmp_path: Path) -> None:
    async with endpoint(tmp_path, path="/here") as client:
        answer = await client.post("/here", content=json.dumps(HANDSHAKE[0]))
        assert answer.status_code == 200
        assert (await opened(client)).status_code == 404


async def test_without_a_list_no_page_is_told_that_it_may_call(tmp_path: Path) -> None:
    async with endpoint(tmp_path) as client:
        answer = await client.options("/mcp", headers=PREFLIGHT)
        assert answer.status_code != 200
        assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("kind", ["http", "sse"])
async def test_a_listed_page_may_ask_without_a_token_and_then_call(
    tmp_path: Path, kind: Kind
) -> None:
    file = tmp_path / "auth.toml"
    file.write_text(AUTH_FILE, "utf-8")
    file.chmod(0o600)
    async with endpoint(tmp_path, kind=kind, auth_file=file, cors_origins=PAGE) as client:
        answer = await client.options("/mcp", headers=PREFLIGHT)
        assert answer.status_code == 200
        assert answer.headers["access-control-allow-origin"] == PAGE
        assert "authorization" in answer.headers["access-control-allow-headers"].lower()
        refused = await client.post("/mcp", headers={"origin": PAGE}, content="{}")
        assert refused.status_code == 401
        # The page's script may read why.
        assert refused.headers["access-control-allow-origin"] == PAGE
        other = await client.options(
            "/mcp", headers={**PREFLIGHT, "origin": "https://evil.example"}
        )
        assert "access-control-allow-origin" not in other.headers


async def test_a_listed_page_passes_the_check_of_origins_and_others_do_not(tmp_path: Path) -> None:
    async with endpoint(tmp_path, cors_origins=f"{PAGE},https://b.example") as client:
        client.headers["origin"] = PAGE
        assert (await opened(client)).status_code == 200
        client.headers["origin"] = "https://evil.example"
        assert (await opened(client)).status_code == 403
