"""A real redis-server of the tests, on a port of its own and without files."""

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Protocol, cast

import pytest
import redis

PROGRAM: Final = os.environ.get("REDIS_SERVER", "redis-server")
MISSING: Final = (
    "redis-server is not installed, so nothing was tried on Redis "
    "(Debian and Ubuntu: apt install redis-server)"
)
_READY: Final = "Ready to accept connections"


class _Client(Protocol):
    def execute_command(self, *words: str | int) -> object: ...
    def close(self) -> None: ...


class _Library(Protocol):
    def from_url(self, url: str) -> _Client: ...


class RedisServer:
    """One server process, which may be paused, killed and started again on its port.

    Attributes:
        url: Where it is.
    """

    def __init__(self, program: str, folder: Path, *options: str) -> None:
        self._program = program
        self._folder = folder
        self._options = options
        self._port = _free_port()
        self._process: subprocess.Popen[str] | None = None
        self.url = f"redis://127.0.0.1:{self._port}/0"

    def start(self) -> None:
        """Start it and wait until it answers."""
        process = subprocess.Popen(  # noqa: S603 - our own arguments
            [
                *(self._program, "--port", str(self._port), "--bind", "127.0.0.1"),
                *("--save", "", "--appendonly", "no", "--dir", str(self._folder)),
                *self._options,
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout
        said: list[str] = []
        for line in process.stdout:
            said.append(line)
            if _READY in line:
                break
        else:
            process.wait()
            process.stdout.close()
            pytest.fail(f"redis-server did not start: {''.join(said)}")
        self._process = process

    def pause(self) -> None:
        """Let it accept connections and answer nothing."""
        assert self._process
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """End a pause, if there is one."""
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """End it at once; what it held is gone, unless its options say otherwise."""
        if self._process is not None:
            assert self._process.stdout
            self._process.kill()
            self._process.wait()
            self._process.stdout.close()
            self._process = None

    def ask(self, *command: str | int) -> object:
        """Send one command past the store."""
        client = cast("_Library", redis.Redis).from_url(self.url)
        try:
            return client.execute_command(*command)
        finally:
            client.close()

    def text(self, key: str) -> str:
        """Return what a key holds."""
        return cast("bytes", self.ask("GET", key)).decode()

    def members(self, key: str) -> list[str]:
        """Return what a sorted set holds."""
        return [one.decode() for one in cast("list[bytes]", self.ask("ZRANGE", key, 0, -1))]

    def empty(self) -> None:
        """Drop everything in it."""
        self.ask("FLUSHALL")

    def names(self) -> set[str]:
        """Return the names of all keys."""
        return {key.decode() for key in cast("list[bytes]", self.ask("KEYS", "*"))}


def backends() -> list[str]:
    """Return the kinds of store that can be tried; where Redis has to be there, it is one."""
    return ["sqlite", "redis"] if _is_expected() else ["sqlite"]


def need_redis() -> None:
    """Skip a module that is about nothing else, if there is no server."""
    if not _is_expected():
        pytest.skip(MISSING, allow_module_level=True)


def _is_expected() -> bool:
    return shutil.which(PROGRAM) is not None or bool(os.environ.get("CI"))


@contextmanager
def running(folder: Path, *options: str) -> Generator[RedisServer]:
    """Run a server for a block."""
    program = shutil.which(PROGRAM)
    if program is None:
        pytest.fail(MISSING)
    server = RedisServer(program, folder, *options)
    server.start()
    try:
        yield server
    finally:
        server.kill()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port
