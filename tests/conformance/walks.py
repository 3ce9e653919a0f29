"""Public clients, each walked through the same steps over each transport it speaks."""

import itertools
import json
import shutil
import sys
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from tests.conformance.process import Ran, ran
from tests.conformance.serving import TOKMETRICS, environment
from tests.conformance.toolbox import FASTMCP, OLD_SDKS, PACKAGES, Toolbox

_SCRIPTS: Final = Path(__file__).parent / "clients"
_SECONDS: Final = 90
_OLD: Final = "2024-11-05"
_LEGACY: Final = "2025-11-25"
_MODERN: Final = "2026-07-28"
_STDIO_ONLY_AND_SSE: Final = "1.6.0"
"""Has no Streamable HTTP yet."""
_NEGOTIATED: Final = {"1.6.0": _OLD, "1.13.1": "2025-06-18"}


@dataclass(frozen=True, slots=True)
class Walk:
    """How one client did over one transport."""

    client: str
    transport: str
    version: str
    failed: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Client:
    name: str
    command: tuple[str, ...]
    mode: str
    version: str
    transports: tuple[str, ...] = ("stdio", "http", "sse")


def run(box: Toolbox, folder: Path, addresses: Mapping[str, str]) -> Generator[Walk]:
    """Walk every client that could be installed."""
    turns = itertools.count()
    for client in _clients(box):
        for transport in client.transports:
            yield _walk(client, transport, folder, addresses, next(turns))
    if box.fastmcp is not None:
        for transport in ("stdio", "http", "sse"):
            yield _fastmcp(box.fastmcp, transport, folder, addresses)


def _clients(box: Toolbox) -> Generator[_Client]:
    # First: they cannot hang up at once, so each wants an account that nobody has refreshed yet.
    for sdk in OLD_SDKS:
        if sdk in box.pythons:
            yield _Client(
                f"Python SDK {sdk}",
                (str(box.pythons[sdk]), str(_SCRIPTS / "veteran")),
                "",
                _NEGOTIATED.get(sdk, _LEGACY),
                ("stdio", "sse") if sdk == _STDIO_ONLY_AND_SSE else ("stdio", "http", "sse"),
            )
    if box.node is not None:
        # Packages are looked for beside the script.
        for script in _SCRIPTS.glob("*.mjs"):
            shutil.copy(script, box.folder)
        node = str(box.node)
        modern = (node, str(box.folder / "modern.mjs"))
        name = f"TypeScript client {PACKAGES['@modelcontextprotocol/client']}"
        for mode, version in (("auto", _MODERN), ("pinned", _MODERN), ("old", _OLD)):
            yield _Client(f"{name}, {mode}", modern, mode, version)
        name = f"TypeScript SDK {PACKAGES['@modelcontextprotocol/sdk']}"
        yield _Client(name, (node, str(box.folder / "classic.mjs")), "", _LEGACY)
    for mode, version in (("legacy", _LEGACY), ("auto", _MODERN)):
        current = (sys.executable, str(_SCRIPTS / "current.py"))
        yield _Client(f"Python SDK of this environment, {mode}", current, mode, version)


def _walk(
    client: _Client, transport: str, folder: Path, addresses: Mapping[str, str], turn: int
) -> Walk:
    server = {"command": TOKMETRICS, "args": ["serve", "--local"], "env": environment(folder)}
    target = {
        "transport": transport,
        "url": addresses.get(transport, ""),
        "server": server,
        "mode": client.mode,
        "version": client.version,
        "turn": turn,
    }
    env = {**environment(folder), "CONFORMANCE_TARGET": json.dumps(target)}
    # An old SDK must not find the new one.
    env.pop("PYTHONPATH", None)
    done = ran(client.command, seconds=_SECONDS, env=env)
    try:
        said = cast("Mapping[str, object]", json.loads(done.out.splitlines()[-1]))
    except (ValueError, IndexError):
        return Walk(client.name, transport, "none", {"everything": done.last_line})
    failed = cast("Mapping[str, str]", said["failed"])
    return Walk(client.name, transport, str(said["version"]), failed)


def _fastmcp(program: Path, transport: str, folder: Path, addresses: Mapping[str, str]) -> Walk:
    if transport == "stdio":
        # Of this environment, nothing reaches a server that it starts.
        given = " ".join(
            f"{name}={value}"
            for name, value in environment(folder).items()
            if name.startswith(("TOKMETRICS_", "PYTHONPATH"))
        )
        target = ["--command", f"/usr/bin/env {given} {TOKMETRICS} serve --local"]
    else:
        target = [addresses[transport], "--transport", transport]

    def ask(verb: str, *more: str) -> Ran:
        return ran([str(program), verb, *target, *more, "--json"], seconds=_SECONDS, env=env)

    env = environment(folder)
    env.pop("PYTHONPATH", None)
    expected: Mapping[str, tuple[Ran, int, str]] = {
        "list": (ask("list"), 0, "refreshAccountAnalyticsAndWait"),
        "structured result": (ask("call", "--target", "listAccounts"), 0, "account_id"),
        "template": (ask("call", "--target", "tokportal://accounts"), 0, "provenance"),
        "tool error": (
            ask(
                "call",
                "--target",
                "getAccountAnalytics",
                "--input-json",
                '{"account_id": "nobody"}',
            ),
            1,
            "NOT_FOUND_ACCOUNT",
        ),
    }
    failed = {
        name: f"exit {done.status}: {done.last_line[-300:]}"
        for name, (done, status, word) in expected.items()
        if done.status != status or word not in done.said
    }
    return Walk(f"fastmcp {FASTMCP}, command line", transport, "not told", failed)
