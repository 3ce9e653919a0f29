"""Toklytics' sounds. The contract specifies no shape: every field is a hint."""

from typing import Literal, TypeAlias

from pydantic import Field, JsonValue

from mcp_server.models.base import Count, Number, Text, Tolerant
from mcp_server.models.video import Video

SoundSort: TypeAlias = Literal["user_count", "recent"]


class Sound(Tolerant):
    """One tracked sound."""

    music_id: Text | None = Field(default=None, description="TikTok's id, digits")
    title: Text | None = Field(default=None, description="Title")
    author: Text | None = Field(default=None, description="Author")
    original: bool | None = Field(default=None, description="Whether it is a creator's own sound")
    duration: Number | None = Field(default=None, description="Length in seconds")
    user_count: Count | None = Field(default=None, description="Videos with it")
    view_count: Count | None = Field(default=None, description="Views")
    last_used: Text | None = Field(default=None, description="When last seen in a video, ISO 8601")


class TrendingSound(Sound):
    """A sound of a trending list."""

    rank: Count | None = Field(default=None, description="Place in the list, from 1")
    growth: Number | None = Field(default=None, description="Growth, undisclosed formula")


class SoundDetails(Sound):
    """All that is tracked about one sound."""

    top_videos: list[Video] | None = Field(default=None, description="Most viewed videos")
    top_creators: list[JsonValue] | None = Field(
        default=None, description="Creators who use it most"
    )
