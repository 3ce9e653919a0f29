"""What is known of the call that is being answered, for everything that reports about it."""

import re
from collections import Counter
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Final

from pydantic import JsonValue

from mcp_server.untrusted import one_line, safe_token

_TRACEPARENT: Final = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
_LONGEST_NAME: Final = 64


@dataclass(slots=True)
class CallRecord:
    """One call of a tool.

    Attributes:
        id: Ties together what is written about it anywhere.
        tool: The tool's name, or `unknown`.
        tenant: Whose data it is about.
        caller: Who logged in, where somebody had to.
        client: What the client calls itself.
        requests: How many requests to an upstream it took.
        cache: How often which use was made of the cache.
    """

    id: str
    tool: str
    tenant: str
    caller: str | None = None
    client: str | None = None
    requests: int = 0
    cache: Counter[str] = field(default_factory=Counter[str])

    def who(self) -> dict[str, JsonValue]:
        """Return who calls what, for the audit."""
        told: dict[str, JsonValue] = {
            "call_id": self.id,
            "tenant": self.tenant,
            "caller": self.caller,
            "client": self.client,
            "tool": self.tool,
        }
        return {name: value for name, value in told.items() if value is not None}


CALL: Final[ContextVar[CallRecord | None]] = ContextVar("call", default=None)
"""The call that is being answered; a refresh goes on in a context without one."""


def name_of_stranger(text: str | None) -> str | None:
    """Return a name that somebody gave, without line breaks and anything that hides."""
    return None if text is None else one_line(text, limit=_LONGEST_NAME) or None


def traceparent_of(*sources: Mapping[str, object]) -> str | None:
    """Return the first W3C `traceparent` that is valid.

    Args:
        sources: The request's `_meta` and headers, with names in lower case.
    """
    for source in sources:
        found = source.get("traceparent")
        if isinstance(found, str) and _TRACEPARENT.fullmatch(found):
            return found
    return None


def correlation_id(traceparent: str | None, request_id: object, fresh: str) -> str:
    """Return the id of a call: of the client's trace, of its proxy, or a new one.

    Args:
        traceparent: As `traceparent_of` returned it.
        request_id: The header `X-Request-ID`, whatever it holds.
        fresh: A new id.
    """
    if traceparent is not None:
        return traceparent.split("-")[1]
    return safe_token(request_id) or fresh
