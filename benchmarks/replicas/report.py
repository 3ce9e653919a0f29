"""The figures of a run, as Markdown."""

from collections.abc import Mapping, Sequence
from typing import Final

from benchmarks.replicas.caller import Tally

_WAITING: Final = "refreshAccountAnalyticsAndWait"
_SHOWN: Final = 20


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which this share of values lies; 0 of no values."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(share * len(ranked)))] if ranked else 0.0


def latencies(tally: Tally) -> str:
    """Return a table of what each kind of call took, in milliseconds."""
    rows = dict(sorted(tally.seconds.items()))
    quick = [value for name, took in rows.items() if _WAITING not in name for value in took]
    lines = ["| call | answers | p50 ms | p95 ms | p99 ms |", "|---|---|---|---|---|"]
    lines += [_row(name, took) for name, took in rows.items()]
    lines.append(_row("all but waiting", quick))
    return "\n".join(lines)


def summary(facts: Mapping[str, object], wrong: Sequence[str]) -> str:
    """Return facts and the verdict."""
    lines = [f"- {name}: {value}" for name, value in facts.items()]
    lines += [f"- BROKEN: {one}" for one in wrong[:_SHOWN]]
    if len(wrong) > _SHOWN:
        lines.append(f"- BROKEN: and {len(wrong) - _SHOWN} more")
    lines.append(f"- verdict: {'it does not hold' if wrong else 'it holds'}")
    return "\n".join(lines)


def _row(name: str, took: Sequence[float]) -> str:
    cells = " | ".join(f"{1000 * percentile(took, share):,.0f}" for share in (0.5, 0.95, 0.99))
    return f"| {name} | {len(took)} | {cells} |"
