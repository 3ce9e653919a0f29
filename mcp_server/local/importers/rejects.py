"""The rows that were not stored, each with its place and the reason, as JSON Lines."""

import errno
import json
from collections import Counter
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TextIO

from mcp_server.local.importers.detect import ImportFile
from mcp_server.local.importers.items import Item, Malformed, Row

_LONGEST_TEXT: Final = 20_000


class Rejects:
    """Counts rejected rows by their reason and writes them down where a file is given."""

    def __init__(self, out: TextIO | None) -> None:
        self._out = out
        self.reasons: Counter[str] = Counter()

    def add(self, file: ImportFile, row: Row | Malformed, reason: str) -> None:
        """Note one row; only the row itself, nothing that stands around it in the file."""
        self.reasons[reason] += 1
        if self._out is None:
            return
        held = row.text[:_LONGEST_TEXT] if isinstance(row, Malformed) else row.item
        place = "line" if file.counts_lines else "item"
        entry: dict[str, str | int | Item] = {
            "file": file.path.name,
            place: row.at,
            "reason": reason,
        }
        if not file.format.private:
            entry["row"] = held
        self._out.write(json.dumps(entry, ensure_ascii=True) + "\n")

    def take(self) -> dict[str, int]:
        """Return the reasons so far with their counts and begin anew."""
        found = dict(self.reasons.most_common())
        self.reasons.clear()
        return found


@contextmanager
def rejects_into(path: Path | None, inputs: Iterable[Path]) -> Generator[Rejects]:
    """Open the file of rejected rows, if any is wanted.

    It is written under another name until the import is through: an import that fails leaves what
    was there.

    Args:
        path: The file.
        inputs: The files to import, of which it must be none.

    Raises:
        OSError: It is one of them, or cannot be written.
    """
    if path is None:
        yield Rejects(None)
        return
    target = path.resolve()  # the file that a link leads to, which is not to be replaced itself
    if target.exists() and not target.is_file():  # such as /dev/stderr
        with target.open("w", encoding="utf-8") as out:
            yield Rejects(out)
        return
    part = target.with_name(f"{target.name}.part")
    _refuse_inputs((target, part), inputs)
    try:
        with part.open("w", encoding="utf-8") as out:
            yield Rejects(out)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    part.replace(target)


def _refuse_inputs(written: Iterable[Path], inputs: Iterable[Path]) -> None:
    present = [path for path in written if path.exists()]
    for one in inputs if present else ():
        if any(path.samefile(one) for path in present):
            what = "this file is to be imported; choose another for the rejected rows"
            raise FileExistsError(errno.EEXIST, what, str(one))
