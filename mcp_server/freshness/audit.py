"""The record of what was spent, as the engine needs it: before each refresh is sent, and after."""

from typing import Final, Protocol

from mcp_server.store.records import Body, Job

ASKED_BY: Final = "asked_by"
"""Under this name a job remembers who asked for it, for whichever process ends it."""


class Audit(Protocol):
    """Writes down every refresh that is spent."""

    def asked_by(self) -> Body:
        """Return who asks at present."""
        ...

    async def before(self, job: Job, attempt: int) -> None:
        """Record that a refresh is about to be sent, for the `attempt`-th time.

        Raises:
            StoreError: That was not possible, so it must not be sent.
        """
        ...

    async def after(self, job: Job, outcome: str) -> None:
        """Record what came of one that was sent; never raises."""
        ...


class NoAudit:
    """Records nothing."""

    def asked_by(self) -> Body:
        """Return nobody."""
        return {}

    async def before(self, job: Job, attempt: int) -> None:
        """Do nothing."""

    async def after(self, job: Job, outcome: str) -> None:
        """Do nothing."""
