"""The counts of the refresh matrix, to be quoted."""

import pytest

from tests.faults.refreshing import COUNTED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if COUNTED:
        terminalreporter.section("refresh fault matrix: what was gone through")
        for name, number in sorted(COUNTED.items()):
            terminalreporter.write_line(f"{name}: {number}")
