"""The values of one object of a row, read by what they should be; what is not that is noted."""

from collections.abc import Callable
from typing import TypeVar

from mcp_server.local.importers.ids import identifier
from mcp_server.local.importers.items import Item, JsonValue
from mcp_server.local.importers.literals import is_literal
from mcp_server.local.importers.notes import Notes
from mcp_server.local.importers.times import PostTime, moment, posted_at
from mcp_server.local.importers.values import ABSENT, boolean, count, duration, text, word

T = TypeVar("T")


class Fields:
    """Reads keys of an object; of several names the first that says something wins.

    A value that cannot be read is `None`, and noted under its name so that the report can say so.
    """

    def __init__(self, item: Item, notes: Notes, prefix: str = "") -> None:
        """Read `item`; `prefix` is the way to it, for the report: `authorMeta.`."""
        self.item = item
        self._notes = notes
        self._prefix = prefix

    def raw(self, *names: str) -> JsonValue:
        """Return the first value that says something, as it is."""
        return next(
            (self.item[name] for name in names if says_something(self.item.get(name))), None
        )

    def part(self, *names: str) -> "Fields":
        """Return the object under the first name that has one, or an empty one."""
        for name in names:
            value = self.item.get(name)
            if isinstance(value, dict):
                return Fields(value, self._notes, f"{self._prefix}{name}.")
            if isinstance(value, str) and is_literal(value):
                self._notes.cell(self._prefix + name, value)
        return Fields({}, self._notes)

    def count(self, *names: str) -> int | None:
        """Return a count."""
        return self._read(count, names)

    def seconds(self, *names: str) -> int | None:
        """Return a length in whole seconds; zero means unknown."""
        return self._read(duration, names, silent=is_zero)

    def flag(self, *names: str) -> bool | None:
        """Return a yes or no."""
        return self._read(boolean, names)

    def time(self, *names: str) -> int | None:
        """Return Unix seconds."""
        found = self._read(moment, names, silent=is_zero)
        return found.at if found else None

    def posted(self, video: str, *names: str) -> PostTime:
        """Return when a post was made: the first time that can be read, against its id's."""
        found = (value for name in names if moment(value := self.item.get(name)))
        written = next(found, None)
        if written is None:
            self.time(*names)  # notes what is no time
        return posted_at(video, written)

    def id(self, *names: str) -> str | None:
        """Return an id as digits; a damaged one is `None` without a note, most have another."""
        return next((found for name in names if (found := identifier(self.item.get(name)))), None)

    def word(self, *names: str) -> str | None:
        """Return a text that is not one of the words for nothing."""
        return next((found for name in names if (found := word(self.item.get(name)))), None)

    def text(self, *names: str) -> str | None:
        """Return a text, whatever it says."""
        return next((found for name in names if (found := text(self.item.get(name)))), None)

    def _read(
        self,
        read: Callable[[JsonValue], T | None],
        names: tuple[str, ...],
        *,
        silent: Callable[[JsonValue], bool] = lambda _: False,
    ) -> T | None:
        for name in names:
            value = self.item.get(name)
            if not says_something(value):
                continue
            if (found := read(value)) is not None:
                return found
            if not silent(value):
                self._notes.cell(self._prefix + name, value)
        return None


def says_something(value: JsonValue) -> bool:
    """Say whether a cell is filled: not empty, and not one of the words for nothing."""
    if isinstance(value, str):
        return value.strip().lower() not in ABSENT
    return value is not None


def is_zero(value: JsonValue) -> bool:
    """Say whether this is a zero, which for a length or a time means that it is not known."""
    return count(value) == 0
