"""What one request, client or connection may take up, told over real sockets."""

import asyncio
from contextlib import suppress

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from mcp_server.settings import Settings, load
from mcp_server.transports.limits import Admission, Limited, Limits
from tests.transports.raw import PATIENCE_SECONDS, SOON, Door, Held, behind

GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
CLOSING = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
CHUNKED = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"


def post(length: int, *headers: bytes) -> bytes:
    lines = [b"POST / HTTP/1.1", b"Host: x", b"Content-Length: %d" % length, *headers]
    return b"\r\n".join(lines) + b"\r\n\r\n"


def limited(app: ASGIApp, settings: Settings) -> ASGIApp:
    return Limited(app, Admission(Limits.of(settings)))


@pytest.mark.parametrize("sent", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: x\r\nA: "])
async def test_headers_that_do_not_come_end_the_connection(sent: bytes) -> None:
    async with (
        behind(Held(), load(header_timeout_seconds=SOON)) as door,
        door.connected() as connection,
    ):
        await connection.send(sent)
        assert (await connection.rest()).startswith(b"HTTP/1.1 408 ")


async def test_headers_that_come_in_drops_have_one_deadline() -> None:
    async with (
        behind(Held(), load(header_timeout_seconds=SOON)) as door,
        door.connected() as connection,
        asyncio.timeout(PATIENCE_SECONDS),
    ):
        # What is sent into a closed connection is answered by a reset.
        with suppress(ConnectionError):
            while not connection.reader.at_eof():
                await connection.send(b"a")
                await asyncio.sleep(0)


async def test_a_second_request_has_the_same_deadline_for_its_headers() -> None:
    held = Held()
    held.release.set()
    async with (
        behind(held, load(header_timeout_seconds=SOON)) as door,
        door.connected() as connection,
    ):
        await connection.send(GET)
        assert "204" in await connection.head()
        await connection.send(b"GET / HTTP/1.1\r\n")
        assert (await connection.rest()).startswith(b"HTTP/1.1 408 ")


async def test_a_request_with_headers_in_time_may_take_longer_than_that_to_answer() -> None:
    held = Held()
    async with (
        behind(held, load(header_timeout_seconds=SOON)) as door,
        door.connected() as slow,
    ):
        await slow.send(GET)
        await held.busy(1)
        async with door.connected() as other:
            assert b" 408 " in await other.rest()
        held.release.set()
        assert "204" in await slow.head()


async def test_a_body_that_does_not_come_is_not_waited_for() -> None:
    held, settings = Held(), load(body_timeout_seconds=SOON)
    async with behind(limited(held, settings), settings) as door:
        answer = await door.asked(post(10) + b"half")
    assert answer.startswith("http/1.1 408 ")
    assert answer.endswith('{"error":"body_too_slow"}')
    assert held.bodies == []


async def test_a_whole_body_within_the_limits_is_passed_on() -> None:
    held, settings = Held(), load(max_body_bytes=1024)
    held.release.set()
    async with behind(limited(held, settings), settings) as door:
        answer = await door.asked(post(1024, b"Connection: close") + b"x" * 1024)
    assert answer.startswith("http/1.1 204 ")
    assert held.bodies == [b"x" * 1024]


@pytest.mark.parametrize(
    "request_", [post(1025), CHUNKED + b"401\r\n" + b"x" * 1025 + b"\r\n", post(10**12)]
)
async def test_a_body_that_is_too_large_is_refused_however_it_comes(request_: bytes) -> None:
    held, settings = Held(), load(max_body_bytes=1024)
    async with behind(limited(held, settings), settings) as door:
        answer = await door.asked(request_)
    assert answer.startswith("http/1.1 413 ")
    assert held.bodies == []


async def test_too_many_headers_are_refused() -> None:
    held, settings = Held(), load(max_headers=10)
    held.release.set()
    async with behind(limited(held, settings), settings) as door:
        fine = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + b"A: b\r\n" * 8 + b"\r\n"
        assert (await door.asked(fine)).startswith("http/1.1 204 ")
        assert (
            await door.asked(b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 10 + b"\r\n")
        ).startswith("http/1.1 431 ")


async def test_headers_that_are_too_long_are_refused_even_if_they_come_at_once() -> None:
    held, settings = Held(), load(max_header_bytes=4096)
    async with behind(limited(held, settings), settings) as door:
        answer = await door.asked(b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"b" * 5000 + b"\r\n\r\n")
    # The parser's own refusal is 400, where it sees them unfinished.
    assert answer.startswith(("http/1.1 431 ", "http/1.1 400 "))
    assert held.bodies == []


async def test_a_client_that_reads_nothing_is_cut_off() -> None:
    gone = asyncio.Event()

    async def endless(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise RuntimeError("no lifespan")
        await receive()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        more = {"type": "http.response.body", "body": b"x" * 2**20, "more_body": True}

        async def leaves() -> None:
            await receive()
            gone.set()

        listening = asyncio.create_task(leaves())
        while not listening.done():
            await send(more)
            await asyncio.sleep(0)

    settings = load(write_timeout_seconds=SOON)
    async with (
        behind(limited(endless, settings), settings) as door,
        door.connected(buffer=1024) as connection,
    ):
        connection.writer.transport.pause_reading()  # type: ignore[attr-defined] # a socket's
        await connection.send(GET)
        async with asyncio.timeout(PATIENCE_SECONDS):
            await gone.wait()


async def test_a_request_too_many_gets_a_503_and_the_next_one_is_taken() -> None:
    held, settings = Held(), load(max_open_requests=2)
    async with (
        behind(limited(held, settings), settings) as door,
        door.connected() as one,
        door.connected() as two,
        door.connected() as three,
    ):
        await one.send(GET)
        await two.send(GET)
        await held.busy(2)
        await three.send(GET)
        head = await three.head()
        assert head.startswith("http/1.1 503 ")
        assert "\r\nretry-after: 1\r\n" in head
        held.release.set()
        assert "204" in await one.head()
        assert "204" in await two.head()
        async with door.connected() as four:
            await four.send(GET)
            assert "204" in await four.head()


async def test_one_client_cannot_take_the_place_of_another() -> None:
    held, settings = Held(), load(max_open_requests_per_client=1)

    def by(token: bytes) -> bytes:
        return b"GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n" % token

    async with (
        behind(limited(held, settings), settings) as door,
        door.connected() as one,
        door.connected() as same,
        door.connected() as other,
    ):
        await one.send(by(b"a"))
        await held.busy(1)
        # The same token for the gate, written otherwise.
        await same.send(by(b"  a").replace(b"Bearer", b"bEARER"))
        head = await same.head()
        assert head.startswith("http/1.1 429 ")
        assert "\r\nretry-after: 1\r\n" in head
        await other.send(by(b"b"))
        await held.busy(1)
        held.release.set()
        assert "204" in await other.head()


async def test_a_connection_too_many_gets_a_503() -> None:
    held = Held()
    async with behind(held, load(max_connections=1)) as door, door.connected() as one:
        await one.send(GET)
        await held.busy(1)
        async with door.connected() as two:
            assert (await two.rest()).startswith(b"HTTP/1.1 503 ")
        held.release.set()
        assert "204" in await one.head()


async def test_a_server_that_stops_takes_no_new_work_and_ends_what_runs() -> None:
    held, settings = Held(), load()
    admission = Admission(Limits.of(settings))
    async with behind(Limited(held, admission), settings) as door, door.connected() as one:
        await one.send(GET)
        await held.busy(1)
        admission.stop()
        assert await _status(door) == "503"
        held.release.set()
        assert "204" in await one.head()
    assert admission.is_stopping


async def _status(door: Door) -> str:
    async with door.connected() as connection:
        await connection.send(GET)
        return (await connection.head()).split()[1]
