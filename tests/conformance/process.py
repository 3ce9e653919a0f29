"""Commands of this folder's own making, run to their end."""

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended; status -1 is one that took too long."""

    status: int
    out: str
    err: str

    @property
    def said(self) -> str:
        """Everything it wrote."""
        return self.out + self.err

    @property
    def last_line(self) -> str:
        """The last line it wrote, errors first; for telling what went wrong."""
        lines = (self.err.strip() or self.out.strip()).splitlines()
        return lines[-1] if lines else "it said nothing"


def ran(command: Sequence[str], *, seconds: float, env: Mapping[str, str] | None = None) -> Ran:
    """Run a command, with an environment of its own where one is given."""
    try:
        done = subprocess.run(  # noqa: S603 - no part of a command comes from outside
            command,
            capture_output=True,
            text=True,
            check=False,
            timeout=seconds,
            env=env,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        return Ran(-1, "", f"no end after {seconds:g} s")
    return Ran(done.returncode, done.stdout, done.stderr)
