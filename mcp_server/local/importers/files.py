"""The files to import: those that are named, and what can be imported in a folder that is."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mcp_server.local.importers.detect import ImportFile, detect
from mcp_server.local.importers.items import UnknownFormatError


@dataclass(frozen=True, slots=True)
class Found:
    """What there is to import."""

    files: list[ImportFile]
    skipped: list[Path]
    """Files of a folder that are in no known format, such as the videos themselves."""


def find(paths: Sequence[Path]) -> Found:
    """Look into every file, in the order given; those of a folder by name, at any depth.

    Raises:
        UnknownFormatError: A named file is none of the known formats, or a folder has no file
            that is.
        OSError: A file cannot be opened.
    """
    found = Found([], [])
    for path in paths:
        if path.is_dir():
            _look_through(path, found)
        else:
            found.files.append(detect(path))
    return found


def _look_through(folder: Path, found: Found) -> None:
    before = len(found.files)
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if hidden or not path.is_file():
            continue
        try:
            found.files.append(detect(path))
        except UnknownFormatError:
            found.skipped.append(path)
    if len(found.files) == before:
        raise UnknownFormatError(f"{folder.name} holds no file in a known format")
