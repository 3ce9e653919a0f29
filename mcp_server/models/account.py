"""TokPortal's delivered accounts and their collected figures."""

from typing import Literal, TypeAlias

from pydantic import AliasGenerator, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from mcp_server.models.base import Count, Number, Text, Tolerant

VideoSort: TypeAlias = Literal["views", "likes", "engagement_rate", "upload_date"]
SortOrder: TypeAlias = Literal["asc", "desc"]


class AccountAnalytics(Tolerant):
    """The totals of one account at `scraped_at`; a missing figure is unavailable, not zero."""

    account_id: Text | None = Field(default=None, description="TokPortal account id")
    followers_count: Count | None = Field(default=None, description="Followers")
    following_count: Count | None = Field(default=None, description="Accounts followed")
    total_videos_tracked: Count | None = Field(default=None, description="Videos behind the totals")
    total_views: Count | None = Field(default=None, description="Views of all tracked videos")
    total_likes: Count | None = Field(default=None, description="Likes of all tracked videos")
    total_comments: Count | None = Field(default=None, description="Comments on all tracked videos")
    total_shares: Count | None = Field(default=None, description="Shares of all tracked videos")
    total_bookmarks: Count | None = Field(default=None, description="Saves of all tracked videos")
    average_engagement_rate: Number | None = Field(
        default=None, description="Percent, by TokPortal's own calculation"
    )
    average_video_views: Number | None = Field(default=None, description="Views per video")
    weekly_post_average: Number | None = Field(default=None, description="Posts per week")
    scraped_at: Text | None = Field(default=None, description="When collected, ISO 8601")


class VideoAnalytics(Tolerant):
    """The figures of one post of an own account at `scraped_at`."""

    id: Text | None = Field(default=None, description="Analytics record id, for getVideoAnalytics")
    video_id: Text | None = Field(default=None, description="TokPortal's video id, not TikTok's")
    url: Text | None = Field(default=None, description="Address of the post")
    description: Text | None = Field(default=None, description="Caption, written by the account")
    thumbnail_url: Text | None = Field(default=None, description="Image address; may expire")
    upload_date: Text | None = Field(default=None, description="When published, ISO 8601")
    duration_seconds: Number | None = Field(default=None, description="Length in seconds")
    views: Count | None = Field(default=None, description="Views")
    likes: Count | None = Field(default=None, description="Likes")
    comments: Count | None = Field(default=None, description="Comments")
    shares: Count | None = Field(default=None, description="Shares")
    bookmarks: Count | None = Field(default=None, description="Saves")
    engagement_rate: Number | None = Field(
        default=None, description="Percent, as TokPortal sent it"
    )
    platform: Text | None = Field(default=None, description="Platform, such as tiktok")
    content_type: Text | None = Field(
        default=None, description="Kind of post, such as video or carousel"
    )
    scraped_at: Text | None = Field(default=None, description="When collected, ISO 8601")


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

    account_id: Text | None = Field(default=None, description="TokPortal account id")
    status: Text | None = Field(
        default=None,
        description="scrape_queued: collection has begun; refreshed: was fresh already",
    )
    note: Text | None = Field(default=None, description="TokPortal's remark")
    dry_run: bool | None = Field(
        default=None, description="True only if TokPortal says it simulated"
    )
    dry_run_notice: Text | None = Field(
        default=None, description="TokPortal's remark on a simulation"
    )


class MonthlyQuota(Tolerant):
    """The organization's refreshes of this month."""

    limit: Count | None = Field(default=None, description="Refreshes per month")
    used: Count | None = Field(default=None, description="Refreshes used this month")


class RefreshAvailability(Tolerant):
    """Whether an account can be refreshed now."""

    account_id: Text | None = Field(default=None, description="TokPortal account id")
    can_refresh: bool | None = Field(default=None, description="Whether a refresh is allowed now")
    next_refresh_at: Text | None = Field(
        default=None, description="When a refresh is allowed again, ISO 8601; absent if allowed now"
    )
    hours_remaining: Number | None = Field(
        default=None, description="Hours until then; 0 if allowed now"
    )
    monthly_quota: MonthlyQuota | None = Field(default=None, description="The organization's quota")


class Account(Tolerant):
    """One delivered account: only these fields are ever read.

    Older versions of the endpoint answered with passwords and mail addresses, so what is not
    listed here is dropped, wrong types included.
    """

    model_config = ConfigDict(extra="ignore")

    id: Text | None = Field(default=None, description="TokPortal account id")
    platform: Text | None = Field(default=None, description="Platform, such as tiktok")
    username: Text | None = Field(default=None, description="Handle on the platform")
    visible_name: Text | None = Field(default=None, description="Display name")
    biography: Text | None = Field(default=None, description="Profile text, written by the account")
    profile_picture_url: Text | None = Field(default=None, description="Image address; may expire")
    country: Text | None = Field(default=None, description="Country code")
    profile_url: Text | None = Field(default=None, description="Address of the profile")
    status: Text | None = Field(default=None, description="State at TokPortal")
    banned: bool | None = Field(default=None, description="Whether the platform banned it")
    created_at: Text | None = Field(default=None, description="When added, ISO 8601")
    updated_at: Text | None = Field(default=None, description="When last changed, ISO 8601")
