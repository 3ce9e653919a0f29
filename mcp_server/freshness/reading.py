"""Reads own accounts from the upstream and keeps everything that comes by."""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, TypeVar

from pydantic import JsonValue

from mcp_server.clients.reply import Reply
from mcp_server.clients.tokportal import MOST_PER_PAGE, TokPortalClient
from mcp_server.errors import NotFoundError, QuotaExceededError
from mcp_server.freshness.plan import Availability
from mcp_server.models.account import (
    Account,
    AccountAnalytics,
    MonthlyQuota,
    RefreshAvailability,
    SortOrder,
    VideoAnalytics,
    VideoSort,
)
from mcp_server.models.base import Tolerant
from mcp_server.models.time import parse_time
from mcp_server.store.interface import Store
from mcp_server.store.records import Body, Kind, KnownAccount, StoredSnapshot

T = TypeVar("T")

ROWS: Final = "videos"
"""Where the rows stand in the body of a snapshot of kind `videos`; `total` stands beside."""

_MOST_REFRESHES: Final = 10**12
_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def canonical(account_id: str) -> str:
    """Return the one spelling of an account id, so that one account has one ledger."""
    text = account_id.strip()
    return text.lower() if _UUID.fullmatch(text) else text


@dataclass(frozen=True, slots=True)
class AccountReader:
    """The upstream's reads; what they bring is stored before it is returned.

    Every method raises what the client's method raises. A store that is out of order stops no
    read.
    """

    client: TokPortalClient
    store: Store
    partition: Callable[[], Awaitable[str]]
    clock: Callable[[], datetime]

    async def accounts(
        self,
        *,
        page: int = 1,
        per_page: int = 25,
        platform: str | None = None,
        country: str | None = None,
        banned: bool | None = None,
        repeat: bool = True,
    ) -> Reply[list[Account]]:
        """Read a page of the delivered accounts."""
        reply = await self.client.list_accounts(
            page=page,
            per_page=per_page,
            platform=platform,
            country=country,
            banned=banned,
            repeat=repeat,
        )
        now = self.clock()
        known = [
            KnownAccount(
                canonical(account.id), account.username, account.platform, now, now, _body(account)
            )
            for account in reply.data
            if account.id
        ]
        if known:
            await self.store.put_accounts(await self.partition(), known)
        return reply

    async def analytics(self, account_id: str) -> Reply[AccountAnalytics]:
        """Read the totals of an account."""
        account_id = canonical(account_id)
        reply = await self.client.get_account_analytics(account_id)
        snapshot = self.snapshot_of(reply, account_id)
        partition = await self.partition()
        await self.store.put_snapshot(partition, snapshot)
        await self._seen(partition, account_id)
        return reply

    def snapshot_of(self, reply: Reply[AccountAnalytics], account_id: str) -> StoredSnapshot:
        """Return what is stored of an answer."""
        return self._snapshot(
            reply,
            "account",
            account_id,
            body=_body(reply.data),
            scraped_at=parse_time(reply.data.scraped_at),
            account_id=account_id,
        )

    async def availability(self, account_id: str) -> Availability:
        """Ask whether an account may be refreshed, and note the quota."""
        reply = await self.refresh_availability(account_id)
        return Availability.of(reply.data, self.clock())

    async def refresh_availability(self, account_id: str) -> Reply[RefreshAvailability]:
        """Ask the same, for the upstream's own words."""
        reply = await self.client.can_refresh_account_analytics(canonical(account_id))
        await self._note(reply.data.monthly_quota)
        return reply

    async def note_refusal(self, error: QuotaExceededError) -> None:
        """Note the quota that a refusal told."""
        await self._note(MonthlyQuota(limit=error.limit, used=error.used))

    async def videos(
        self,
        account_id: str,
        *,
        sort_by: VideoSort = "upload_date",
        sort_order: SortOrder = "desc",
        page: int = 1,
        per_page: int = 20,
    ) -> Reply[list[VideoAnalytics]]:
        """Read a page of an account's videos; the pages of one collection are stored as one."""
        account_id = canonical(account_id)
        reply = await self.client.list_account_videos(
            account_id, sort_by=sort_by, sort_order=sort_order, page=page, per_page=per_page
        )
        partition = await self.partition()
        before = await self.store.latest_snapshot(partition, "videos", account_id)
        total = reply.pagination.total if reply.pagination is not None else None
        await self.store.put_snapshot(
            partition,
            _joined(
                before,
                self._snapshot(
                    reply,
                    "videos",
                    account_id,
                    body={ROWS: [_body(row) for row in reply.data], "total": total},
                    scraped_at=_latest(row.scraped_at for row in reply.data),
                    account_id=account_id,
                ),
            ),
        )
        await self._seen(partition, account_id)
        return reply

    async def video(self, video_analytics_id: str) -> Reply[VideoAnalytics]:
        """Read one video by its record id."""
        record_id = video_analytics_id.strip()
        reply = await self.client.get_video_analytics(record_id)
        partition = await self.partition()
        await self.store.put_snapshot(
            partition,
            self._snapshot(
                reply,
                "video",
                record_id,
                body=_body(reply.data),
                scraped_at=parse_time(reply.data.scraped_at),
                account_id=await self.store.find_video_account(partition, record_id),
            ),
        )
        return reply

    async def fill_history(self, account_id: str) -> int:
        """Copy what the local upstream has of an account's past; return how many were new.

        The live API has no such route, which is not an error: nothing is new then.
        """
        account_id, page, new = canonical(account_id), 1, 0
        partition = await self.partition()
        while True:
            try:
                reply = await self.client.list_account_snapshots(
                    account_id, page=page, per_page=MOST_PER_PAGE
                )
            except NotFoundError:
                return new
            for place, row in enumerate(reply.data):
                one = replace(reply.carrying(row), meta=_meta_of(reply, place))
                snapshot = self.snapshot_of(one, account_id)
                new += await self.store.put_snapshot(partition, snapshot)
            if not reply.data or not (reply.pagination and reply.pagination.has_next()):
                return new
            page += 1

    async def _note(self, quota: MonthlyQuota | None) -> None:
        if quota is None:
            return
        limit, used = _plausible(quota.limit), _plausible(quota.used)
        if limit is not None or used is not None:
            await self.store.note_quota(await self.partition(), limit, used, self.clock())

    async def _seen(self, partition: str, account_id: str) -> None:
        now = self.clock()
        known = KnownAccount(account_id, None, None, now, now)
        await self.store.put_accounts(partition, [known])

    def _snapshot(
        self,
        reply: Reply[T],
        kind: Kind,
        subject: str,
        *,
        body: Body,
        scraped_at: datetime | None,
        account_id: str | None,
    ) -> StoredSnapshot:
        return StoredSnapshot(
            kind=kind,
            subject=subject,
            scraped_at=scraped_at,
            stored_at=self.clock(),
            body=body,
            account_id=account_id,
            synthetic=reply.world == "sample",
            mode="live" if reply.world is None else "local",
            basis=reply.basis,
        )


def _meta_of(reply: Reply[list[AccountAnalytics]], place: int) -> Mapping[str, JsonValue]:
    """Return what a page says of one of its rows."""
    rows = reply.meta.get("rows")
    found = rows[place] if isinstance(rows, list) and place < len(rows) else None
    return found if isinstance(found, Mapping) else {}


def _plausible(count: int | None) -> int | None:
    """Return a count unless it is none: negative, or larger than any store can hold."""
    return count if count is not None and 0 <= count <= _MOST_REFRESHES else None


def _body(model: Tolerant) -> Body:
    """Return what the upstream sent: null where it sent null, nothing where it sent nothing."""
    body: Body = model.model_dump(mode="json", exclude_unset=True)
    return body


def _latest(stamps: Iterable[str | None]) -> datetime | None:
    known = [moment for text in stamps if (moment := parse_time(text))]
    return max(known, default=None)


def _joined(before: StoredSnapshot | None, page: StoredSnapshot) -> StoredSnapshot:
    """Add a page to the stored ones, unless it is of a newer collection and starts afresh."""
    if before is None or _is_later(page.scraped_at, before.scraped_at):
        return page
    rows = {_record_id(row): row for row in [*_rows(before), *_rows(page)]}
    return replace(
        page,
        scraped_at=before.scraped_at,
        body={ROWS: [*rows.values()], "total": page.body["total"]},
    )


def _is_later(moment: datetime | None, other: datetime | None) -> bool:
    return moment is not None and (other is None or moment > other)


def _rows(snapshot: StoredSnapshot) -> list[JsonValue]:
    rows = snapshot.body.get(ROWS)
    return rows if isinstance(rows, list) else []


def _record_id(row: JsonValue) -> str:
    found = row.get("id") if isinstance(row, Mapping) else None
    return str(row) if found is None else str(found)
