"""Puts what a client brought into the envelope: whose data it is, how old, which page."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, TypeVar

from pydantic import JsonValue

from mcp_server.answers.envelope import Answer, Api, NextCall, PageInfo, Provenance, Quota
from mcp_server.answers.stored import age_seconds, canonical
from mcp_server.clients.reply import Reply
from mcp_server.models.account import MonthlyQuota
from mcp_server.models.pagination import PagePagination, Pagination
from mcp_server.models.time import parse_time, times_in_utc
from mcp_server.untrusted import safe_token

T = TypeVar("T")

_TOKLYTICS: Final = "Toklytics (toklytics.app)"
"""How Toklytics names itself, by its contract. Another name must be a plain token: `provenance` is
what the server says, and no place for a stranger's sentence."""


def answer(
    api: Api,
    reply: Reply[T],
    now: datetime,
    *,
    as_of: str | None = None,
    quota: MonthlyQuota | None = None,
    next_call: NextCall | None = None,
    notes: Sequence[str] = (),
) -> Answer[T]:
    """Return the answer that carries `reply`.

    Args:
        api: Whose data it is.
        reply: What the client brought.
        now: To reckon the age from.
        as_of: When the figures were collected, as the upstream wrote it; where it is not given,
            what the reply itself says of its window.
        quota: The organization's quota, where the call touches it.
        next_call: The one call worth making next; a following page is added by the boundary.
        notes: What a reader must know to use the data rightly; our own sentences only.
    """
    extra = reply.meta.get("extra")
    return Answer(
        data=reply.data,
        provenance=_provenance(api, reply, now, as_of),
        pagination=_page(reply.pagination, reply.meta.get("total_is_capped")),
        quota=None if quota is None else Quota(limit=quota.limit, used=quota.used),
        next=next_call,
        notes=list(notes) or None,
        extra=times_in_utc(extra) if isinstance(extra, dict) else None,
    )


def oldest(stamps: Iterable[str | None]) -> str | None:
    """Return the earliest readable time of `stamps`, as it was written."""
    known = [(moment, text) for text in stamps if text and (moment := parse_time(text))]
    return min(known)[1] if known else None


def _provenance(api: Api, reply: Reply[T], now: datetime, as_of: str | None) -> Provenance:
    said, source = reply.meta.get("as_of"), reply.meta.get("source")
    written = as_of if as_of is not None else said if isinstance(said, str) else None
    moment = parse_time(written)
    basis = reply.basis
    return Provenance(
        api=api,
        mode="live" if reply.world is None else "local",
        synthetic=True if reply.world == "sample" else None,
        as_of=None if moment is None else canonical(moment),
        age_seconds=None if moment is None else age_seconds(moment, now),
        fetched_at=None if moment is not None else canonical(reply.received_at),
        source=_TOKLYTICS if source == _TOKLYTICS else safe_token(source),
        metrics_version=basis.metrics_version,
        basis=basis.text,
        low_sample=basis.low_sample or None,
        cached=True if reply.cached else None,
        stale=True if reply.stale else None,
        request_id=reply.request_id,
    )


def _page(page: Pagination | None, capped: JsonValue) -> PageInfo | None:
    if page is None:
        return None
    total_is_capped = True if capped is True else None
    if isinstance(page, PagePagination):
        return PageInfo(
            page=page.page,
            per_page=page.per_page,
            total=page.total,
            total_pages=page.total_pages,
            total_is_capped=total_is_capped,
        )
    return PageInfo(
        page=page.page,
        limit=page.limit,
        total=page.total,
        total_pages=page.total_pages,
        has_more=page.has_next(),
        total_is_capped=total_is_capped,
    )
