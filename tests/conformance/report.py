"""What a run came to, as the tables of docs/conformance.md."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.conformance.inspector import Smoke
from tests.conformance.suite import Verdict
from tests.conformance.walks import Walk

PAGE: Final = Path(__file__).parents[2] / "docs" / "conformance.md"
_PART: Final = re.compile(r"(<!-- generated: run -->\n).*?(<!-- end: run -->)", re.DOTALL)


@dataclass(slots=True)
class Report:
    """Everything that was found."""

    heading: str
    verdicts: list[Verdict] = field(default_factory=list[Verdict])
    smokes: list[Smoke] = field(default_factory=list[Smoke])
    walks: list[Walk] = field(default_factory=list[Walk])
    missing: Sequence[str] = ()

    def problems(self) -> list[str]:
        """Return what keeps the run from being a success, tools that are missing aside."""
        return [
            *(
                f"{one.entry} {one.revision}: {text}"
                for one in self.verdicts
                for text in one.problems
            ),
            *(
                f"Inspector, {one.transport} {one.era}: {text}"
                for one in self.smokes
                for text in one.failed
            ),
            *(
                f"{one.client}, {one.transport}: {step}: {text}"
                for one in self.walks
                for step, text in one.failed.items()
            ),
        ]

    def tables(self) -> str:
        """Return the tables."""
        return "\n".join(
            [self.heading, "", *self._suite(), "", *self._inspector(), "", *self._clients()]
        )

    def _suite(self) -> list[str]:
        columns = ("server", "requirements", "scenarios", "passed", "failed")
        more = ("unscored passed", "unscored failed", "baseline", "result")
        lines = [f"| {' | '.join((*columns, *more))} |", f"|{'---|' * len((*columns, *more))}"]
        for one in self.verdicts:
            counts = [
                str(one.count(scored=scored, passed=passed))
                for scored in (True, False)
                for passed in (True, False)
            ]
            cells = [one.entry, one.revision, str(len(one.scenarios)), *counts, str(one.expected)]
            lines.append(f"| {' | '.join(cells)} | {'FAILED' if one.problems else 'as expected'} |")
        return lines

    def _inspector(self) -> list[str]:
        lines = ["| Inspector over | era | passed | failed |", "|---|---|---|---|"]
        lines += [
            f"| {one.transport} | {one.era} | {one.passed} | {len(one.failed)} |"
            for one in self.smokes
        ]
        return lines

    def _clients(self) -> list[str]:
        lines = ["| client | transport | negotiated | failed steps |", "|---|---|---|---|"]
        lines += [
            f"| {one.client} | {one.transport} | {one.version} "
            f"| {', '.join(one.failed) or 'none'} |"
            for one in self.walks
        ]
        return lines

    def write(self) -> None:
        """Put the tables into the documentation."""
        text = PAGE.read_text("utf-8")
        PAGE.write_text(
            _PART.sub(lambda part: f"{part[1]}{self.tables()}\n{part[2]}", text), "utf-8"
        )
