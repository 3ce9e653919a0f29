"""The installed console script, run to its end."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

SCRIPT = Path(sys.executable).with_name("tokmetrics")
PATIENCE_SECONDS = 120
"""Only a hanging program ever runs this long."""


def run(
    command: Sequence[str | Path],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    stdout: int = subprocess.PIPE,
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, whatever its exit status.

    Args:
        command: The program and its arguments.
        cwd: Where to run it.
        env: What to add to the environment.
        stdout: A descriptor, in place of capturing.
    """
    return subprocess.run(  # noqa: S603 - the tests' own commands
        command,
        cwd=cwd,
        env=os.environ | (env or {}),
        stdout=stdout,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        timeout=PATIENCE_SECONDS,
        check=False,
    )
