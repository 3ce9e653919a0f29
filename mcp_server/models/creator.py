"""Toklytics' creators. The contract specifies `Creator` and its metrics; the rest are hints."""

from typing import Literal, TypeAlias

from pydantic import Field, JsonValue

from mcp_server.models.base import Count, Number, Text, Tolerant
from mcp_server.models.video import CreatorVideo, Video

CreatorSort: TypeAlias = Literal["followers", "likes", "videos", "recent"]


class CreatorMetrics(Tolerant):
    """Toklytics' figures; score, viral ratio and sponsorship value have undisclosed formulas."""

    engagement_rate: Number | None = Field(
        default=None, description="Percent, as Toklytics sent it"
    )
    creator_score: Text | None = Field(default=None, description="Toklytics' grade, A+ to F")
    viral_ratio: Number | None = Field(default=None, description="Percent of videos it calls viral")
    posts_per_week: Number | None = Field(default=None, description="Posts per week")
    avg_views: Number | None = Field(default=None, description="Views per video")
    avg_likes: Number | None = Field(default=None, description="Likes per video")
    avg_comments: Number | None = Field(default=None, description="Comments per video")
    avg_shares: Number | None = Field(default=None, description="Shares per video")
    avg_saves: Number | None = Field(default=None, description="Saves per video")
    estimated_sponsorship_value: Text | None = Field(
        default=None, description="Toklytics' estimate per post, text with a currency"
    )


class Creator(Tolerant):
    """One tracked creator."""

    username: Text | None = Field(default=None, description="TikTok username")
    display_name: Text | None = Field(default=None, description="Display name")
    verified: bool | None = Field(default=None, description="Whether TikTok verified the account")
    followers: Count | None = Field(default=None, description="Followers")
    following: Count | None = Field(default=None, description="Accounts followed")
    total_likes: Count | None = Field(default=None, description="Likes received")
    video_count: Count | None = Field(default=None, description="Videos on the profile")
    bio: Text | None = Field(default=None, description="Profile text, written by the creator")
    region: Text | None = Field(default=None, description="Region, such as US or UK")
    avatar_url: Text | None = Field(default=None, description="Image address; may expire")
    metrics: CreatorMetrics | None = Field(default=None, description="Toklytics' figures")
    profile_url: Text | None = Field(default=None, description="Address on Toklytics")
    tiktok_url: Text | None = Field(default=None, description="Address on TikTok")
    last_updated: Text | None = Field(default=None, description="When Toklytics saw it, ISO 8601")


class CreatorAnalytics(Creator):
    """All that is tracked about one creator."""

    tier: Text | None = Field(default=None, description="Size class by followers")
    niche: Text | None = Field(default=None, description="Niche, if one stands out")
    top_hashtags: list[JsonValue] | None = Field(default=None, description="Most used hashtags")
    recent_videos: list[CreatorVideo] | None = Field(default=None, description="Newest videos")
    content_analysis: dict[str, JsonValue] | None = Field(
        default=None, description="Habits of posting"
    )
    monetization: dict[str, JsonValue] | None = Field(
        default=None, description="Toklytics' price estimate"
    )
    follower_growth: dict[str, JsonValue] | None = Field(
        default=None, description="Change of followers"
    )


class CreatorTopContent(Tolerant):
    """What works best for one creator."""

    username: Text | None = Field(default=None, description="TikTok username")
    top_by_views: list[Video] | None = Field(default=None, description="Videos with most views")
    top_by_engagement: list[Video] | None = Field(
        default=None, description="Videos with most engagement"
    )
    top_hashtags: list[JsonValue] | None = Field(default=None, description="Most used hashtags")
    top_sounds: list[JsonValue] | None = Field(default=None, description="Most used sounds")
    posting_schedule: dict[str, JsonValue] | None = Field(default=None, description="When it posts")
