"""Run TDQS lint over the tools as a host sees them: our server, on sample data, over stdio."""

import os
import shlex
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

BIN: Final = Path(sys.executable).parent
SECONDS: Final = 120


def main() -> int:
    """Print TDQS's verdict; answer its exit status."""
    bare = {name: text for name, text in os.environ.items() if not name.startswith("TOKMETRICS_")}
    with TemporaryDirectory(prefix="tokmetrics-lint-") as folder:
        serve = [str(BIN / "tokmetrics"), "serve", "--local", "--world", "sample"]
        command = shlex.join([*serve, "--data-dir", folder])
        lint = [str(BIN / "tdqs"), "lint", "--command", command, "--fail-on", "warning"]
        try:
            done = subprocess.run(  # noqa: S603 - our own words
                lint, env=bare, timeout=SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            print(f"TDQS lint took longer than {SECONDS} seconds.", file=sys.stderr)
            return 1
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
