"""A store that fails while it is served: answers say what to do, our own mistakes say nothing."""

import sqlite3
from pathlib import Path

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mcp_server.local.complaints import complaint, is_foreseen
from mcp_server.local.failures import answered_failures


def full(path: Path) -> None:
    """Let a real database run into its limit, which is SQLite's word for a full disk."""
    data = sqlite3.connect(path)
    try:
        data.execute("PRAGMA max_page_count = 2")
        data.execute("CREATE TABLE t AS SELECT zeroblob(100000) AS x")
    finally:
        data.close()


def mistaken(path: Path) -> None:
    data = sqlite3.connect(path)
    try:
        data.execute("SELECT secret FROM nothing")
    finally:
        data.close()


def closed(path: Path) -> None:
    data = sqlite3.connect(path)
    data.close()
    data.execute("SELECT 1")


def locked(path: Path) -> None:
    first, second = sqlite3.connect(path), sqlite3.connect(path, timeout=0)
    try:
        first.execute("BEGIN EXCLUSIVE")
        second.execute("BEGIN EXCLUSIVE")
    finally:
        first.close()
        second.close()


FAILURES = {"full": full, "locked": locked, "mistaken": mistaken, "closed": closed}


async def answer(path: Path, name: str) -> tuple[int, str, str]:
    """Return status, code and message of a request that fails so."""

    async def fail(_request: Request) -> Response:
        FAILURES[name](path)
        return Response()

    def respond(status: int, code: str, message: str) -> Response:
        return JSONResponse({"code": code, "message": message}, status)

    app = answered_failures(Starlette(routes=[Route("/", fail)]).router, respond)
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app)) as client:
        response = await client.get("http://local.test/")
    return response.status_code, response.json()["code"], response.json()["message"]


@pytest.mark.parametrize(
    ("name", "said"), [("full", "the disk is full"), ("locked", "is in use by another process")]
)
async def test_what_the_machine_is_at_fault_for_is_told(
    name: str, said: str, tmp_path: Path
) -> None:
    status, code, message = await answer(tmp_path / "x.db", name)
    assert (status, code) == (500, "LOCAL_STORE_ERROR")
    assert message.startswith("The local store ")
    assert said in message


@pytest.mark.parametrize("name", ["mistaken", "closed"])
async def test_our_own_mistake_is_not_told(name: str, tmp_path: Path) -> None:
    status, code, message = await answer(tmp_path / "x.db", name)
    assert (status, code) == (500, "INTERNAL_ERROR")
    assert "secret" not in message


def test_an_error_that_nobody_foresaw_is_told_as_it_is() -> None:
    error = sqlite3.ProgrammingError("odd")
    assert not is_foreseen(error)
    assert complaint(error, "x.db") == "x.db cannot be used: odd."
