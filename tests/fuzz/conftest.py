"""The number of calls that were made, at the end of the run; workers send it with each result."""

import pytest

COUNTED = ("answered", "refused")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [
        report
        for outcome in ("passed", "failed")
        for report in terminalreporter.getreports(outcome)
        if isinstance(report, pytest.TestReport)
    ]
    totals = {
        name: sum(
            number
            for report in reports
            for counted, number in report.user_properties
            if counted == f"fuzz_{name}" and isinstance(number, int)
        )
        for name in COUNTED
    }
    if any(totals.values()):
        terminalreporter.section("fuzz: what was gone through")
        terminalreporter.write_line(f"calls: {sum(totals.values())}")
        for name, number in totals.items():
            terminalreporter.write_line(f"{name}: {number}")
