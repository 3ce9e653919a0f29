"""The files that somebody dropped into the inbox, and whether they are whole yet."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

DONE: Final = "done"
REJECTED: Final = "rejected"

_UNFINISHED: Final = frozenset(
    {".part", ".partial", ".tmp", ".temp", ".crdownload", ".download", ".ytdl", ".swp", ".lock"}
)
_YOUNG_SECONDS: Final = 2.0
_PAUSE_SECONDS: Final = 0.5


@dataclass(frozen=True, slots=True)
class Dropped:
    """A file of the inbox as it was found."""

    path: Path
    name: str
    """Its path within the inbox."""
    size: int
    changed_ns: int
    """When it was changed last, in nanoseconds of Unix time."""

    def has_changed(self) -> bool:
        """Say whether it is not the file any more that was found."""
        return _stamp(self.path) != (self.size, self.changed_ns)

    def is_growing(self, clock: Callable[[], float], sleep: Callable[[float], None]) -> bool:
        """Say whether somebody is still writing it; only a young file is watched for a moment."""
        if 0 <= clock() - self.changed_ns / 1e9 < _YOUNG_SECONDS:
            sleep(_PAUSE_SECONDS)
        return self.has_changed()


def waiting(folder: Path) -> list[Dropped]:
    """Return the files to import, at any depth, the oldest first; without those half written."""
    found: list[Dropped] = []
    for path in folder.rglob("*"):
        inside = path.relative_to(folder)
        if inside.parts[0] in {DONE, REJECTED} or any(part[0] == "." for part in inside.parts):
            continue
        stamp = _stamp(path)
        if stamp is not None and path.suffix.lower() not in _UNFINISHED:
            found.append(Dropped(path, inside.as_posix(), *stamp))
    return sorted(found, key=lambda file: (file.changed_ns, file.name))


def _stamp(path: Path) -> tuple[int, int] | None:
    """Return size and time of a file; `None` for a folder, and for what is gone."""
    try:
        known = path.stat()
        return (known.st_size, known.st_mtime_ns) if path.is_file() else None
    except OSError:
        return None
