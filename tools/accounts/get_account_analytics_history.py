"""`getAccountAnalyticsHistory`: one metric of an own account over time."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, ClassVar, Final, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, Field

from mcp_server.answers.envelope import Answer, NextCall
from mcp_server.answers.stored import canonical, stored_answer
from mcp_server.answers.view import view
from mcp_server.boundary import Effect, tool
from mcp_server.deps import Deps
from mcp_server.errors import ErrorCode, InvalidArgumentError, NotFoundError
from mcp_server.freshness.history import Change, Gap, Granularity, Point, Series, series
from mcp_server.models.account import AccountAnalytics
from mcp_server.models.base import Number
from mcp_server.store.records import StoredSnapshot
from tools.params import AccountId

Metric = Literal[
    "followers_count",
    "following_count",
    "total_videos_tracked",
    "total_views",
    "total_likes",
    "total_comments",
    "total_shares",
    "total_bookmarks",
    "average_engagement_rate",
    "average_video_views",
    "weekly_post_average",
]

_CONCISE = view(
    "account_id",
    "metric",
    "granularity",
    "snapshots",
    "change",
    gaps=view(last=5),
    points=view(last=20),
)
_OF_THE_PROFILE: Final = frozenset({"followers_count", "following_count", "total_videos_tracked"})
"""Figures that rest on no other video than before, and on no formula."""
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_MOST_POINTS: Final = 366
_SINGLE: Final = (
    "Only one snapshot is stored, so there is no change to show yet. Every reading of newly "
    "collected figures adds one, and only a refresh makes TokPortal collect."
)


def _moment(value: object) -> object:
    """Accept a bare date; a time without a zone is UTC."""
    if not isinstance(value, str):
        return value
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError:
        raise ValueError(
            "expected a date or time such as 2026-02-01 or 2026-02-01T09:00:00Z"
        ) from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _end_of_day(value: object) -> object:
    """Accept a bare date as the whole of that day."""
    if isinstance(value, str) and _DATE.fullmatch(value.strip()):
        value = f"{value.strip()}T23:59:59.999999"
    return _moment(value)


Since = Annotated[AwareDatetime | None, BeforeValidator(_moment)]
Until = Annotated[AwareDatetime | None, BeforeValidator(_end_of_day)]


class HistoryPoint(BaseModel):
    """A value and when it was collected."""

    at: str
    value: Number


class HistoryGap(BaseModel):
    """A stretch without a snapshot."""

    after: str
    before: str
    missing: int | None = Field(default=None, description="Days or weeks without one")


class HistoryChange(BaseModel):
    """From the first point to the last."""

    absolute: Number
    days: float
    per_day: float | None = None
    percent: float | None = None


class AccountHistory(BaseModel):
    """One metric over time."""

    quoted: ClassVar[frozenset[str]] = frozenset()

    account_id: str
    metric: str
    granularity: str
    snapshots: int = Field(description="Stored snapshots with this metric in the range")
    points: list[HistoryPoint] = Field(description="Oldest first")
    gaps: list[HistoryGap] | None = None
    change: HistoryChange | None = None


@tool("getAccountAnalyticsHistory", "Own account's history", Effect.READ, concise=_CONCISE)
async def get_account_analytics_history(
    deps: Deps,
    *,
    account_id: AccountId,
    metric: Annotated[Metric, Field(description="Figure to follow")] = "followers_count",
    since: Annotated[Since, Field(description="From this date or time, UTC")] = None,
    until: Annotated[
        Until, Field(description="Up to this time, or the end of this date, UTC")
    ] = None,
    granularity: Annotated[
        Granularity, Field(description="One point per snapshot, day or week")
    ] = "day",
) -> Answer[AccountHistory]:
    """Show one figure of an own account over time, with its change.

    Use it for "how have my followers grown?", not for single posts or other people's accounts. It
    knows only snapshots this server stored when figures were read or refreshed; gaps are marked.
    Spends nothing. For the present use `getAccountAnalytics`.
    """
    if since is not None and until is not None and since > until:
        raise InvalidArgumentError(
            "`since` is later than `until`.", parameter="since", allowed="a time before until"
        )
    # Reading goes on without a store; here there is nothing else to read, so a broken one is said.
    await deps.store.active_job(await deps.partition(), account_id)
    if deps.local:
        await deps.accounts.fill_history(account_id)
    found = await deps.store.snapshots(
        await deps.partition(), "account", account_id, since=since, until=until
    )
    if not found:
        raise NotFoundError(
            "No snapshot of this account is stored in this range.",
            code=ErrorCode.NOT_FOUND_HISTORY,
        )
    known = [(snapshot, point) for snapshot in found if (point := _point(snapshot, metric))]
    made = series((point for _, point in known), granularity)
    at = {point.at: snapshot for snapshot, point in known}
    ends = [at[point.at] for point in made.points[:: max(1, len(made.points) - 1)]]
    latest = known[-1][0] if known else found[-1]
    return Answer(
        data=_history(account_id, metric, granularity, made, len(known)),
        provenance=stored_answer(latest, deps.now()).provenance,
        next=NextCall(tool="canRefreshAccountAnalytics", arguments={"account_id": account_id})
        if len(known) == 1
        else None,
        notes=_notes(len(found), len(known), len(made.points)) + _differences(metric, ends) or None,
    )


def _notes(stored: int, known: int, points: int) -> list[str]:
    notes: list[str] = []
    if known < stored:
        notes.append(f"{stored - known} of {stored} stored snapshots do not hold this figure.")
    if known == 1:
        notes.append(_SINGLE)
    if points > _MOST_POINTS:
        notes.append(
            f"Only the newest {_MOST_POINTS} of {points} points are shown; narrow the range, or "
            "use granularity week."
        )
    return notes


def _differences(metric: Metric, ends: Sequence[StoredSnapshot]) -> list[str]:
    """Say what besides growth changed between the first point and the last."""
    if metric in _OF_THE_PROFILE or len(ends) < 2:  # noqa: PLR2004 - a change is between two
        return []
    first, last = ends
    notes: list[str] = []
    before, after = (snapshot.body.get("total_videos_tracked") for snapshot in ends)
    if before != after and isinstance(before, int) and isinstance(after, int):
        notes.append(
            f"Tracked videos: {before} at the first point, {after} at the last, so that the change "
            "is not growth alone."
        )
    if first.basis.metrics_version != last.basis.metrics_version:
        old, new = (snapshot.basis.metrics_version or "unknown" for snapshot in ends)
        notes.append(
            f"The formulas differ, metrics_version {old} at the first point and {new} at the "
            "last: that may be the change."
        )
    return notes


def _point(snapshot: StoredSnapshot, metric: Metric) -> Point | None:
    figures = AccountAnalytics.model_validate(snapshot.body)
    value: float | None = getattr(figures, metric)
    if value is None or snapshot.scraped_at is None:
        return None
    return Point(snapshot.scraped_at, value)


def _history(
    account_id: str, metric: str, granularity: str, made: Series, snapshots: int
) -> AccountHistory:
    return AccountHistory(
        account_id=account_id,
        metric=metric,
        granularity=granularity,
        snapshots=snapshots,
        points=[
            HistoryPoint(at=canonical(p.at), value=p.value) for p in made.points[-_MOST_POINTS:]
        ],
        gaps=[_gap(gap) for gap in made.gaps] or None,
        change=None if made.change is None else _change(made.change),
    )


def _gap(gap: Gap) -> HistoryGap:
    return HistoryGap(after=canonical(gap.after), before=canonical(gap.before), missing=gap.missing)


def _change(change: Change) -> HistoryChange:
    return HistoryChange(
        absolute=round(change.absolute, 4),
        days=round(change.days, 2),
        per_day=None if change.per_day is None else round(change.per_day, 4),
        percent=None if change.percent is None else round(change.percent, 2),
    )
