"""`make conformance`: the official suite, the Inspector and public clients against this server.

Exit status: 0 all as expected, 1 something failed, 2 nothing failed but a tool could not be had.
"""

import argparse
import shutil
import sys
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, cast

import mcp_server
from tests.conformance import inspector, suite, walks
from tests.conformance.report import Report
from tests.conformance.serving import TOKMETRICS, served
from tests.conformance.toolbox import NODE, PACKAGES, Toolbox, default_folder, fetched

_PARTS: Final = ("suite", "inspector", "clients")


def main() -> int:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(prog="make conformance", description=__doc__)
    parser.add_argument("--only", choices=_PARTS, help="one part alone")
    parser.add_argument("--write", action="store_true", help="write docs/conformance.md anew")
    parser.add_argument("--folder", type=Path, default=default_folder(), help="for the tools")
    options = parser.parse_args()
    only = cast("str | None", options.only)
    folder = cast("Path", options.folder).resolve()
    say(f"Tools and results: {folder}")
    box = fetched(folder)
    for tool in box.missing:
        say(f"NOT INSTALLED {tool}")
    # A world in which nothing has been refreshed yet.
    shutil.rmtree(folder / "data", ignore_errors=True)
    report = Report(_heading(), missing=box.missing)
    _run(box, folder, report, {only} if only else {*_PARTS})
    say(report.tables())
    for problem in report.problems():
        say(f"FAILED {problem}")
    for tool in box.missing:
        say(f"NOT RUN for want of {tool}")
    if cast("bool", options.write) and not only and not box.missing:
        report.write()
    if report.problems():
        return 1
    return 2 if box.missing else 0


def _run(box: Toolbox, folder: Path, report: Report, parts: set[str]) -> None:
    if "suite" in parts and box.node is not None:
        for verdict in suite.run(box, folder):
            say(f"suite: {verdict.entry} {verdict.revision}: {len(verdict.checks)} checks")
            report.verdicts.append(verdict)
    if not parts & {"inspector", "clients"}:
        return
    with ExitStack() as stack:
        addresses = {
            kind: stack.enter_context(
                served(
                    [TOKMETRICS, "serve", "--local", "--transport", kind, "--port", "0"],
                    folder,
                    folder / f"{kind}.log",
                )
            )
            for kind in ("http", "sse")
        }
        if "inspector" in parts and box.node is not None:
            for smoke in inspector.run(box, folder, addresses):
                say(f"Inspector: {smoke.transport} {smoke.era}: {smoke.passed} passed")
                report.smokes.append(smoke)
        if "clients" in parts:
            for walk in walks.run(box, folder, addresses):
                say(f"client: {walk.client}, {walk.transport}: {len(walk.failed)} steps failed")
                report.walks.append(walk)


def _heading() -> str:
    versions = ", ".join(
        f"{name.removeprefix('@modelcontextprotocol/')} {version}"
        for name, version in PACKAGES.items()
    )
    today = datetime.now(UTC).date()
    python = ".".join(map(str, sys.version_info[:3]))
    return (
        f"Run of {today}: Tokmetrics {mcp_server.__version__} on Python {python}, "
        f"{NODE.replace('-linux-x64@', ' ')}, {versions}."
    )


def say(text: str) -> None:
    """Write a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
