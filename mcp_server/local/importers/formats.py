"""What an import format is: a name, a look at one row, and a row turned into a record."""

from typing import Protocol

from mcp_server.local.importers.items import Item
from mcp_server.local.records import CreatorRecord, VideoRecord

Record = VideoRecord | CreatorRecord


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

    def recognizes(self, sample: Item) -> bool:
        """Say from its keys whether this row is of the format."""
        ...

    def record(self, item: Item) -> Record:
        """Return what the row says.

        `scraped_at` stays `None` where the row has no crawl time.

        Raises:
            Rejected: The row cannot be stored; the message says why.
        """
        ...
