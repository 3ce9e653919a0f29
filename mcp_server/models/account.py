"""TokPortal's delivered accounts and their collected figures."""

from typing import Literal, TypeAlias

from pydantic import AliasGenerator, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from mcp_server.models.base import Count, Number, Text, Tolerant

VideoSort: TypeAlias = Literal["views", "likes", "engagement_rate", "upload_date"]
SortOrder: TypeAlias = Literal["asc", "desc"]


class AccountAnalytics(Tolerant):
    """The totals of one account at `scraped_at`; a missing figure is unavailable, not zero."""

    account_id: Text | None = None
    followers_count: Count | None = None
    following_count: Count | None = None
    total_videos_tracked: Count | None = None
    total_views: Count | None = None
    total_likes: Count | None = None
    total_comments: Count | None = None
    total_shares: Count | None = None
    total_bookmarks: Count | None = Field(default=None, description="Saves")
    average_engagement_rate: Number | None = Field(
        default=None, description="Percent, TokPortal's formula"
    )
    average_video_views: Number | None = None
    weekly_post_average: Number | None = None
    scraped_at: Text | None = Field(default=None, description="ISO 8601")


class VideoAnalytics(Tolerant):
    """The figures of one post of an own account at `scraped_at`."""

    id: Text | None = Field(default=None, description="Record id")
    video_id: Text | None = Field(default=None, description="TokPortal's, not TikTok's")
    url: Text | None = None
    description: Text | None = Field(default=None, description="Caption")
    thumbnail_url: Text | None = None
    upload_date: Text | None = Field(default=None, description="ISO 8601")
    duration_seconds: Number | None = Field(default=None, description="Seconds")
    views: Count | None = None
    likes: Count | None = None
    comments: Count | None = None
    shares: Count | None = None
    bookmarks: Count | None = Field(default=None, description="Saves")
    engagement_rate: Number | None = Field(default=None, description="Percent, TokPortal's formula")
    platform: Text | None = None
    content_type: Text | None = None
    scraped_at: Text | None = Field(default=None, description="ISO 8601")


class RefreshOptions(BaseModel):
    """Options of a refresh; the API documents their names but not their effect.

    Only those that are set are sent, under their camelCase names.
    """

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        alias_generator=AliasGenerator(serialization_alias=to_camel),
    )

    force: bool | None = None
    include_posts: bool | None = None
    include_comments: bool | None = None
    force_posts: bool | None = None
    bootstrap_posts: bool | None = None
    post_limit: int | None = Field(default=None, ge=1)


class RefreshReceipt(Tolerant):
    """The answer to a refresh; it never holds figures."""

    account_id: Text | None = None
    status: Text | None = Field(
        default=None,
        description="scrape_queued: collection has begun; refreshed: was fresh already",
    )
    note: Text | None = None
    remark: Text | None = Field(default=None, description="What the local upstream left unread")
    dry_run: bool | None = Field(
        default=None, description="True only if TokPortal says it simulated"
    )
    dry_run_notice: Text | None = Field(
        default=None, description="TokPortal's remark on a simulation"
    )


class MonthlyQuota(Tolerant):
    """The organization's refreshes of this month."""

    limit: Count | None = None
    used: Count | None = Field(default=None, description="This month")


class RefreshAvailability(Tolerant):
    """Whether an account can be refreshed now."""

    account_id: Text | None = None
    can_refresh: bool | None = None
    next_refresh_at: Text | None = Field(
        default=None, description="When a refresh is allowed again, ISO 8601; absent if allowed now"
    )
    hours_remaining: Number | None = Field(
        default=None, description="Hours until then; 0 if allowed now"
    )
    monthly_quota: MonthlyQuota | None = None


class Account(Tolerant):
    """One delivered account: only these fields are ever read.

    Older versions of the endpoint answered with passwords and mail addresses, so what is not
    listed here is dropped, wrong types included.
    """

    model_config = ConfigDict(extra="ignore")

    id: Text | None = None
    platform: Text | None = None
    username: Text | None = None
    former_username: Text | None = None
    visible_name: Text | None = None
    biography: Text | None = None
    profile_picture_url: Text | None = None
    country: Text | None = None
    profile_url: Text | None = None
    status: Text | None = None
    banned: bool | None = None
    created_at: Text | None = Field(default=None, description="ISO 8601")
    updated_at: Text | None = Field(default=None, description="ISO 8601")
