"""How the local upstream behaves; built by the composition root or the CLI."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

World = Literal["sample", "own"]


@dataclass(frozen=True, slots=True)
class LocalConfig:
    """Where one world lives and the rules it is served under."""

    data_dir: Path
    """The data folder; the worlds lie in `local/sample` and `local/own` below it."""
    world: World
    refresh_seconds: float = 20.0
    """How long a queued refresh takes until its snapshot is visible."""
    cooldown_hours: float = 48.0
    monthly_quota: int = 500
    rate_limit_per_minute: int | None = None
    """Requests per key and minute on TokPortal's routes; `None` switches the limit off."""
    faults: bool = False
    """Whether a request may ask for a fault with the `X-Tokmetrics-Fault` header."""
    api_keys: tuple[str, ...] = ()
    """Keys that TokPortal's routes accept; empty accepts any non-empty key."""
    clock: Callable[[], float] = time.time
    """Unix seconds now; cooldowns, quotas and refreshes follow it."""

    @property
    def folder(self) -> Path:
        """The folder of the active world."""
        return self.data_dir / "local" / self.world
