"""The guard of conftest.py works, also below asyncio. Nothing here sends a packet."""

import asyncio
import socket
from contextlib import suppress

import pytest

from tests.network import NetworkGuard, NetworkRefusedError

OUTSIDE = "192.0.2.1"  # TEST-NET-1 of RFC 5737: belongs to nobody
NAME = "example.invalid"  # RFC 2606: never resolves


def test_connecting_to_another_machine_is_refused(network_guard: NetworkGuard) -> None:
    with socket.socket() as sock, pytest.raises(NetworkRefusedError, match=OUTSIDE):
        sock.connect((OUTSIDE, 9))
    assert network_guard.refused == ["socket.connect to '192.0.2.1'"]
    network_guard.refused.clear()


def test_a_datagram_to_another_machine_is_refused(network_guard: NetworkGuard) -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as sock, pytest.raises(NetworkRefusedError):
        sock.sendto(b"hello", (OUTSIDE, 9))
    network_guard.refused.clear()


def test_looking_up_a_name_is_refused(network_guard: NetworkGuard) -> None:
    with pytest.raises(NetworkRefusedError, match=NAME):
        socket.getaddrinfo(NAME, 443)
    with pytest.raises(NetworkRefusedError, match=NAME):
        socket.gethostbyname(NAME)
    network_guard.refused.clear()


@pytest.mark.parametrize("host", [NAME, OUTSIDE, "2001:db8::1"])
async def test_asyncio_connects_to_no_other_machine(network_guard: NetworkGuard, host: str) -> None:
    with pytest.raises(NetworkRefusedError, match=host):
        await asyncio.open_connection(host, 443)
    network_guard.refused.clear()


def test_a_refusal_that_was_swallowed_fails_the_test_all_the_same(
    network_guard: NetworkGuard,
) -> None:
    with suppress(NetworkRefusedError):
        socket.gethostbyname(NAME)
    with pytest.raises(pytest.fail.Exception, match=NAME):
        network_guard.complain()


async def test_loopback_is_open() -> None:
    server = await asyncio.start_server(lambda _, writer: writer.close(), "localhost", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        reader, writer = await asyncio.open_connection("localhost", port)
        assert await reader.read() == b""
        writer.close()
        await writer.wait_closed()


def test_sockets_of_the_unix_family_are_open() -> None:
    with socket.socket(socket.AF_UNIX) as sock, pytest.raises(FileNotFoundError):
        sock.connect("/no/such/socket")
