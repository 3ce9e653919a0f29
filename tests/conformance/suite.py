"""The official conformance suite, on the shipped server and on the test-only entry point."""

import json
import re
import shutil
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from tests.conformance.baseline import Baseline, read
from tests.conformance.process import ran
from tests.conformance.serving import FIXTURES, TOKMETRICS, served
from tests.conformance.toolbox import Toolbox

REVISIONS: Final = ("2025-11-25", "2026-07-28")
ENTRIES: Final = ("shipped", "fixtures")
_PACKAGE: Final = "@modelcontextprotocol/conformance"
_SECONDS: Final = 300
_SCORED: Final = re.compile(r"^server:\n((?:  - .*\n)+)", re.MULTILINE)
_FOLDER_NAME: Final = re.compile(r"server-(.+)-\d{4}-\d\d-\d\dT[\d-]+Z")
_HOLLOW: Final = re.compile(r"Unknown (?:tool|prompt)")


@dataclass(frozen=True, slots=True)
class Check:
    """One row of the suite's report."""

    scenario: str
    id: str
    status: str
    hollow: bool
    """Green, but what was to be checked is not there."""
    scored: bool

    @property
    def key(self) -> str:
        """The name of the check in a baseline."""
        return f"{self.scenario}:{self.id}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one run of the suite came to."""

    entry: str
    revision: str
    checks: tuple[Check, ...]
    scenarios: frozenset[str]
    exit_status: int
    problems: tuple[str, ...]
    expected: int
    """Entries of the baseline that were needed."""

    def count(self, *, scored: bool, passed: bool) -> int:
        """Return how many checks passed or failed."""
        return sum(
            check.scored == scored
            and (
                check.status == "SUCCESS" and not check.hollow
                if passed
                else check.status == "FAILURE"
            )
            for check in self.checks
        )


def run(box: Toolbox, folder: Path) -> Generator[Verdict]:
    """Run both revisions on both entry points."""
    for entry in ENTRIES:
        with _entry(entry, folder) as address:
            for revision in REVISIONS:
                yield _judged(box, folder, entry, revision, address)


@contextmanager
def _entry(entry: str, folder: Path) -> Generator[str]:
    if entry == "shipped":
        command = [TOKMETRICS, "serve", "--local", "--transport", "http", "--port", "0"]
    else:
        command = [*FIXTURES, str(folder / "data")]
    with served(command, folder, folder / f"{entry}.log") as address:
        yield address


def _judged(box: Toolbox, folder: Path, entry: str, revision: str, address: str) -> Verdict:
    baseline = read(entry, revision)
    out = folder / "suite" / f"{entry}-{revision}"
    shutil.rmtree(out, ignore_errors=True)
    command = [*box.script(_PACKAGE, "dist/index.js"), "server", "--url", address]
    command += ["--requirements", revision, "-o", str(out)]
    command += ["--expected-failures", str(baseline.path)]
    done = ran(command, seconds=_SECONDS)
    out.mkdir(parents=True, exist_ok=True)
    (out / "output.txt").write_text(done.said)
    checks = tuple(_checks(out, _scored(box, revision)))
    return Verdict(
        entry,
        revision,
        checks,
        frozenset(check.scenario for check in checks),
        done.status,
        tuple(_problems(done.out, checks, baseline, done.status)),
        len(baseline.failing) + len(baseline.vacuous),
    )


def _scored(box: Toolbox, revision: str) -> frozenset[str]:
    """Return the scenarios that a revision requires."""
    page = box.folder / "node_modules" / _PACKAGE / "requirements" / f"{revision}.yaml"
    match = _SCORED.search(page.read_text("utf-8"))
    assert match, page
    return frozenset(line.removeprefix("  - ") for line in match[1].splitlines())


def _checks(out: Path, scored: frozenset[str]) -> Generator[Check]:
    for file in sorted(out.glob("*/checks.json")):
        match = _FOLDER_NAME.fullmatch(file.parent.name)
        assert match, file.parent.name
        scenario = match[1]
        for row in cast("list[Mapping[str, object]]", json.loads(file.read_text())):
            status = str(row["status"])
            hollow = status == "SUCCESS" and bool(_HOLLOW.search(json.dumps(row.get("details"))))
            yield Check(scenario, str(row["id"]), status, hollow, scenario in scored)


def _problems(
    output: str, checks: tuple[Check, ...], baseline: Baseline, status: int
) -> Generator[str]:
    """Say what fails a run: unexpected failures, entries no longer needed, hollow greens."""
    if not checks:
        yield "The suite reported no check."
    if status:
        start = output.find("Stale baseline entries")
        unexpected = output.find("Unexpected failures")
        begin = min((place for place in (start, unexpected) if place >= 0), default=-800)
        yield output[begin:].strip()
    hollow = {check.key for check in checks if check.hollow}
    yield from (
        f"green without what it checks: {key}" for key in sorted(hollow - {*baseline.vacuous})
    )
    yield from (f"no longer vacuous: {key}" for key in sorted({*baseline.vacuous} - hollow))
