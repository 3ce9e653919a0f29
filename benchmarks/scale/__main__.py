"""Builds a world, measures it, and prints the results of both sizes beside the goals.

    python -m benchmarks.scale --size large

World and results stay in the system's temporary folder: a later run uses the world again, and
shows the other size's last results beside its own. Milliseconds are p50 / p95 by the clock, which
alone is judged; in brackets what of it this process computed, whatever else the machine was doing.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from benchmarks.scale import steps
from benchmarks.scale.sizes import SIZES
from benchmarks.scale.table import Results, table

_STEPS: Final = ("build", "queries", "imports", "waiting")


def main() -> int:
    """Run every step in a process of its own; the exit status says whether the goals are met."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--size", choices=tuple(SIZES), default="small")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    parser.add_argument("--rounds", type=int, default=200, help="calls per operation")
    parser.add_argument("--step", choices=_STEPS, help="only this one, as JSON")
    options = parser.parse_args()
    folder: Path = options.folder / f"tokmetrics-benchmark-{options.size}"
    if options.step:
        print(json.dumps(_step(options.step, folder, options.size, options.rounds)))
        return 0
    results: dict[str, Results] = {}
    for size in SIZES:
        path = options.folder / f"tokmetrics-benchmark-{size}.json"
        results[size] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    found = dict(results[options.size])
    print(f"load of the machine: {os.getloadavg()[0]:.1f}", file=sys.stderr)
    for step in _STEPS:
        print(f"{step} ...", file=sys.stderr)
        command = [sys.executable, "-m", "benchmarks.scale", *sys.argv[1:], "--step", step]
        found.update(json.loads(subprocess.check_output(command)))  # noqa: S603 (ours)
    results[options.size] = found
    path = options.folder / f"tokmetrics-benchmark-{options.size}.json"
    path.write_text(json.dumps(found), "utf-8")
    text, good = table({size: found for size, found in results.items() if found})
    print(text)
    return 0 if good else 1


def _step(step: str, folder: Path, size: str, rounds: int) -> steps.Results:
    if step == "build":
        return steps.build(folder, size)
    if step == "queries":
        return steps.queries(folder, rounds)
    return steps.imports(folder, size) if step == "imports" else steps.waiting(folder, size)


if __name__ == "__main__":
    sys.exit(main())
