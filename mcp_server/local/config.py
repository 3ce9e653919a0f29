"""How the local upstream behaves; built by the composition root or the CLI."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from mcp_server.local.providers.interface import Provider

World = Literal["sample", "own"]
ProviderName = Literal["sample", "inbox", "replay", "scrape"]


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
    own_provider: ProviderName = "inbox"
    """Where refreshes of imported accounts get their figures; the sample has its own."""
    provider_folder: Path | None = None
    """The folder of that provider; `None` is one of its name in the data folder."""
    source: Callable[[], Provider] | None = None
    """Makes the provider of a refresh, in place of the one that is named; for tests."""

    @property
    def folder(self) -> Path:
        """The folder of the active world."""
        return self.data_dir / "local" / self.world

    @property
    def provider(self) -> ProviderName:
        """Where refreshes get their figures: generated and real ones never mix."""
        return "sample" if self.world == "sample" else self.own_provider

    @property
    def refresh_folder(self) -> Path:
        """The folder that the provider reads, where it reads one."""
        return self.provider_folder or self.data_dir / self.provider

    @property
    def reads_folder(self) -> bool:
        """Whether the provider reads a folder."""
        return self.provider in {"inbox", "replay"}
