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

    video_id: Text | None = Field(default=None, description="TikTok's id, digits")
    description: Text | None = Field(default=None, description="Caption, written by the creator")
    plays: Count | None = Field(default=None, description="Views")
    likes: Count | None = Field(default=None, description="Likes")
    comments: Count | None = Field(default=None, description="Comments")
    shares: Count | None = Field(default=None, description="Shares")
    saves: Count | None = Field(default=None, description="Saves")
    duration: Number | None = Field(default=None, description="Length in seconds")
    engagement_rate: Number | None = Field(
        default=None, description="Percent, as Toklytics sent it"
    )
    hashtags: list[Text] | None = Field(default=None, description="Hashtags without #")
    music_title: Text | None = Field(default=None, description="Title of the sound")
    posted_at: Text | None = Field(default=None, description="When published, ISO 8601")
    video_url: Text | None = Field(default=None, description="Address on TikTok")


class VideoCreator(Tolerant):
    """The creator as shown beside a video."""

    username: Text | None = Field(default=None, description="TikTok username")
    display_name: Text | None = Field(default=None, description="Display name")
    followers: Count | None = Field(default=None, description="Followers")
    verified: bool | None = Field(default=None, description="Whether TikTok verified the account")


class FoundVideo(Video):
    """A video with its creator."""

    creator: VideoCreator | None = Field(default=None, description="Who posted it")


class CreatorVideo(Video):
    """A video beside its creator's usual figures."""

    is_viral: bool | None = Field(default=None, description="Toklytics' own judgement")
    vs_average: Number | None = Field(
        default=None, description="Views divided by the creator's average"
    )
    content_type: Text | None = Field(
        default=None, description="Kind of post, such as video or slideshow"
    )


class TrendingVideo(FoundVideo):
    """A video of a trending list."""

    rank: Count | None = Field(default=None, description="Place in the list, from 1")
    heat: Number | None = Field(default=None, description="Trend score, undisclosed formula")
    velocity: Number | None = Field(default=None, description="Growth, undisclosed formula")


class VideoMusic(Tolerant):
    """The sound of a video."""

    music_id: Text | None = Field(default=None, description="TikTok's id, digits")
    title: Text | None = Field(default=None, description="Title")
    author: Text | None = Field(default=None, description="Author")
    original: bool | None = Field(default=None, description="Whether it is the creator's own sound")
    duration: Number | None = Field(default=None, description="Length in seconds")


class VideoDetails(FoundVideo):
    """Everything tracked about one video; the API promises some 80 further fields."""

    music: VideoMusic | None = Field(default=None, description="The sound")
    is_viral: bool | None = Field(default=None, description="Toklytics' own judgement")
    vs_average: Number | None = Field(
        default=None, description="Views divided by the creator's average"
    )
    percentile_in_creator: Number | None = Field(
        default=None, description="Place among the creator's videos, percent"
    )
    age_hours: Number | None = Field(default=None, description="Hours since posting")
    views_per_hour: Number | None = Field(default=None, description="Views per hour since posting")
    history: list[JsonValue] | None = Field(default=None, description="Earlier figures")
    ratios: dict[str, JsonValue] | None = Field(
        default=None, description="Likes and so on per view"
    )
