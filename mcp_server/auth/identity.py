"""Who calls, once that is known for certain."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias, cast

from mcp_server.tenants.owner import DEFAULT

Scope: TypeAlias = Literal["read", "refresh"]
READ: Final = "read"
REFRESH: Final = "refresh"

IDENTITY: Final = "tokmetrics.identity"
"""Where the gate leaves the identity for whoever answers, in the ASGI scope."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one caller may ask for; `None`: no limit of ours."""

    requests_per_minute: int | None = None
    refreshes_per_day: int | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """An authenticated caller; nothing of its token is in it.

    Attributes:
        name: What to call it in logs and audits.
        key: The same for the same caller and for nobody else: issuer and subject.
        scopes: What it may do.
        tenant: Whose data it sees.
        limits: How much it may ask for.
        client: The OAuth client that it uses, where known.
        issuer: Who vouches for it; `None` for the operator's own tokens.
        expires_at: Until when that is so.
    """

    name: str
    key: tuple[str, str]
    scopes: frozenset[Scope]
    tenant: str = DEFAULT
    limits: Limits = Limits()
    client: str = ""
    issuer: str | None = None
    expires_at: datetime | None = None

    @property
    def may_spend(self) -> bool:
        """Whether it may call the tools that spend refreshes."""
        return REFRESH in self.scopes


def identity_of(request: object) -> Identity | None:
    """Return who sent an HTTP request; `None` where nobody has to log in, as on stdio.

    Args:
        request: As the SDK's context carries it, a Starlette request or `None`.
    """
    scope = cast("Mapping[str, object]", getattr(request, "scope", {}))
    found = scope.get(IDENTITY)
    return found if isinstance(found, Identity) else None
