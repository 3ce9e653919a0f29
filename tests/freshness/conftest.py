"""A bench of its own for every test."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tests.freshness.bench import Bench, Upstream
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
