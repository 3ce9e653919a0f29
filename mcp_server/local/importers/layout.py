"""Where a JSON document holds its rows, and what beside them is read."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from mcp_server.local.importers.items import JsonValue, KeyPath

LIST_KEYS: Final = frozenset(
    {
        "collector",
        "items",
        "itemList",
        "item_list",
        "aweme_list",
        "data",
        "videos",
        "posts",
        "results",
        "records",
        "entries",
    }
)
"""Where exports put their rows when the document is an object."""


Fold = Callable[[Iterator[JsonValue]], JsonValue]
"""Makes one small value of the elements of a list, taking each of them."""


def _no_folds() -> Mapping[KeyPath, Fold]:
    return {}


@dataclass(frozen=True, slots=True)
class Layout:
    """How the documents of a format are read.

    A document is read twice at the same time: one reader runs ahead to its end and takes what
    stands beside the rows, the other yields the rows. So rows know what comes after them, and
    memory holds one row and what is named in `beside`, however long the document is.
    """

    lists: frozenset[KeyPath] = frozenset()
    """The key paths of lists of rows, of nothing else: whatever neither `lists` nor `beside`
    names is stepped over and never kept. Empty: the usual `LIST_KEYS`, one inside the other, and
    an object without such a list is itself a row."""
    beside: frozenset[KeyPath] = frozenset()
    """The key paths of values that rows need: a crawl time, the owner. They become
    `Row.document`, nested as in the file."""
    folds: Mapping[KeyPath, Fold] = field(default_factory=_no_folds)
    """The key paths of lists of which only something small is wanted, such as their length. It
    stands in `Row.document` in the place of the list, which is never held in memory."""
    signs: frozenset[KeyPath] = frozenset()
    """Key paths of which one is enough to know the format, before any row is looked at. Needed
    where a document may have no row, or where rows do not tell what they are."""
    complete: bool = False
    """Whether the rows say all that is known: then a missing crawl time is not guessed."""

    def holds_rows(self, path: KeyPath) -> bool:
        """Say whether a list here is one of rows."""
        return path in self.lists if self.lists else path[-1:] != () and path[-1] in LIST_KEYS

    def leads(self, path: KeyPath) -> bool:
        """Say whether an object here may hold rows, or be one."""
        if not self.lists:
            return path[-1] in LIST_KEYS
        return path in self.lists or any(one[: len(path)] == path for one in self.lists)

    def keeps(self, path: KeyPath) -> bool:
        """Say whether the value here belongs to `Row.document`."""
        return path in self.beside

    def leads_beside(self, path: KeyPath) -> bool:
        """Say whether an object here may hold a value of `Row.document`."""
        return any(one[: len(path)] == path for one in (*self.beside, *self.folds))


USUAL: Final = Layout()
"""Rows under the usual keys, and nothing beside them."""
