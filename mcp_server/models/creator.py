"""Toklytics' creators. The contract specifies `Creator` and its metrics; the rest are hints."""

from typing import Literal, TypeAlias

from pydantic import Field, JsonValue

from mcp_server.models.base import Count, Number, Text, Tolerant
from mcp_server.models.video import CreatorVideo, Video

CreatorSort: TypeAlias = Literal["followers", "likes", "videos", "recent"]


class CreatorMetrics(Tolerant):
    """Toklytics' figures; score, viral ratio and sponsorship value have undisclosed formulas."""

    engagement_rate: Number | None = Field(default=None, description="Percent")
    creator_score: Text | None = Field(default=None, description="Toklytics' grade, A+ to F")
    viral_ratio: Number | None = Field(default=None, description="Percent of videos it calls viral")
    posts_per_week: Number | None = None
    avg_views: Number | None = None
    avg_likes: Number | None = None
    avg_comments: Number | None = None
    avg_shares: Number | None = None
    avg_saves: Number | None = None
    estimated_sponsorship_value: Text | None = Field(
        default=None, description="Toklytics' estimate per post, with currency"
    )
    videos_tracked: Count | None = None


class Creator(Tolerant):
    """One tracked creator."""

    username: Text | None = None
    former_username: Text | None = Field(
        default=None, description="Handle that is another's now; ask by `username`"
    )
    display_name: Text | None = None
    verified: bool | None = None
    followers: Count | None = None
    following: Count | None = None
    total_likes: Count | None = None
    video_count: Count | None = None
    bio: Text | None = None
    region: Text | None = None
    avatar_url: Text | None = None
    metrics: CreatorMetrics | None = None
    profile_url: Text | None = Field(default=None, description="On Toklytics")
    tiktok_url: Text | None = None
    last_updated: Text | None = Field(default=None, description="ISO 8601")


class CreatorAnalytics(Creator):
    """All that is tracked about one creator."""

    tier: Text | None = Field(default=None, description="Size class")
    niche: Text | None = None
    top_hashtags: list[JsonValue] | None = None
    recent_videos: list[CreatorVideo] | None = None
    content_analysis: dict[str, JsonValue] | None = None
    monetization: dict[str, JsonValue] | None = Field(
        default=None, description="Toklytics' price estimate"
    )
    follower_growth: dict[str, JsonValue] | None = Field(
        default=None, description="Followers won; dN_days: over how many days really"
    )


class CreatorTopContent(Tolerant):
    """What works best for one creator."""

    username: Text | None = None
    top_by_views: list[Video] | None = None
    top_by_engagement: list[Video] | None = None
    top_hashtags: list[JsonValue] | None = None
    top_sounds: list[JsonValue] | None = None
    posting_schedule: dict[str, JsonValue] | None = None
