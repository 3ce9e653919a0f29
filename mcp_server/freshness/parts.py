"""What the pieces of the engine share: where to read, where to write, and the outside world."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from mcp_server.freshness.audit import Audit
from mcp_server.freshness.reading import AccountReader
from mcp_server.freshness.rules import EngineRules
from mcp_server.store.interface import Store


@dataclass(frozen=True, slots=True)
class Parts:
    """One per engine.

    Attributes:
        reader: Reads the upstream and stores what comes.
        store: Jobs and snapshots.
        rules: The numbers.
        clock: Now, as an aware UTC time.
        sleep: Waits for seconds.
        random: A number in [0, 1).
        new_id: A new id, for jobs and idempotency keys.
        owner: Names this process in leases; no two processes share it.
        audit: The record of what is spent.
    """

    reader: AccountReader
    store: Store
    rules: EngineRules
    clock: Callable[[], datetime]
    sleep: Callable[[float], Awaitable[None]]
    random: Callable[[], float]
    new_id: Callable[[], str]
    owner: str
    audit: Audit
