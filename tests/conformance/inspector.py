"""A smoke test with the MCP Inspector's command line: three transports, two eras."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.conformance.process import ran
from tests.conformance.serving import TOKMETRICS, environment
from tests.conformance.toolbox import Toolbox

_PACKAGE: Final = "@modelcontextprotocol/inspector"
_SECONDS: Final = 60
ERAS: Final = ("legacy", "modern")
_FAILED_CALL: Final = 5
_ACCOUNT: Final = "demo.firststeps"

_ASKED: Final[tuple[tuple[tuple[str, ...], str, int], ...]] = (
    (("tools/list",), "refreshAccountAnalyticsAndWait", 0),
    (("tools/call", "--tool-name", "listAccounts"), _ACCOUNT, 0),
    (("resources/list",), "tokportal://accounts", 0),
    (("resources/read", "--uri", "tokportal://accounts"), "provenance", 0),
    (("prompts/list",), "account_health_report", 0),
    (
        (
            "prompts/get",
            "--prompt-name",
            "account_health_report",
            "--prompt-args",
            f"account={_ACCOUNT}",
        ),
        _ACCOUNT,
        0,
    ),
    (
        ("tools/call", "--tool-name", "getAccountAnalytics", "--tool-arg", "account_id=nobody"),
        "NOT_FOUND_ACCOUNT",
        _FAILED_CALL,
    ),
)
"""Method and options, a word that has to be in the answer, and the exit status."""


@dataclass(frozen=True, slots=True)
class Smoke:
    """How one transport did in one era."""

    transport: str
    era: str
    passed: int
    failed: tuple[str, ...]


def run(box: Toolbox, folder: Path, addresses: dict[str, str]) -> Generator[Smoke]:
    """Ask everything over every transport in every era."""
    for transport in ("stdio", *addresses):
        for era in ERAS:
            target = _target(transport, folder, addresses)
            failed = [
                trouble
                for asked, word, status in _ASKED
                if (trouble := _ask(box, [*target, "--protocol-era", era], asked, word, status))
            ]
            yield Smoke(transport, era, len(_ASKED) - len(failed), tuple(failed))


def _target(transport: str, folder: Path, addresses: dict[str, str]) -> list[str]:
    if transport != "stdio":
        return ["--transport", transport, "--server-url", addresses[transport]]
    settings = [
        part
        for name, value in environment(folder).items()
        if name.startswith(("TOKMETRICS_", "PYTHONPATH"))
        for part in ("-e", f"{name}={value}")
    ]
    return [TOKMETRICS, "serve", "--local", *settings]


def _ask(
    box: Toolbox, target: Sequence[str], asked: Sequence[str], word: str, status: int
) -> str | None:
    command = [*box.script(_PACKAGE, "clients/launcher/build/index.js"), "--cli", *target]
    command += ["--format", "json", "--method", *asked]
    path = f"{box.node and box.node.parent}:/usr/bin:/bin"
    done = ran(command, seconds=_SECONDS, env={**environment(box.folder), "PATH": path})
    if done.status == status and word in done.said:
        return None
    return f"{' '.join(asked)}: exit {done.status}, {done.last_line[-300:]}"
