"""Toklytics' sounds. The contract specifies no shape: every field is a hint."""

from typing import Literal, TypeAlias

from pydantic import Field, JsonValue

from mcp_server.models.base import Count, Number, Text, Tolerant
from mcp_server.models.video import Video

SoundSort: TypeAlias = Literal["user_count", "recent"]


class Sound(Tolerant):
    """One tracked sound."""

    music_id: Text | None = None
    title: Text | None = None
    author: Text | None = None
    original: bool | None = None
    duration: Number | None = Field(default=None, description="Seconds")
    user_count: Count | None = None
    view_count: Count | None = None
    last_used: Text | None = Field(default=None, description="ISO 8601")


class TrendingSound(Sound):
    """A sound of a trending list."""

    rank: Count | None = None
    recent_count: Count | None = None
    growth: Number | None = Field(default=None, description="Growth, undisclosed formula")


class SoundDetails(Sound):
    """All that is tracked about one sound."""

    top_videos: list[Video] | None = None
    top_creators: list[JsonValue] | None = None
