"""A bench of its own for every test, and the counts at the end."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tests.freshness.bench import Bench, Upstream
from tests.freshness.tally import TALLY
from tests.freshness.timeline import Timeline


@pytest.fixture
async def make_bench(tmp_path: Path) -> AsyncIterator[Callable[..., Bench]]:
    """Make a bench whose upstream has other settings."""
    made: list[Bench] = []

    def make(*, refresh_seconds: float = 20, monthly_quota: int = 500) -> Bench:
        upstream = Upstream(
            tmp_path,
            Timeline(),
            refresh_seconds=refresh_seconds,
            monthly_quota=monthly_quota,
        )
        made.append(Bench(upstream))
        return made[-1]

    yield make
    for bench in made:
        await bench.close()


@pytest.fixture
async def bench(make_bench: Callable[..., Bench]) -> Bench:
    return make_bench()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    lines = TALLY.lines()
    if lines:
        terminalreporter.section("refresh engine: what was gone through")
        for line in lines:
            terminalreporter.write_line(line)
