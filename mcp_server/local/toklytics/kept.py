"""What takes long to compute, kept until the data change."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from typing import Generic, TypeVar

from mcp_server.local.toklytics.call import Call, Operation
from mcp_server.local.toklytics.rows import Record
from mcp_server.local.toklytics.wire import Answer

T = TypeVar("T")


class _Kept(Generic[T]):
    """What one connection computed since it last saw a change; the oldest of it goes first."""

    most = 32

    def __init__(self) -> None:
        self._seen = (0, 0)
        self._found: OrderedDict[Hashable, T] = OrderedDict()

    def get(self, call: Call, asked: Hashable, compute: Callable[[], T]) -> T:
        """Return what was asked for, computed only where nobody asked since the last change.

        Changes by others and by this connection are counted apart. They are looked at before
        anything is computed: what changes meanwhile is noticed at the next call.
        """
        others = int(call.data.execute("PRAGMA data_version").fetchone()[0])
        now = (others, call.data.total_changes)
        if now != self._seen:
            self._found.clear()
            self._seen = now
        if (found := self._found.get(asked)) is None:
            found = self._found[asked] = compute()
            if len(self._found) > self.most:
                self._found.popitem(last=False)
        return found


class _Answers(_Kept[Answer]):
    """Answers about niches of thousands of creators."""


class _Analyses(_Kept[Record]):
    """What the videos of a creator say; ten creators are asked for at a time."""

    most = 512


def kept(operation: Operation) -> Operation:
    """Give the same answer again while the data that it came from stay as they are."""

    @wraps(operation)
    def answered(call: Call) -> Answer:
        asked = (operation, tuple(sorted(call.query.multi_items())))
        return call.world.per_connection(_Answers).get(call, asked, lambda: operation(call))

    return answered


def kept_analysis(call: Call, creator_id: int, analyze: Callable[[], Record]) -> Record:
    """Return what is said of a creator's videos, again while the data stay as they are."""
    return call.world.per_connection(_Analyses).get(call, creator_id, analyze)
