"""The processes of the proof: Redis, the upstream, the servers and nginx, on free ports."""

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import httpx2

from benchmarks.replicas import proxy
from mcp_server.auth.tokens import hash_line

TOKEN: Final = "tokm_proof"  # noqa: S105 - of servers that live for minutes, on loopback
KEY: Final = "sk_proof"
_START_SECONDS: Final = 60.0
_LOOK_SECONDS: Final = 0.05
_AUTH: Final = f"""\
[[tokens]]
name = "proof"
hash = "{hash_line(TOKEN)}"
scopes = ["read", "refresh"]
requests_per_minute = 1000000
"""


class MissingError(Exception):
    """A program that the proof needs is not installed, or did not start."""


def free_port() -> int:
    """Return a port that nobody uses."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


@dataclass
class Site:
    """Everything that runs.

    Attributes:
        folder: Where all files of the run are.
        servers: How many servers.
        refresh_seconds: How long the upstream collects.
        upstream_port: Where the upstream is.
        public_port: Where nginx is.
    """

    folder: Path
    servers: int
    refresh_seconds: float
    redis_port: int = field(default_factory=free_port)
    upstream_port: int = field(default_factory=free_port)
    public_port: int = field(default_factory=free_port)
    _ports: list[int] = field(default_factory=list[int])
    _running: dict[str, subprocess.Popen[bytes]] = field(
        default_factory=dict[str, subprocess.Popen[bytes]]
    )

    @property
    def endpoint(self) -> str:
        """Where clients go."""
        return f"http://127.0.0.1:{self.public_port}/mcp"

    @property
    def upstream(self) -> str:
        """Where the upstream is."""
        return f"http://127.0.0.1:{self.upstream_port}/api"

    @property
    def store(self) -> str:
        """The address of the shared store."""
        return f"redis://127.0.0.1:{self.redis_port}/0"

    def direct(self, number: int) -> str:
        """Return the endpoint of one server, past nginx."""
        return f"http://127.0.0.1:{self._ports[number]}/mcp"

    async def start(self) -> None:
        """Start everything and wait until it answers.

        Raises:
            MissingError: A program is not there, or does not answer.
        """
        self._start_redis()
        program = [sys.executable, "-m", "benchmarks.replicas.upstream", str(self.folder)]
        self._run("upstream", [*program, str(self.upstream_port), str(self.refresh_seconds)])
        (self.folder / "auth.toml").write_text(_AUTH, "utf-8")
        (self.folder / "auth.toml").chmod(0o600)
        self._ports = [free_port() for _ in range(self.servers)]
        for number in range(self.servers):
            self.start_server(number)
        self._start_nginx()
        await self.answers(self.upstream_port, "/api/v1/analytics/platform-stats")
        for port in self._ports:
            await self.answers(port, "/mcp")
        await self.answers(self.public_port, "/mcp")

    def start_server(self, number: int) -> None:
        """Start one of the servers."""
        data = self.folder / f"server-{number + 1}"
        data.mkdir(exist_ok=True)
        name = f"server-{number + 1}"
        port = str(self._ports[number])
        program = str(Path(sys.executable).with_name("tokmetrics"))
        command = [program, "serve", "--transport", "http", "--port", port]
        self._run(name, command, self._settings(data))

    def kill_server(self, number: int) -> None:
        """End one at once, without a word."""
        process = self._running[f"server-{number + 1}"]
        process.kill()
        process.wait()

    def resident_mb(self, number: int) -> float:
        """Return how much memory a server holds."""
        status = Path(f"/proc/{self._running[f'server-{number + 1}'].pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024

    def cpu_seconds(self) -> dict[str, float]:
        """Return what each running process has used."""
        ticks = os.sysconf("SC_CLK_TCK")
        used: dict[str, float] = {}
        for name, process in self._running.items():
            path = Path(f"/proc/{process.pid}/stat")
            if process.poll() is None and path.exists():
                fields = path.read_text().rpartition(")")[2].split()
                used[name] = (int(fields[11]) + int(fields[12])) / ticks
        return used

    def stop(self) -> None:
        """End everything that this started."""
        for process in reversed([*self._running.values()]):
            process.terminate()
        for process in self._running.values():
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    async def answers(self, port: int, path: str) -> None:
        """Wait until a port answers anything at all.

        Raises:
            MissingError: It did not within a minute.
        """
        until = time.monotonic() + _START_SECONDS
        async with httpx2.AsyncClient() as http:
            while time.monotonic() < until:
                try:
                    found = await http.get(f"http://127.0.0.1:{port}{path}")
                except httpx2.TransportError:
                    await asyncio.sleep(_LOOK_SECONDS)
                    continue
                if found.status_code < httpx2.codes.BAD_GATEWAY:
                    return
                await asyncio.sleep(_LOOK_SECONDS)
        raise MissingError(f"nothing answered on port {port}; see {self.folder}")

    def _settings(self, data: Path) -> Mapping[str, str]:
        return {
            "HOME": str(data),
            "TOKMETRICS_DATA_DIR": str(data),
            "TOKMETRICS_STORE": self.store,
            "TOKMETRICS_AUTH_FILE": str(self.folder / "auth.toml"),
            "TOKMETRICS_PUBLIC_URL": f"http://127.0.0.1:{self.public_port}",
            "TOKMETRICS_MAX_OPEN_REQUESTS_PER_CLIENT": "1000",
            "TOKMETRICS_MAX_SESSIONS": "10000",
            "TOKPORTAL_API_KEY": KEY,
            "TOKPORTAL_BASE_URL": f"{self.upstream}/ext",
            "TOKLYTICS_BASE_URL": f"{self.upstream}/v1",
        }

    def _start_redis(self) -> None:
        program = _found("redis-server")
        folder = self.folder / "redis"
        folder.mkdir(exist_ok=True)
        options = ["--port", str(self.redis_port), "--bind", "127.0.0.1", "--save", ""]
        options += ["--appendonly", "yes", "--dir", str(folder)]
        self._run("redis", [program, *options, "--maxmemory-policy", "noeviction"])

    def _start_nginx(self) -> None:
        folder = self.folder / "nginx"
        folder.mkdir(exist_ok=True)
        addresses = [f"127.0.0.1:{port}" for port in self._ports]
        main = proxy.write(folder, self.public_port, addresses)
        self._run("nginx", [_found("nginx"), "-p", str(folder), "-c", str(main)])

    def _run(
        self, name: str, command: Sequence[str], settings: Mapping[str, str] | None = None
    ) -> None:
        kept = {key: os.environ[key] for key in ("PATH", "PYTHONPATH") if key in os.environ}
        with (self.folder / f"{name}.log").open("ab") as log:
            self._running[name] = subprocess.Popen(  # noqa: S603 - our own words
                command, env={**kept, **(settings or {})}, stdout=log, stderr=log
            )


def _found(name: str) -> str:
    path = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
    if path is None:
        raise MissingError(f"{name} is not installed (Debian: apt install {name})")
    return path
