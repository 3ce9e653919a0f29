"""Toklytics' hashtags. The contract specifies no shape: every field is a hint."""

from typing import Literal, TypeAlias

from pydantic import Field, JsonValue

from mcp_server.models.base import Count, Number, Text, Tolerant
from mcp_server.models.video import Video

HashtagSort: TypeAlias = Literal["video_count", "view_count"]


class Hashtag(Tolerant):
    """One tracked hashtag."""

    name: Text | None = None
    video_count: Count | None = None
    view_count: Count | None = None
    avg_engagement_rate: Number | None = Field(default=None, description="Percent")
    recent_count: Count | None = None


class TrendingHashtag(Hashtag):
    """A hashtag of a trending list."""

    rank: Count | None = None
    growth: Number | None = Field(default=None, description="Growth, undisclosed formula")


class HashtagDetails(Hashtag):
    """All that is tracked about one hashtag."""

    description: Text | None = Field(default=None, description="TikTok's text about it")
    avg_views: Number | None = None
    growth_7d: Number | None = Field(
        default=None, description="Growth in 7 days, undisclosed formula"
    )
    reported_views: Count | None = Field(default=None, description="Views as TikTok shows them")
    top_videos: list[Video] | None = None
    top_creators: list[JsonValue] | None = None
    related_hashtags: list[JsonValue] | None = None
