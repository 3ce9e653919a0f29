"""The servers under test, as child processes with a data folder of their own."""

import os
import subprocess
import sys
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_START_SECONDS: Final = 60
_END_SECONDS: Final = 5
_LOOK_SECONDS: Final = 0.1
_SETTINGS: Final = {
    "TOKMETRICS_LOCAL_REFRESH_SECONDS": "3",
    "TOKMETRICS_LOCAL_COOLDOWN_HOURS": "0",
    "TOKMETRICS_LOCAL_MONTHLY_QUOTA": "100000",
}
"""Every client refreshes the same accounts, one after another."""
TOKMETRICS: Final = str(Path(sys.executable).with_name("tokmetrics"))
FIXTURES: Final = (sys.executable, "-W", "ignore", "-m", "tests.conformance.server", "0")


class StartError(Exception):
    """A server that did not start; the text is what it said."""


def environment(folder: Path) -> dict[str, str]:
    """Return what a server is started with: nothing of the user's settings."""
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    return {**kept, **_SETTINGS, "HOME": str(folder), "TOKMETRICS_DATA_DIR": str(folder / "data")}


@contextmanager
def served(command: Sequence[str], folder: Path, log: Path) -> Generator[str]:
    """Run a server that says its address on stderr, and yield the address.

    Raises:
        StartError: It ended without an address.
    """
    with log.open("wb") as said:
        process = subprocess.Popen(  # noqa: S603 - no part of a command comes from outside
            command, env=environment(folder), stderr=said
        )
        try:
            yield _address(process, log)
            process.terminate()
            process.wait(_END_SECONDS)
        finally:
            process.kill()
            process.wait()


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    begun = time.monotonic()
    while process.poll() is None and time.monotonic() - begun < _START_SECONDS:
        for line in log.read_text().splitlines():
            if "serving http" in line:
                return line.split()[-1]
        time.sleep(_LOOK_SECONDS)
    raise StartError(log.read_text())
