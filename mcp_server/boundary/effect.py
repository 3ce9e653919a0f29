"""What a tool does to the world; each effect sets all four of the protocol's hints."""

from enum import Enum

from mcp_types import ToolAnnotations


class Effect(Enum):
    """The kinds of tools there are."""

    READ = "read"
    """Asks an upstream, changes nothing, spends nothing."""
    JOIN = "join"
    """Starts a collection upstream, which spends quota; a repeat joins it or meets the cooldown."""

    def hints(self, title: str) -> ToolAnnotations:
        """Return the protocol's hints, none left to a default."""
        return ToolAnnotations(
            title=title,
            read_only_hint=self is Effect.READ,
            destructive_hint=False,
            idempotent_hint=True,
            open_world_hint=True,
        )
