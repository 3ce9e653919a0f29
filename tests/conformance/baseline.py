"""Baselines of the official suite: which failures are expected, and why."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).parent / "baselines"
_ENTRY: Final = re.compile(r"  - (\S+)(?: # (\S.*))?")


class BaselineError(ValueError):
    """A baseline that cannot be used; the text says where."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """What may fail, and what may be green for no good reason; names to reasons."""

    path: Path
    failing: dict[str, str]
    vacuous: dict[str, str]


def read(entry: str, revision: str, folder: Path = _FOLDER) -> Baseline:
    """Read the baseline of one entry point under one revision.

    Only the few forms that these files have are understood, all others are refused: an entry
    that is read otherwise here than by the suite would hide a failure.

    Raises:
        BaselineError: A line is no entry, or has no reason.
    """
    path = folder / f"{entry}-{revision}.yml"
    found: dict[str, dict[str, str]] = {"server": {}, "vacuous": {}}
    section = ""
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if line.removesuffix(":") in found:
            section = line.removesuffix(":")
            continue
        match = _ENTRY.fullmatch(line)
        if match is None or not section:
            raise BaselineError(f"{path.name}:{number}: not an entry of a list: {line}")
        name, reason = match.groups()
        if not reason:
            raise BaselineError(f"{path.name}:{number}: {name} has no reason.")
        found[section][name] = reason
    return Baseline(path, found["server"], found["vacuous"])
