"""What a client method returns: the data, and where it came from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

from pydantic import JsonValue

from mcp_server.models.basis import NOT_TOLD, Basis, basis_in
from mcp_server.models.pagination import Pagination
from mcp_server.settings import World

T_co = TypeVar("T_co", covariant=True)
U = TypeVar("U")


@dataclass(frozen=True, slots=True)
class RateLimit:
    """The request budget of the key, as the answer's headers state it.

    `X-RateLimit-Reset` is left out on purpose: it says when the budget is full again, not when
    the next request is possible.
    """

    limit: int | None
    remaining: int | None


@dataclass(frozen=True, slots=True)
class Reply(Generic[T_co]):
    """One successful answer.

    Attributes:
        data: The typed data.
        received_at: When it arrived, aware UTC.
        pagination: Where the page stands, for lists.
        request_id: The upstream's id of the request, if it is a plain token.
        world: The local upstream's world; None for a live answer.
        meta: Toklytics' `meta`; keys beside the data stand under `extra`. Empty for TokPortal.
        rate_limit: The request budget, where the headers were there.
        cached: Whether it was kept from an earlier request.
        stale: Whether it is older than it should be, as the upstream gave nothing newer.
        stored_at: When a kept answer arrived, aware UTC.
    """

    data: T_co
    received_at: datetime
    pagination: Pagination | None = None
    request_id: str | None = None
    world: World | None = None
    meta: Mapping[str, JsonValue] = field(default_factory=dict[str, JsonValue])
    rate_limit: RateLimit | None = None
    cached: bool = False
    stale: bool = False
    stored_at: datetime | None = None

    @property
    def basis(self) -> Basis:
        """What the local upstream says of the figures; nothing of the kind is taken from others."""
        return NOT_TOLD if self.world is None else basis_in(self.meta)

    def carrying(self, data: U) -> "Reply[U]":
        """Return the same reply with other data, such as rows under other names."""
        return Reply(
            data,
            self.received_at,
            self.pagination,
            self.request_id,
            self.world,
            self.meta,
            self.rate_limit,
            self.cached,
            self.stale,
            self.stored_at,
        )
