"""Answers over thousands of creators, kept until the data change."""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from functools import wraps
from typing import Final

from mcp_server.local.toklytics.call import Call, Operation
from mcp_server.local.toklytics.wire import Answer

_MOST: Final = 32


@dataclass(slots=True)
class Kept:
    """What one connection answered since it last saw a change."""

    _seen: tuple[int, int] = (0, 0)
    _answers: OrderedDict[Hashable, Answer] = field(default_factory=OrderedDict[Hashable, Answer])

    def get(self, call: Call, operation: Operation) -> Answer:
        """Return the answer to a call, computed only where nobody asked since the last change.

        Changes by others and by this connection are counted apart. They are looked at before the
        answer is computed: what changes meanwhile is noticed at the next call.
        """
        others = int(call.data.execute("PRAGMA data_version").fetchone()[0])
        now = (others, call.data.total_changes)
        if now != self._seen:
            self._answers.clear()
            self._seen = now
        asked = (operation, tuple(sorted(call.query.multi_items())))
        if (answer := self._answers.get(asked)) is None:
            answer = self._answers[asked] = operation(call)
            if len(self._answers) > _MOST:
                self._answers.popitem(last=False)
        return answer


def kept(operation: Operation) -> Operation:
    """Give the same answer again while the data that it came from stay as they are."""

    @wraps(operation)
    def answered(call: Call) -> Answer:
        return call.world.per_connection(Kept).get(call, operation)

    return answered
