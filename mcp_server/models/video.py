"""Toklytics' videos. The contract specifies the 13 fields of `Video`; the rest are hints."""

from typing import Literal, TypeAlias

from pydantic import Field, JsonValue

from mcp_server.models.base import Count, Number, Text, Tolerant

Duration: TypeAlias = Literal["short", "medium", "long"]
ContentType: TypeAlias = Literal["video", "slideshow"]
VideoSearchSort: TypeAlias = Literal["plays", "likes", "shares", "recent"]
CreatorVideoSort: TypeAlias = Literal["plays", "likes", "comments", "shares", "recent"]
TrendingPeriod: TypeAlias = Literal["24h", "7d", "30d"]


class Video(Tolerant):
    """One tracked video."""

    video_id: Text | None = None
    description: Text | None = Field(default=None, description="Caption")
    plays: Count | None = None
    likes: Count | None = None
    comments: Count | None = None
    shares: Count | None = None
    saves: Count | None = None
    duration: Number | None = Field(default=None, description="Seconds")
    engagement_rate: Number | None = Field(default=None, description="Percent")
    hashtags: list[Text] | None = None
    music_title: Text | None = None
    posted_at: Text | None = Field(default=None, description="ISO 8601")
    video_url: Text | None = None


class VideoCreator(Tolerant):
    """The creator as shown beside a video."""

    username: Text | None = None
    display_name: Text | None = None
    followers: Count | None = None
    verified: bool | None = None


class FoundVideo(Video):
    """A video with its creator."""

    creator: VideoCreator | None = None


class CreatorVideo(Video):
    """A video beside its creator's usual figures."""

    is_viral: bool | None = Field(default=None, description="Toklytics' judgement")
    vs_average: Number | None = Field(default=None, description="Views / creator's average")
    content_type: Text | None = None


class TrendingVideo(FoundVideo):
    """A video of a trending list."""

    rank: Count | None = None
    heat: Number | None = Field(default=None, description="Trend score, undisclosed formula")
    velocity: Number | None = Field(default=None, description="Growth, undisclosed formula")
    velocity_basis: Text | None = None


class VideoMusic(Tolerant):
    """The sound of a video."""

    music_id: Text | None = None
    title: Text | None = None
    author: Text | None = None
    original: bool | None = None
    duration: Number | None = Field(default=None, description="Seconds")


class VideoDetails(FoundVideo):
    """Everything tracked about one video; the API promises some 80 further fields."""

    music: VideoMusic | None = None
    is_viral: bool | None = Field(default=None, description="Toklytics' judgement")
    vs_average: Number | None = Field(default=None, description="Views / creator's average")
    percentile_in_creator: Number | None = Field(
        default=None, description="Place among the creator's videos, percent"
    )
    age_hours: Number | None = None
    views_per_hour: Number | None = None
    history: list[JsonValue] | None = None
    ratios: dict[str, JsonValue] | None = Field(
        default=None, description="Likes and so on per view"
    )
