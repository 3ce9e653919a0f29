"""The refusal of every connection and every look-up that would leave this machine."""

import ipaddress
import sys
from typing import Final, cast

import pytest

_HOST_IN: Final = {
    # Audit event -> where among its arguments the host or the address stands.
    "socket.connect": 1,
    "socket.sendto": 1,
    "socket.sendmsg": 1,
    "socket.getaddrinfo": 0,
    "socket.gethostbyname": 0,
    "socket.gethostbyaddr": 0,
    "socket.getnameinfo": 0,
}


class NetworkRefusedError(Exception):
    """A test tried to leave this machine. No `OSError`, which clients rightly translate."""


class NetworkGuard:
    """Refuses names and addresses outside loopback, below asyncio and every library.

    Attributes:
        on: Whether it refuses.
        refused: What it has refused, for tests whose code swallowed the exception.
    """

    def __init__(self) -> None:
        self.on = False
        self.refused: list[str] = []

    def install(self) -> None:
        """Watch until the interpreter ends.

        An audit hook sees what monkeypatching misses: C code, other threads, `_socket`.
        """
        sys.addaudithook(self._watch)

    def complain(self) -> None:
        """Fail the running test for what was refused since the last complaint."""
        refused = "; ".join(self.refused)
        self.refused.clear()
        if refused:
            pytest.fail(f"Tests have no network, but this one tried: {refused}")

    def _watch(self, event: str, arguments: tuple[object, ...]) -> None:
        if not self.on or event not in _HOST_IN:
            return
        host = arguments[_HOST_IN[event]]
        if isinstance(host, tuple):  # an address: host, port and perhaps more
            host = cast("tuple[object, ...]", host)[0]
        elif not event.startswith("socket.get"):
            return  # the path of a Unix socket, or a socket that is connected already
        if not _stays_here(host):
            attempt = f"{event} to {host!r}"
            self.refused.append(attempt)
            raise NetworkRefusedError(f"Tests have no network: {attempt} was refused")


def _stays_here(host: object) -> bool:
    name = host.decode() if isinstance(host, bytes) else str(host or "localhost")
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name.partition("%")[0]).is_loopback
    except ValueError:
        return False
