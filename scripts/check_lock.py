"""Check requirements.lock: every direct dependency pinned and hashed, and no address in it."""

import re
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from pydantic import BaseModel, Field

ROOT = Path(__file__).parents[1]


class _Project(BaseModel):
    dependencies: list[str]


class _Pyproject(BaseModel):
    project: _Project
    groups: dict[str, list[str]] = Field(alias="dependency-groups")


def faults(pyproject: str, lock: str) -> list[str]:
    """Say what is wrong with a lock file.

    Args:
        pyproject: The text of pyproject.toml.
        lock: The text of requirements.lock.

    Returns:
        One sentence per fault; none when all is well.
    """
    entries = [
        entry
        for entry in lock.replace("\\\n", " ").splitlines()
        if not entry.startswith(("#", "--"))
    ]
    pins: dict[str, list[str]] = {}
    found: list[str] = []
    for entry in entries:
        pin, *hashes = re.split(r"\s+--hash=", entry.strip())
        requirement = Requirement(pin)
        versions = [specifier.version for specifier in requirement.specifier]
        pins.setdefault(canonicalize_name(requirement.name), []).extend(versions)
        if not str(requirement.specifier).startswith("=="):
            found.append(f"{requirement.name} is not pinned to one version")
        if not hashes:
            found.append(f"{requirement.name} has no hash")
    if re.search(r"\w://|--(extra-)?index|--find-links|--trusted-host", lock):
        found.append("an address or an index option stands in it")
    for requirement in _direct(pyproject):
        pinned = pins.get(canonicalize_name(requirement.name), [])
        if not pinned:
            found.append(f"{requirement.name} is missing")
        elif not any(requirement.specifier.contains(version) for version in pinned):
            found.append(f"{requirement.name} {' '.join(pinned)} is not what pyproject.toml asks")
    return found


def _direct(pyproject: str) -> list[Requirement]:
    data = _Pyproject.model_validate(tomllib.loads(pyproject))
    in_groups = [text for group in data.groups.values() for text in group]
    return [Requirement(text) for text in [*data.project.dependencies, *in_groups]]


def main() -> int:
    """Print what is wrong; answer the exit status."""
    pyproject = (ROOT / "pyproject.toml").read_text("utf-8")
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    found = faults(pyproject, lock)
    for fault in found:
        print(f"requirements.lock: {fault}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
