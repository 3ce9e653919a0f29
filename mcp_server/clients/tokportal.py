"""TokPortal's analytics API: the figures of the user's own delivered accounts.

Every method raises `SettingsError` before any request if there is no key, `InvalidArgumentError`
for arguments that cannot work, and what `ApiTransport.send` raises.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final, TypeVar, get_args

from pydantic import JsonValue, SecretStr

from mcp_server.clients.arguments import one_of, text_or_none, whole_number
from mcp_server.clients.body import Content
from mcp_server.clients.call import CLIENT_NAME, Call, Param, Upstream
from mcp_server.clients.paths import segment
from mcp_server.clients.reply import Reply
from mcp_server.clients.tokportal_body import read_object, read_receipt, read_rows
from mcp_server.clients.transport import ApiTransport
from mcp_server.errors import ErrorCode, InvalidArgumentError, SettingsError
from mcp_server.models.account import (
    Account,
    AccountAnalytics,
    RefreshAvailability,
    RefreshOptions,
    RefreshReceipt,
    SortOrder,
    VideoAnalytics,
    VideoSort,
)
from mcp_server.untrusted import safe_token

T = TypeVar("T")

KEY_VARIABLE: Final = "TOKPORTAL_API_KEY"
MOST_PER_PAGE: Final = 100

_PLATFORM_ID = re.compile(r"\d{15,20}")


def tokportal_upstream(base_url: str, key: SecretStr | None) -> Upstream:
    """Describe TokPortal at an address."""
    return Upstream(
        api="TokPortal",
        base_url=base_url,
        key_header="X-API-Key",
        key=key,
        key_variable=KEY_VARIABLE,
        headers={"X-TokPortal-Client": CLIENT_NAME},
        request_id_header="X-Request-ID",
    )


class TokPortalClient:
    """One method per operation of TokPortal."""

    def __init__(self, transport: ApiTransport) -> None:
        self._transport = transport

    async def list_accounts(
        self,
        *,
        page: int = 1,
        per_page: int = 25,
        platform: str | None = None,
        country: str | None = None,
        banned: bool | None = None,
        repeat: bool = True,
    ) -> Reply[list[Account]]:
        """`GET /accounts`: the delivered accounts and their ids.

        Args:
            page: From 1.
            per_page: 1 to 100.
            platform: Such as `tiktok`.
            country: A code or alias.
            banned: Only banned ones, or only the others.
            repeat: Whether to try again after a failure.
        """
        params: dict[str, Param] = {
            **_page(page, per_page),
            "platform": text_or_none(platform),
            "country": text_or_none(country),
            "banned": banned,
        }
        call = Call("/accounts", params=params, repeat=repeat)
        return await self._send(call, read_rows(Account))

    async def get_account_analytics(self, account_id: str) -> Reply[AccountAnalytics]:
        """`GET /accounts/{id}/analytics`: the totals as of the last collection.

        Raises:
            NotFoundError: With `NOT_FOUND_ANALYTICS` if nothing was ever collected.
        """
        return await self._send(_about(account_id), read_object(AccountAnalytics))

    async def refresh_account_analytics(
        self,
        account_id: str,
        *,
        idempotency_key: str | None = None,
        options: RefreshOptions | None = None,
        dry_run: bool = False,
        retry_uncertain: bool = True,
    ) -> Reply[RefreshReceipt]:
        """`POST /accounts/{id}/analytics/refresh`: spend one refresh of the monthly quota.

        Args:
            account_id: TokPortal's id.
            idempotency_key: Given to continue an earlier refresh; otherwise a new one is made.
            options: What else to collect; the API documents the names only.
            dry_run: Ask for a simulation. Only a receipt with `dry_run` true was one.
            retry_uncertain: Whether to repeat once, with the same key, when the first attempt
                may have been executed.

        Raises:
            CooldownError: The account was refreshed recently; nothing was spent.
            QuotaExceededError: The month's refreshes are used up.
            OutcomeUnknownError: The refresh may or may not have been accepted.
        """
        key = self._transport.runtime.new_id() if idempotency_key is None else idempotency_key
        if safe_token(key) is None:
            raise InvalidArgumentError(
                "The key cannot be sent as a header.",
                parameter="idempotency_key",
                allowed="1 to 64 letters, digits, full stops, underscores and hyphens",
            )
        chosen = options or RefreshOptions()
        # One generation of the API requires a body, the other ignores it.
        json: dict[str, JsonValue] = chosen.model_dump(
            mode="json", by_alias=True, exclude_none=True
        )
        call = Call(
            f"/accounts/{segment(account_id, 'account_id')}/analytics/refresh",
            ErrorCode.NOT_FOUND_ACCOUNT,
            method="POST",
            json=json,
            headers={"X-TokPortal-Dry-Run": "true"} if dry_run else {},
            idempotency_key=key,
            retry_uncertain=retry_uncertain,
        )
        return await self._send(call, read_receipt)

    async def can_refresh_account_analytics(self, account_id: str) -> Reply[RefreshAvailability]:
        """`GET /accounts/{id}/analytics/can-refresh`: cooldown and quota; spends nothing."""
        return await self._send(
            _about(account_id, "/can-refresh"), read_object(RefreshAvailability)
        )

    async def list_account_videos(
        self,
        account_id: str,
        *,
        sort_by: VideoSort = "upload_date",
        sort_order: SortOrder = "desc",
        page: int = 1,
        per_page: int = 20,
    ) -> Reply[list[VideoAnalytics]]:
        """`GET /accounts/{id}/analytics/videos`: the posts of an account, `per_page` 1 to 100."""
        one_of(sort_by, "sort_by", get_args(VideoSort))
        one_of(sort_order, "sort_order", get_args(SortOrder))
        params: dict[str, Param] = {
            "sort_by": sort_by,
            "sort_order": sort_order,
            **_page(page, per_page),
        }
        return await self._send(_about(account_id, "/videos", params), read_rows(VideoAnalytics))

    async def get_video_analytics(self, video_analytics_id: str) -> Reply[VideoAnalytics]:
        """`GET /videos/{id}/analytics`: one post by its record id.

        Args:
            video_analytics_id: The `id` of a row of `list_account_videos`; an address or an id
                of the platform is refused.
        """
        text = video_analytics_id.strip()
        if _PLATFORM_ID.fullmatch(text) or "tiktok.com" in text.lower():
            raise InvalidArgumentError(
                "This is the platform's own id or address of a video, not a record id.",
                parameter="video_analytics_id",
                allowed="the `id` of a row that listAccountVideoAnalytics returned",
            )
        call = Call(
            f"/videos/{segment(text, 'video_analytics_id')}/analytics",
            ErrorCode.NOT_FOUND_VIDEO_ANALYTICS,
        )
        return await self._send(call, read_object(VideoAnalytics))

    async def list_account_snapshots(
        self, account_id: str, *, page: int = 1, per_page: int = 100
    ) -> Reply[list[AccountAnalytics]]:
        """`GET /accounts/{id}/analytics/snapshots`: earlier totals.

        Only the local upstream has this route; the live API answers `NotFoundError`.
        """
        call = _about(account_id, "/snapshots", _page(page, per_page))
        return await self._send(call, read_rows(AccountAnalytics))

    async def _send(self, call: Call, read: Callable[[JsonValue], Content[T]]) -> Reply[T]:
        if self._transport.upstream.key is None:
            raise SettingsError(variable=KEY_VARIABLE, code=ErrorCode.CONFIGURATION_MISSING_KEY)
        return await self._transport.send(call, read)


def _about(account_id: str, rest: str = "", params: Mapping[str, Param] | None = None) -> Call:
    """Return a read below `/accounts/{id}/analytics`."""
    path = f"/accounts/{segment(account_id, 'account_id')}/analytics{rest}"
    return Call(path, ErrorCode.NOT_FOUND_ACCOUNT, params or {})


def _page(page: int, per_page: int) -> dict[str, Param]:
    """Return both page parameters: the API's default page size differs by endpoint."""
    return {
        "page": whole_number(page, "page", least=1),
        "per_page": whole_number(per_page, "per_page", least=1, most=MOST_PER_PAGE),
    }
