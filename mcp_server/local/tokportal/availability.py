"""Whether an account may be refreshed: the cooldown first, then the month's quota."""

import calendar
import math
import sqlite3
import time
from dataclasses import dataclass

from mcp_server.local.config import LocalConfig

_HOUR = 3_600


@dataclass(frozen=True, slots=True)
class Availability:
    """What stands in the way of a refresh at one moment. Times are Unix seconds."""

    now: int
    cooldown_until: int | None
    """The end of a running cooldown, else `None`."""
    used: int
    limit: int
    next_month: int

    @property
    def exhausted(self) -> bool:
        """Whether the month's quota is spent."""
        return self.used >= self.limit

    @property
    def next_refresh_at(self) -> int | None:
        """When both the cooldown and the quota allow a refresh; `None` if they do now."""
        waits = [] if self.cooldown_until is None else [self.cooldown_until]
        if self.exhausted:
            waits.append(self.next_month)
        return max(waits, default=None)

    def hours_until(self, moment: int | None) -> int:
        """Return the hours from now to `moment`, rounded up; 0 for `None`."""
        return 0 if moment is None else max(0, math.ceil((moment - self.now) / _HOUR))


def availability(
    state: sqlite3.Connection, config: LocalConfig, account_id: str, now: int
) -> Availability:
    """Read the account's last accepted refresh and the month's quota."""
    last, due_at = state.execute(
        "SELECT max(requested_at), max(due_at) FROM refreshes"
        " WHERE account_id = ? AND status <> 'void'",
        (account_id,),
    ).fetchone()
    until = None
    if last is not None:  # one at a time, even where the cooldown is shorter than a refresh
        until = max(int(last) + math.ceil(config.cooldown_hours * _HOUR), int(due_at))
    used = state.execute("SELECT used FROM quota WHERE month = ?", (month_of(now),)).fetchone()
    return Availability(
        now=now,
        cooldown_until=until if until is not None and until > now else None,
        used=0 if used is None else int(used[0]),
        limit=config.monthly_quota,
        next_month=start_of_next_month(now),
    )


def month_of(now: int) -> str:
    """Return the calendar month in UTC, as `2026-02`."""
    return time.strftime("%Y-%m", time.gmtime(now))


def start_of_next_month(now: int) -> int:
    """Return the first second of the next calendar month in UTC."""
    moment = time.gmtime(now)
    following = (moment.tm_year + moment.tm_mon // 12, moment.tm_mon % 12 + 1, 1, 0, 0, 0)
    return calendar.timegm(following)
