"""Knows whether the server answers, so that nobody waits for one that does not."""

import logging
from collections.abc import Callable
from typing import Final

from mcp_server.errors import StoreError

PATIENCE_SECONDS: Final = 2.0
_IMPATIENCE_SECONDS: Final = 0.5
_PAUSE_SECONDS: Final = 1.0

log = logging.getLogger(__name__)


class Outage:
    """Lets one caller a second try while the server is away, and says so once in the log."""

    def __init__(self, where: str, seconds: Callable[[], float]) -> None:
        self._where = where
        self._seconds = seconds
        self._reason: StoreError | None = None
        self._since = 0.0
        self._next_try = 0.0
        self._refusal: str | None = None

    def patience(self) -> float:
        """Return how many seconds an answer is worth waiting for.

        Raises:
            StoreError: The server was away a moment ago; it is not worth asking.
        """
        if self._reason is None:
            return PATIENCE_SECONDS
        now = self._seconds()
        if now < self._next_try:
            raise StoreError(self._reason.message, retryable=self._reason.retryable)
        self._next_try = now + _PAUSE_SECONDS
        return _IMPATIENCE_SECONDS

    def begin(self, reason: StoreError, detail: str) -> None:
        """Note that the server did not answer."""
        now = self._seconds()
        if self._reason is None:
            self._since = now
            log.warning(
                "%s: %s (%s) Refreshes are refused; reading goes on.", self._where, reason, detail
            )
        self._reason = reason
        self._next_try = now + _PAUSE_SECONDS

    def end(self) -> None:
        """Note that the server answered."""
        if self._reason is not None:
            self._reason = None
            lasted = self._seconds() - self._since
            log.warning("%s answers again after %.0f s.", self._where, lasted)

    def refused(self, reason: StoreError, detail: str) -> None:
        """Note that the server answered and would not do it."""
        if self._refusal != detail:
            self._refusal = detail
            log.warning("%s: %s (%s)", self._where, reason, detail)

    def wrote(self) -> None:
        """Note that the server took something."""
        self._refusal = None
