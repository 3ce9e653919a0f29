"""Decides whose a bearer token is, by the operator's list and by the issuer's signature."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, Protocol

from mcp_server.auth.identity import Identity
from mcp_server.auth.refusal import RefusedError
from mcp_server.auth.tokens import Entry, find

MAX_TOKEN: Final = 16 * 1024
"""Characters; longer ones are not even hashed."""


class Issued(Protocol):
    """Tokens that somebody else issues."""

    def may_be(self, token: str) -> bool:
        """Whether a text has their form."""
        ...

    async def identify(self, token: str) -> Identity:
        """Return whose token it is.

        Raises:
            RefusedError: 401, 403 or 503.
        """
        ...


class Authority:
    """Knows who may call."""

    def __init__(
        self,
        entries: Callable[[], Sequence[Entry]],
        issued: Issued | None,
        now: Callable[[], datetime],
    ) -> None:
        self._entries = entries
        self._issued = issued
        self._now = now

    async def identify(self, token: str) -> Identity:
        """Return whose token it is.

        Raises:
            RefusedError: 401, 403 or 503; nothing of the token is in it.
        """
        if len(token) > MAX_TOKEN or not token.isascii():
            raise RefusedError.bad_token()
        known = find(self._entries(), token, self._now())
        if known is not None:
            return known
        if self._issued is None or not self._issued.may_be(token):
            raise RefusedError.bad_token()
        return await self._issued.identify(token)
