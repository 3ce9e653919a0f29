"""Alive, ready, and who may see the figures."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from pydantic import JsonValue
from starlette.types import ASGIApp, Message, Scope

from mcp_server.errors import StoreError
from mcp_server.operations.pages import (
    Pages,
    Published,
    Readiness,
    beside_endpoint,
    nothing_else,
    serves_metrics,
)
from mcp_server.settings import Settings, load
from mcp_server.store.interface import Store
from mcp_server.store.opening import open_chosen
from tests.operations.watched import NOW

HERE = [(b"host", b"127.0.0.1:8000")]
Headers = Sequence[tuple[bytes, bytes]]


async def asked(
    app: ASGIApp, path: str, headers: Headers = HERE, method: str = "GET"
) -> tuple[int, dict[bytes, bytes], bytes]:
    """Status, headers and body of a page."""
    sent: list[Message] = []

    async def receive() -> Message:
        raise AssertionError("no page reads a body")

    async def send(message: Message) -> None:
        sent.append(message)

    scope: Scope = {"type": "http", "path": path, "method": method, "headers": list(headers)}
    await app(scope, receive, send)
    return sent[0]["status"], dict(sent[0]["headers"]), sent[1]["body"]


def store_in(folder: Path) -> Store:
    return open_chosen(None, folder, lambda: NOW)


def pages(readiness: Readiness, published: Published | None = None) -> Pages:
    return Pages(nothing_else, readiness, published)


class Times:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Broken:
    """A store of which only one thing is asked."""

    def __init__(self) -> None:
        self.error: StoreError | None = StoreError("gone")
        self.asked = 0

    async def release_job(self, partition: str, job_id: str, owner: str) -> None:
        del partition, job_id, owner
        self.asked += 1
        if self.error is not None:
            raise self.error


class Hanging(Broken):
    """A store that does not answer."""

    async def release_job(self, partition: str, job_id: str, owner: str) -> None:
        del partition, job_id, owner
        await asyncio.Event().wait()


def readiness(store: object, settings: Settings | None = None, **more: object) -> Readiness:
    times = more.pop("monotonic", Times())
    return Readiness(store, settings or load(), monotonic=times, **more)  # type: ignore[arg-type] # parts of a store


async def test_alive_is_told_even_if_the_store_is_gone() -> None:
    status, _, body = await asked(pages(readiness(Broken())), "/healthz")
    assert (status, json.loads(body)) == (200, {"status": "alive"})


async def test_a_server_with_its_store_is_ready(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    settings = load(tokportal_api_key="sk_x")
    status, _, body = await asked(pages(readiness(store, settings)), "/readyz")
    await store.aclose()
    assert status == 200
    assert json.loads(body) == {"status": "ready", "store": "ok", "settings": "ok"}


async def test_a_folder_that_cannot_hold_a_store_is_no_readiness(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    store = store_in(tmp_path / "file")
    status, headers, body = await asked(pages(readiness(store)), "/readyz")
    await store.aclose()
    assert status == 503
    assert json.loads(body) == {"status": "not_ready", "reason": "store_unavailable"}
    assert headers[b"retry-after"] == b"5"


async def test_a_store_that_does_not_answer_is_told_as_slow() -> None:
    status, _, body = await asked(pages(readiness(Hanging(), patience_seconds=0.01)), "/readyz")
    found: JsonValue = json.loads(body)
    assert (status, found) == (503, {"status": "not_ready", "reason": "store_slow"})


async def test_a_server_that_stops_is_not_ready_and_asks_no_store() -> None:
    store = Broken()
    status, _, body = await asked(pages(readiness(store, stopping=lambda: True)), "/readyz")
    assert (status, json.loads(body)["reason"]) == (503, "stopping")
    assert store.asked == 0


async def test_readiness_comes_back_with_the_store_and_is_not_asked_too_often() -> None:
    store, times = Broken(), Times()
    page = pages(readiness(store, monotonic=times))
    assert [(await asked(page, "/readyz"))[0] for _ in range(3)] == [503, 503, 503]
    assert store.asked == 1
    store.error, times.now = None, 1.0
    assert (await asked(page, "/readyz"))[0] == 200
    assert store.asked == 2


@pytest.mark.parametrize(
    ("settings", "state"),
    [
        (load(), "tokportal_key_missing"),
        (load(local=True), "ok"),
        (load(allow_key_headers=True), "ok"),
    ],
)
async def test_a_missing_key_is_told_but_keeps_nobody_away(settings: Settings, state: str) -> None:
    store = Broken()
    store.error = None
    status, _, body = await asked(pages(readiness(store, settings)), "/readyz")
    assert (status, json.loads(body)["settings"]) == (200, state)


async def test_other_paths_and_methods_go_on() -> None:
    page = pages(readiness(Broken()))
    for path, method in (("/mcp", "GET"), ("/healthz", "POST"), ("/healthz/", "GET")):
        assert (await asked(page, path, method=method))[0] == 404


async def figures() -> bytes:
    return b"figures"


@pytest.mark.parametrize(
    ("settings", "host", "headers", "status"),
    [
        (load(), "127.0.0.1", HERE, 200),
        (load(), "::1", [(b"host", b"[::1]:8000")], 200),
        (load(), "127.0.0.1", [(b"host", b"localhost")], 200),
        # A page elsewhere whose name points here, and a proxy on this machine.
        (load(), "127.0.0.1", [(b"host", b"evil.example:8000")], 404),
        (load(), "127.0.0.1", [*HERE, (b"x-forwarded-for", b"9.9.9.9")], 404),
        (load(), "127.0.0.1", [], 404),
        (load(), "0.0.0.0", HERE, 404),  # noqa: S104 - the case that is refused
        (load(public_url="https://mcp.example.com"), "127.0.0.1", HERE, 404),
        (load(oauth_issuer="https://issuer.example"), "127.0.0.1", HERE, 404),
        (load(metrics="on"), "0.0.0.0", [(b"host", b"any")], 200),  # noqa: S104 - as asked for
        (load(metrics="off"), "127.0.0.1", HERE, 404),
        (load(metrics_port=9000), "127.0.0.1", HERE, 404),
    ],
)
async def test_figures_are_for_this_machine_unless_the_operator_says_otherwise(
    settings: Settings, host: str, headers: Headers, status: int
) -> None:
    published = Published(figures, "text/plain", beside_endpoint(settings, host))
    page = pages(readiness(Broken()), published)
    found, _, body = await asked(page, "/metrics", headers)
    assert found == status
    assert (body == b"figures") == (status == 200)


@pytest.mark.parametrize(("version", "allowed"), [("1.0", False), ("1.1", True)])
def test_a_proxy_that_tells_nothing_of_itself_is_known_by_its_version(
    version: str, *, allowed: bool
) -> None:
    scope: Scope = {"type": "http", "http_version": version, "headers": HERE}
    assert beside_endpoint(load(), "127.0.0.1")(scope) is allowed


def test_figures_are_collected_unless_they_are_off() -> None:
    assert serves_metrics(load())
    assert serves_metrics(load(metrics="off", metrics_port=0))
    assert not serves_metrics(load(metrics="off"))
