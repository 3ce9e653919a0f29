"""What a file says and cannot be stored, though its row is: counted, never silently dropped."""

from collections import Counter
from typing import Final

from mcp_server.local.importers.items import JsonValue

EXAMPLES: Final = 3
_LONGEST_EXAMPLE: Final = 40
_MOST_COLUMNS: Final = 100


class Notes:
    """Counts the cells that could not be read, with the first examples, and lost sounds."""

    def __init__(self, *, private: bool = False) -> None:
        """Start with nothing; a private file's values are counted and never kept."""
        self.unread: Counter[str] = Counter()
        """How many cells of each column said something that is no such value."""
        self.examples: dict[str, list[str]] = {}
        self.sounds_without_id: int = 0
        """Sounds that were named only: nothing tells two of one title apart."""
        self.future: int = 0
        """Crawl times that lie in the future: damaged ones, which would make all else look old."""
        self.strange: dict[str, None] = {}
        """Filled columns of tables whose names mean nothing here, in their order."""
        self._private = private

    def cell(self, column: str, value: JsonValue) -> None:
        """Note a cell that says something which its column cannot mean."""
        if column not in self.unread and len(self.unread) >= _MOST_COLUMNS:
            column = "other columns"
        self.unread[column] += 1
        found = self.examples.setdefault(column, [])
        shown = str(value)[:_LONGEST_EXAMPLE]
        if not self._private and len(found) < EXAMPLES and shown not in found:
            found.append(shown)

    def column(self, name: str) -> None:
        """Note a filled column that goes by no known name."""
        if len(self.strange) < _MOST_COLUMNS:
            self.strange[name[:_LONGEST_EXAMPLE]] = None

    def sound(self) -> None:
        """Note a sound that has a title and no id."""
        self.sounds_without_id += 1
