"""How many refreshes one caller may still begin."""

from typing import Protocol


class Purse(Protocol):
    """A caller's own limit, beside the quota of its organization."""

    def may_spend(self) -> bool:
        """Whether another refresh may begin."""
        ...

    def spend(self) -> None:
        """Count one that begins."""
        ...

    def said(self) -> str:
        """Say in a sentence what is left, and when there is more."""
        ...
