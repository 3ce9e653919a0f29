"""What an import format is: a name, a look at one row, and a row turned into records."""

from collections.abc import Iterable
from typing import Protocol

from mcp_server.local.importers.items import Item, Row
from mcp_server.local.importers.layout import Layout
from mcp_server.local.importers.notes import Notes
from mcp_server.local.records import CreatorRecord, VideoRecord
from mcp_server.local.restore import StoredRow

Record = VideoRecord | CreatorRecord | StoredRow


class Format(Protocol):
    """One kind of export. Add another by writing a module and naming it in `detect.FORMATS`."""

    @property
    def name(self) -> str:
        """The stored name of the source, in lower case with dashes."""
        ...

    @property
    def title(self) -> str:
        """What people call it."""
        ...

    @property
    def layout(self) -> Layout:
        """Where its JSON documents hold rows; `USUAL` where nothing about it is special."""
        ...

    @property
    def private(self) -> bool:
        """Whether its files hold what nobody may see: no value of them is shown or written."""
        ...

    def recognizes(self, sample: Item) -> bool:
        """Say from its keys whether this row is of the format.

        Asked for every row of a JSON file, which may mix formats; the first format in
        `detect.FORMATS` that says yes takes the row.
        """
        ...

    def records(self, row: Row, notes: Notes) -> Iterable[Record]:
        """Return what the row says: one record, or several such as a profile and its videos.

        `scraped_at` stays `None` where the row has no crawl time. A row about its document
        (`Row.about`) holds the values of `layout.beside`; most formats return nothing for it.

        Raises:
            Rejected: The row cannot be stored; the message says why, without any of its values.
        """
        ...
