"""How long a refresh takes, learned from those that finished, and when to look again."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Self

from mcp_server.freshness.rules import EngineRules

_FEW = 5
"""Below so many refreshes their slowest one stands for the slow ones."""
_EARLY = 0.8
"""The first look comes before the usual time, or the learned time could never become shorter."""
_LEAST_CHECK_AFTER = 5


@dataclass(frozen=True, slots=True)
class Expectation:
    """Seconds from acceptance to newer data.

    Attributes:
        usual: Of an ordinary refresh.
        late: By when four of five are done.
        is_learned: Whether both come from finished refreshes.
    """

    usual: float
    late: float
    is_learned: bool

    @classmethod
    def of(cls, durations: Sequence[float], rules: EngineRules) -> Self:
        """Learn from finished refreshes; those nobody was there to see finish do not count."""
        known = [seconds for seconds in durations if 0 <= seconds <= rules.give_up_after]
        if not known:
            return cls(rules.usual_duration, rules.usual_duration, is_learned=False)
        late = quantiles(known, n=5)[-1] if len(known) >= _FEW else max(known)
        return cls(median(known), min(late, max(known)), is_learned=True)

    def seconds_left(self, elapsed: float) -> int:
        """Return after how many more seconds to expect the data; one that is late stays late."""
        waited = max(0.0, elapsed)
        if waited < self.usual:
            return math.ceil(self.usual - waited)
        return math.ceil(max(self.late - waited, waited / 2, 1.0))

    def check_after(self, elapsed: float, rules: EngineRules) -> int:
        """Return in how many seconds an agent should ask again, so that it asks once."""
        left = max(self.late - max(0.0, elapsed), self.seconds_left(elapsed))
        return math.ceil(min(max(left, _LEAST_CHECK_AFTER), rules.longest_check_after))


def pause(looks: int, expected: Expectation | None, rules: EngineRules, *, chance: float) -> float:
    """Return the seconds before the next look.

    Args:
        looks: How often was looked already.
        expected: Of a refresh that runs; without it, or with nothing learned, the pauses simply
            grow from the first one.
        rules: Bounds of the pauses.
        chance: A number in [0, 1) for the jitter.
    """
    first, growth = rules.poll_first, looks
    if expected is not None and expected.is_learned:
        first = max(first, _EARLY * expected.usual) if looks == 0 else first
        growth = max(0, looks - 1)
    # Beyond that the power would overflow long after the bound is reached.
    grown = first * rules.poll_growth ** min(growth, 64)
    return min(grown, rules.poll_longest) * (1 + rules.jitter * (2 * chance - 1))
