"""How far the files of an import are read, all together."""

from collections.abc import Sequence

from mcp_server.local.importers.detect import ImportFile
from mcp_server.local.importers.report import FileProgress, Progress


class Reading:
    """Adds up how far each file is, so that many small ones are one thing with one end."""

    def __init__(self, files: Sequence[ImportFile], tell: Progress | None) -> None:
        """Look at how large the files are.

        Args:
            files: All of them.
            tell: Is told of all together.
        """
        self._tell = tell
        self._what = files[0].path.name if len(files) == 1 else f"{len(files):,} files"
        self._total = sum(one.path.stat().st_size for one in files)
        self._done: list[int] = []

    def next(self) -> FileProgress | None:
        """Return what is to be told of the next file, which may be read after others and again."""
        tell, place = self._tell, len(self._done)
        if tell is None:
            return None
        self._done.append(0)

        def told(done: int) -> None:
            self._done[place] = max(self._done[place], done)
            # A file may have grown since.
            tell(self._what, min(sum(self._done), self._total), self._total)

        return told
