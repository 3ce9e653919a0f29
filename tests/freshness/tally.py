"""What the random and the lethal tests went through, to be quoted."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Tally:
    """Counts over a whole test run."""

    counts: Counter[str] = field(default_factory=Counter[str])
    crash_points: set[str] = field(default_factory=set[str])
    outcomes: Counter[str] = field(default_factory=Counter[str])

    def lines(self) -> list[str]:
        """Return what to print at the end."""
        if not self.counts:
            return []
        counted = [f"{name}: {number}" for name, number in sorted(self.counts.items())]
        told = ", ".join(f"{name} {number}" for name, number in self.outcomes.most_common())
        return [
            *counted,
            f"distinct crash points: {len(self.crash_points)}",
            f"outcomes told to callers: {told}",
        ]


TALLY = Tally()
