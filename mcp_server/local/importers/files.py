"""The files to import: those that are named, and what can be imported in a folder that is."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mcp_server.local.importers.detect import ImportFile, detect
from mcp_server.local.importers.items import UnknownFormatError


@dataclass(frozen=True, slots=True)
class Found:
    """What there is to import."""

    files: list[ImportFile] = field(default_factory=list[ImportFile])
    skipped: list[Path] = field(default_factory=list[Path])
    """Files of a folder that are in no known format, such as the videos themselves."""
    unreadable: dict[Path, str] = field(default_factory=dict[Path, str])
    """Files of a folder that could not be looked into, each with the reason."""


def find(paths: Sequence[Path]) -> Found:
    """Look into every file, in the order given; those of a folder by name, at any depth.

    Raises:
        UnknownFormatError: A named file is none of the known formats, or a folder has no file
            that is.
        OSError: A named file cannot be opened.
    """
    found = Found()
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
        except OSError as error:
            found.unreadable[path] = error.strerror or str(error)
    if len(found.files) == before:
        closed = ", ".join(f"{path.name}: {why}" for path, why in found.unreadable.items())
        also = f" that could be read ({closed})" if closed else ""
        raise UnknownFormatError(f"{folder.name} holds no file in a known format{also}")
