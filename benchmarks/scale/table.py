"""The results of both sizes beside the figures that they are held to."""

from collections.abc import Mapping
from typing import Final

from benchmarks.scale.sizes import GOALS, LIMITS

Results = Mapping[str, float | Mapping[str, list[float]]]

_SINGLE: Final = {
    "build_seconds": "generate + load, s",
    "build_cpu_seconds": "the same, CPU s of both processes",
    "build_rss_mb": "the same, peak MB of both processes",
    "data_mb": "data.db, MB",
    "state_mb": "state.db, MB",
    "query_rss_mb": "queries, peak MB",
    "import_seconds": "import of 10,000 new videos, s",
    "update_seconds": "new counts of 10,000 videos, s",
    "refresh_wait_ms": "refresh during an import, longest ms",
    "list_wait_ms": "list after a refresh during an import, longest ms",
}


def table(results: Mapping[str, Results]) -> tuple[str, bool]:
    """Return the table as Markdown, and whether the large world keeps every figure."""
    sizes = [size for size in ("small", "large") if size in results]
    lines = [
        f"| | {' | '.join(sizes)} | goal | |",
        f"|---|{'---|' * (len(sizes) + 2)}",
    ]
    good = True
    for name in _operations(results):
        shown = [_times(results[size], name) for size in sizes]
        goal = GOALS.get(name)
        keeps = goal is None or _within(results[sizes[-1]], name, (goal.p50, goal.p95))
        good = good and keeps
        lines.append(
            f"| {name} | {' | '.join(shown)} | "
            + (f"{goal.p50:g} / {goal.p95:g} | {_mark(keeps=keeps)} |" if goal else "| |")
        )
    for name, title in _SINGLE.items():
        values = [results[size].get(name) for size in sizes]
        limit, last = LIMITS.get(name), values[-1]
        keeps = limit is None or not isinstance(last, float) or last <= limit
        good = good and keeps
        cells = " | ".join(f"{v:,.1f}" if isinstance(v, float) else "" for v in values)
        goal_cells = f"{limit:g} | {_mark(keeps=keeps)} |" if limit else "| |"
        lines.append(f"| {title} | {cells} | {goal_cells}")
    return "\n".join(lines), good


def _operations(results: Mapping[str, Results]) -> list[str]:
    names: dict[str, None] = {}
    for found in results.values():
        timed = found.get("operations")
        names.update(dict.fromkeys(timed if isinstance(timed, Mapping) else ()))
    return list(names)


def _of(results: Results, name: str, kind: str = "operations") -> list[float] | None:
    timed = results.get(kind)
    return timed.get(name) if isinstance(timed, Mapping) else None


def _times(results: Results, name: str) -> str:
    """Return p50 / p95 by the clock, and in brackets those of the processor's time."""
    shown = [
        f"{times[0]:.1f} / {times[1]:.1f}"
        for kind in ("operations", "cpu")
        if (times := _of(results, name, kind))
    ]
    return f"{shown[0]} ({shown[1]})" if len(shown) > 1 else "".join(shown)


def _within(results: Results, name: str, goal: tuple[float, float]) -> bool:
    times = _of(results, name)
    return times is None or (times[0] <= goal[0] and times[1] <= goal[1])


def _mark(*, keeps: bool) -> str:
    return "pass" if keeps else "MISS"
