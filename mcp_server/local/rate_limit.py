"""A token bucket per API key, refilled continuously, as TokPortal documents its limit."""

import math
from dataclasses import dataclass
from typing import Final

_MOST_KEYS: Final = 1_000


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a request may pass, and what its headers say."""

    allowed: bool
    limit: int
    remaining: int
    reset_at: int
    """Unix seconds when the bucket is full again."""
    retry_after: int
    """Seconds until one token is there; 0 when the request may pass."""

    def headers(self) -> dict[str, str]:
        """Return the documented headers."""
        found = {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.remaining),
            "X-RateLimit-Reset": str(self.reset_at),
        }
        if not self.allowed:
            found["Retry-After"] = str(self.retry_after)
        return found


class TokenBuckets:
    """The buckets of one process; each holds `per_minute` tokens and starts full."""

    def __init__(self, per_minute: int) -> None:
        self._limit = per_minute
        self._per_second = per_minute / 60
        self._levels: dict[str, tuple[float, float]] = {}

    def __len__(self) -> int:
        return len(self._levels)

    def take(self, key: str, now: float) -> Verdict:
        """Take one token from the key's bucket at `now` (Unix seconds)."""
        level = self._level(key, now)
        allowed = level >= 1
        if allowed:
            level -= 1
        if key not in self._levels and len(self._levels) >= _MOST_KEYS:
            self._forget_full(now)
        self._levels[key] = (level, now)
        return Verdict(
            allowed=allowed,
            limit=self._limit,
            remaining=math.floor(level),
            reset_at=math.ceil(now + (self._limit - level) / self._per_second),
            retry_after=0 if allowed else max(1, math.ceil((1 - level) / self._per_second)),
        )

    def _level(self, key: str, now: float) -> float:
        level, since = self._levels.get(key, (float(self._limit), now))
        return min(float(self._limit), level + max(0.0, now - since) * self._per_second)

    def _forget_full(self, now: float) -> None:
        """Drop the buckets that are full again: they say no more than a new one does."""
        full = [key for key in self._levels if self._level(key, now) >= self._limit]
        for key in full:
            del self._levels[key]
