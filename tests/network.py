"""The refusal of every connection and every look-up that would leave this machine."""

import ipaddress
import socket
from collections.abc import Callable
from functools import wraps
from typing import Final, cast

import pytest

_METHODS: Final = {"connect": 1, "connect_ex": 1, "sendto": 2, "sendmsg": 4}
"""Methods of a socket, and how many arguments they have at least where one is an address."""
_LOOKUPS: Final = (
    "getaddrinfo",
    "gethostbyname",
    "gethostbyname_ex",
    "gethostbyaddr",
    "getnameinfo",
)


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

        Not by an audit hook: it would run within each `sys.settrace` too, which coverage has every
        new thread call. CPython 3.11 bears no two at once, and the second thread dies unheard.
        """
        for name, least in _METHODS.items():
            setattr(socket.socket, name, self._method(getattr(socket.socket, name), least))
        for name in _LOOKUPS:
            setattr(socket, name, self._lookup(getattr(socket, name)))

    def complain(self) -> None:
        """Fail the running test for what was refused since the last complaint."""
        refused = "; ".join(self.refused)
        self.refused.clear()
        if refused:
            pytest.fail(f"Tests have no network, but this one tried: {refused}")

    def _method(self, call: Callable[..., object], least: int) -> Callable[..., object]:
        @wraps(call)
        def guarded(sock: socket.socket, *arguments: object) -> object:
            # The path of a Unix socket is no address, and a connected socket wants none.
            if len(arguments) >= least and isinstance(address := arguments[-1], tuple):
                host = cast("tuple[object, ...]", address)[0]
                self._watch(f"socket.{call.__name__}", host)
            return call(sock, *arguments)

        return guarded

    def _lookup(self, call: Callable[..., object]) -> Callable[..., object]:
        @wraps(call)
        def guarded(*arguments: object, **named: object) -> object:
            host = arguments[0] if arguments else named.get("host")
            if isinstance(host, tuple):
                host = cast("tuple[object, ...]", host)[0]
            self._watch(f"socket.{call.__name__}", host)
            return call(*arguments, **named)

        return guarded

    def _watch(self, event: str, host: object) -> None:
        if self.on and not _stays_here(host):
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
