"""What a refresh asks of a source of figures, and how a source says that it has none."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from mcp_server.local.records import CreatorRecord, VideoRecord


class RefreshFailedError(Exception):
    """No figures came. The message is in our words: nothing of a page or a file is in it."""


class UnavailableError(RefreshFailedError):
    """The source cannot be used now, or answers otherwise than expected."""


class BusyError(UnavailableError):
    """The source is collecting for another account, and does one at a time."""

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        """Seconds after which it is worth asking again."""


class NotPublicError(RefreshFailedError):
    """The source has no such profile that everybody may see: unknown, gone, banned or private."""


class NothingNewerError(Exception):
    """The source works, and has nothing newer than what is known. No failure."""

    def __init__(self, remark: str | None = None) -> None:
        super().__init__(remark or "nothing newer")
        self.remark = remark
        """What was left out, in our words."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """One look at an account: the profile, and posts with their counts."""

    profile: CreatorRecord
    """Its `scraped_at` is the time of the look."""
    videos: Iterable[VideoRecord]
    """The newest first where the source has an order; not necessarily all of them."""
    stored: bool = False
    """Whether the world holds all of it already, as after an import."""
    remark: str | None = None
    """What was left out, in our words: nothing of a page or a file is in it."""


class Provider(Protocol):
    """A source of figures for accounts. Add another by writing a module and naming it in `choice`.

    A provider is made for one refresh and used in one thread.
    """

    @property
    def name(self) -> str:
        """What the settings call it; the source of the rows that it brings."""
        ...

    @property
    def counted(self) -> bool:
        """Whether collecting costs something: a refresh spends quota and starts a cooldown."""
        ...

    def fetch(self, username: str, *, since: int | None, limit: int) -> Fetched:
        """Look at an account.

        Args:
            username: The handle, without `@`.
            since: When the newest figures known were collected, in Unix seconds; `None` if there
                are none.
            limit: Most posts to return.

        Raises:
            NothingNewerError: There is nothing newer than `since`.
            RefreshFailedError: It cannot be had.
        """
        ...
