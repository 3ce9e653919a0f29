"""TokPortal's operations, each from a request to its answer. They run in a worker thread."""

import json
import re
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from mcp_server.local.creator_metrics import current_version
from mcp_server.local.metrics import counted, is_small
from mcp_server.local.metrics.parameters import ACTIVE_DAYS
from mcp_server.local.tokportal.accounts import (
    Account,
    creator_of,
    find_account,
    record_videos,
)
from mcp_server.local.tokportal.availability import availability
from mcp_server.local.tokportal.call import Call
from mcp_server.local.tokportal.creators import Creator, observed_videos
from mcp_server.local.tokportal.due import apply_due, settle
from mcp_server.local.tokportal.mending import catch_up
from mcp_server.local.tokportal.refresh import quota_of, refresh
from mcp_server.local.tokportal.snapshots import (
    Snapshot,
    count_snapshots,
    newest_snapshot,
    snapshot_page,
)
from mcp_server.local.tokportal.videos import (
    SORT_COLUMNS,
    sorted_video_ids,
    video_history,
    video_records,
)
from mcp_server.local.tokportal.wire import (
    ApiError,
    Json,
    answer,
    choice,
    invalid,
    iso,
    page_of,
)
from mcp_server.local.transaction import immediate
from mcp_server.local.world import World

_KEY: Final = re.compile(r"[\x21-\x7e]{1,255}")
_PER_PAGE: Final = 20
_VIDEO_BASIS: Final = "engagement_rate in percent of each video's views when collected"


def get_me(_world: World, _call: Call) -> Response:
    """Say who the key belongs to: nobody, in a local world."""
    return answer({"email": "local@tokmetrics.invalid", "credits": 0})


def get_analytics(world: World, call: Call) -> Response:
    """Answer the account's newest totals."""
    account = _account(world, call)
    apply_due(world)
    catch_up(world)
    snapshot = _newest(world, account)
    return answer(_totals(account, snapshot), meta=_basis(snapshot))


def post_refresh(world: World, call: Call) -> Response:
    """Queue a refresh, or say why not."""
    account = _account(world, call)
    _check_body(call.body)
    found = refresh(
        world,
        account,
        request_key=_request_key(call.request),
        dry_run=_dry_run(call.request),
    )
    return Response(found.body, found.status, media_type="application/json")


def get_can_refresh(world: World, call: Call) -> Response:
    """Say whether a refresh would be accepted now."""
    account = _account(world, call)
    found = availability(world.state(), world.config, account.account_id, world.now())
    return answer(
        {
            "account_id": account.account_id,
            "can_refresh": found.next_refresh_at is None,
            "next_refresh_at": iso(found.next_refresh_at),
            "hours_remaining": found.hours_until(found.next_refresh_at),
            "monthly_quota": quota_of(found),
        }
    )


def get_videos(world: World, call: Call) -> Response:
    """Answer a page of the account's video records."""
    query = call.request.query_params
    page = page_of(query, default=_PER_PAGE)
    sort_by = choice(query, "sort_by", tuple(SORT_COLUMNS)) or "upload_date"
    sort_order = choice(query, "sort_order", ("asc", "desc")) or "desc"
    account = _account(world, call)
    settle(world, account.account_id)
    meta = _video_basis(world)
    _newest(world, account)
    creator = creator_of(world, account)
    if creator is None:
        return page.answer([], 0)
    ids = sorted_video_ids(
        world.data(),
        account.account_id,
        creator,
        sort_by=sort_by,
        descending=sort_order == "desc",
    )
    _record_new(world, account, creator, len(ids))
    shown = ids[page.offset : page.offset + page.size]
    records = video_records(world.data(), account.account_id, shown)
    return page.answer(records, len(ids), meta=meta)


def get_video(world: World, call: Call) -> Response:
    """Answer one video record."""
    account_id, video_id = _record(world, call)
    settle(world, account_id)
    meta = _video_basis(world)
    found = video_records(world.data(), account_id, [video_id])
    if not found or newest_snapshot(world.state(), account_id) is None:
        raise _no_video()
    return answer(found[0], meta=meta)


def get_snapshots(world: World, call: Call) -> Response:
    """Answer the account's stored totals, newest first. Only the local upstream has this."""
    page = page_of(call.request.query_params, default=_PER_PAGE)
    account = _account(world, call)
    apply_due(world)
    state = world.state()
    found = snapshot_page(state, account.account_id, limit=page.size, offset=page.offset)
    total = count_snapshots(state, account.account_id)
    meta: dict[str, Json] = {"rows": [_basis(snapshot) for snapshot in found]}
    return page.answer([_totals(account, snapshot) for snapshot in found], total, meta=meta)


def get_video_snapshots(world: World, call: Call) -> Response:
    """Answer a video's stored counts, newest first. Only the local upstream has this."""
    page = page_of(call.request.query_params, default=_PER_PAGE)
    account_id, video_id = _record(world, call)
    settle(world, account_id)
    found = video_history(world.data(), world.state(), account_id, video_id)
    return page.answer(found[page.offset : page.offset + page.size], len(found))


def _account(world: World, call: Call) -> Account:
    account = find_account(world.state(), call.path["account_id"])
    if account is None:
        raise ApiError(404, "ACCOUNT_NOT_FOUND", "There is no such account.")
    return account


def _newest(world: World, account: Account) -> Snapshot:
    newest = newest_snapshot(world.state(), account.account_id)
    if newest is None:
        raise ApiError(
            404,
            "ANALYTICS_NOT_FOUND",
            "No analytics data found for this account. Try calling the refresh endpoint first.",
        )
    return newest


def _record(world: World, call: Call) -> tuple[str, str]:
    """Return the account id and the platform video id of the record in the path."""
    row = (
        world.state()
        .execute(
            "SELECT account_id, video_id FROM video_records WHERE id = ?", (call.path["record_id"],)
        )
        .fetchone()
    )
    if row is None:
        raise _no_video()
    return str(row["account_id"]), str(row["video_id"])


def _no_video() -> ApiError:
    return ApiError(404, "VIDEO_ANALYTICS_NOT_FOUND", "No analytics data found for this video ID.")


def _record_new(world: World, account: Account, creator: Creator, expected: int) -> None:
    """Give ids to videos that came by an import which was stopped before it could."""
    state = world.state()
    query = "SELECT count(*) FROM video_records WHERE account_id = ?"
    if state.execute(query, (account.account_id,)).fetchone()[0] < expected:
        videos = observed_videos(world.data(), creator)
        with immediate(state):
            record_videos(state, account.account_id, videos)


def _totals(account: Account, snapshot: Snapshot) -> dict[str, Json]:
    return {
        "account_id": account.account_id,
        "followers_count": snapshot.followers,
        "following_count": snapshot.following,
        "total_videos_tracked": snapshot.n,
        "total_views": snapshot.total_views,
        "total_likes": snapshot.total_likes,
        "total_comments": snapshot.total_comments,
        "total_shares": snapshot.total_shares,
        "total_bookmarks": snapshot.total_bookmarks,
        "average_engagement_rate": snapshot.engagement_rate,
        "average_video_views": snapshot.average_views,
        "weekly_post_average": snapshot.weekly_posts,
        "scraped_at": iso(snapshot.scraped_at),
    }


def _basis(snapshot: Snapshot) -> dict[str, Json]:
    """Say by which formulas the totals were computed, and on what they rest."""
    version: dict[str, Json] = {}
    if snapshot.metrics_version is not None:
        version["metrics_version"] = snapshot.metrics_version
    return {
        **version,
        "basis": (
            f"{counted(snapshot.n, snapshot.n_viewed, snapshot.n_rated)};"
            " average_engagement_rate weighted by views;"
            f" weekly_post_average over up to {ACTIVE_DAYS} days before scraped_at"
        ),
        "low_sample": is_small(snapshot.n, snapshot.n_viewed, snapshot.n_rated),
    }


def _video_basis(world: World) -> dict[str, Json]:
    """Say on what the rates of videos rest, and by which formulas the stored ones are."""
    return {"metrics_version": current_version(world.data()), "basis": _VIDEO_BASIS}


def _check_body(body: bytes) -> None:
    """Accept a JSON object, whatever is in it, and the empty body of the older contract."""
    try:
        sent: object = json.loads(body) if body.strip() else {}
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        sent = None
    if not isinstance(sent, dict):
        raise invalid("body", "a JSON object")


def _request_key(request: Request) -> str | None:
    key = request.headers.get("Idempotency-Key", "").strip()
    if key and not _KEY.fullmatch(key):
        raise invalid("Idempotency-Key", "1 to 255 visible ASCII characters")
    return key or None


def _dry_run(request: Request) -> bool:
    # A misspelled value must not turn a rehearsal into the real thing.
    asked = request.headers.get("X-TokPortal-Dry-Run", "false").strip().lower()
    if asked not in {"true", "false"}:
        raise invalid("X-TokPortal-Dry-Run", "true or false")
    return asked == "true"
