"""How far the files of an import are read, all together."""

from collections.abc import Sequence

from mcp_server.local.importers.detect import ImportFile
from mcp_server.local.importers.report import FileProgress, Progress


class Reading:
    """Adds up how far each file is, so that many small ones are one thing with one end."""

    def __init__(self, files: Sequence[ImportFile], tell: Progress | None) -> None:
        """Look at how large the files are.

        Args:
            files: All of them, in the order in which they are read.
            tell: Is told of all together.
        """
        self._tell = tell
        self._what = files[0].path.name if len(files) == 1 else f"{len(files):,} files"
        self._total = sum(one.path.stat().st_size for one in files)
        self._behind = 0

    def of(self, file: ImportFile) -> FileProgress | None:
        """Return what is to be told of the next file."""
        tell, before, total = self._tell, self._behind, self._total
        if tell is None:
            return None
        self._behind += file.path.stat().st_size
        # A file may have grown since.
        return lambda done: tell(self._what, min(before + done, total), total)
